import { randomBytes } from 'node:crypto'
import { type Selectable, sql } from 'kysely'
import type { Environment } from '#domain/policy'
import type { Person } from '#domain/votes'
import type { Database, Tx } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import type { Account } from '#store/database/schema.generated'
import { resumeRereads } from '#store/findings/rereads'
import { record } from '#store/log/events'

export type AccountRow = Selectable<Account>

export interface NewAccount {
  readonly id: string
  readonly name: string
  readonly environment: Environment
  readonly partition: string
  readonly regions: readonly string[]
  readonly organizationalUnit: string | null
  /** Whom AWS sends its findings to, and who may hand them in. */
  readonly administrator: string | null
}

/** Two of a UUID’s randomness; STS takes letters, digits and a hyphen. */
const EXTERNAL_ID_BYTES = 24

const newExternalId = (): string => `cordon-${randomBytes(EXTERNAL_ID_BYTES).toString('hex')}`

/** Every account, by its id. */
export const everyAccount = (db: Database): Promise<readonly AccountRow[]> =>
  db.selectFrom('account').selectAll().orderBy('id').execute()

/** Throws `not_found`. */
export async function accountOf(db: Database | Tx, id: string): Promise<AccountRow> {
  const row = await db.selectFrom('account').selectAll().where('id', '=', id).executeTakeFirst()
  if (row === undefined) throw refusal('not_found', `Account ${id} is not registered with Cordon`)
  return row
}

/**
 * Registers the account, with an ExternalId of its own that it keeps. One that is registered already is brought up to date, and has to be
 * connected anew when something changed. Throws `conflict` for an account that was set up with the installation.
 */
export const enrolAccount = (db: Database, account: NewAccount, person: Person): Promise<AccountRow> =>
  db.transaction().execute(async (tx) => {
    const before = await tx
      .selectFrom('account')
      .selectAll()
      .where('id', '=', account.id)
      .forUpdate()
      .executeTakeFirst()
    if (before !== undefined && before.registered_by === null)
      throw refusal('conflict', `Account ${account.id} was set up with this installation: it cannot be registered`)
    const row = rowOf(account)
    if (before !== undefined && isTheSame(before, row)) return before
    const kept = await tx
      .insertInto('account')
      .values({ id: account.id, ...row, external_id: newExternalId(), registered_by: person.id })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ ...row, connected_at: null }))
      .returningAll()
      .executeTakeFirstOrThrow()
    await resumeRereads(tx, account.id)
    const how = before === undefined ? 'registered' : 'changed'
    await tell(tx, kept, {
      type: before === undefined ? 'account.added' : 'account.changed',
      actor: person.id,
      text: `${person.name} ${how} account ${account.name} (${account.id}) as ${account.environment}`,
      body: { ...row, organizational_unit: row.organizational_unit ?? '', administrator: row.administrator ?? '' },
    })
    return kept
  })

/** Keeps what a check found: connected when there is no reason against it. A finding that is not new is not told again. */
export const keepConnection = (
  db: Database,
  { id, reasons }: { readonly id: string; readonly reasons: readonly string[] },
  person: Person,
): Promise<AccountRow> =>
  db.transaction().execute(async (tx) => {
    const before = await tx.selectFrom('account').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
    if (before === undefined) throw refusal('not_found', `Account ${id} is not registered with Cordon`)
    const isConnected = reasons.length === 0
    if (before.registered_by === null || (isConnected && before.connected_at !== null)) return before
    const kept = await tx
      .updateTable('account')
      .set({ connected_at: isConnected ? sql<Date>`clock_timestamp()` : null })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
    await tell(tx, kept, {
      type: isConnected ? 'account.connected' : 'account.refused',
      actor: person.id,
      text: isConnected
        ? `Account ${kept.name} (${id}) is connected: its roles are as they must be`
        : `Account ${kept.name} (${id}) is not connected: ${reasons[0]}`,
      body: { reasons: [...reasons] },
    })
    return kept
  })

const rowOf = ({ name, environment, partition, regions, organizationalUnit, administrator }: NewAccount) => ({
  name,
  environment,
  partition,
  regions: [...regions],
  organizational_unit: organizationalUnit,
  administrator,
})

const isTheSame = (before: AccountRow, row: ReturnType<typeof rowOf>): boolean =>
  Object.entries(row).every(([key, value]) => String(before[key as keyof typeof row]) === String(value))

interface Told {
  readonly type: 'account.added' | 'account.changed' | 'account.connected' | 'account.refused'
  readonly actor: string
  readonly text: string
  readonly body: Readonly<Record<string, string | string[]>>
}

// Never the ExternalId.
const tell = (tx: Tx, { id }: AccountRow, { type, actor, text, body }: Told) =>
  record(tx, { stream: 'system', type, actor: { kind: 'person', id: actor }, text, refs: { account: id }, body })
