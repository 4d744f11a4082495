import type { Selectable } from 'kysely'
import { digestOf } from '#audit/digest'
import { type ChangeKind, type ChangeStatement, statementAsJson } from '#domain/change'
import type { JsonObject } from '#domain/json'
import type { Change } from '#store/database/schema.generated'

export type ChangeRow = Selectable<Change>

export const digestOfChange = (statement: ChangeStatement): string => digestOf('change', statementAsJson(statement))

/** What people decide about, as the row has it. */
export const statementOf = ({ id, kind, title, body, proposer }: ChangeRow): ChangeStatement => ({
  id,
  // Kinds and bodies are written by `proposeChange` only; whether they still are what was proposed, the digest says.
  kind: kind as ChangeKind,
  title,
  body: body as JsonObject,
  proposer,
})
