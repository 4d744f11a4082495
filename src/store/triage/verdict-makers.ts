import type { Context } from '#domain/context'
import type { Records } from '#domain/records'
import type { Tx } from '#store/database/database'

/** What a verdict was made by: a rule, and the entry of the context that it went by, with whose entry that is. */
export interface VerdictMaker {
  readonly rule: string
  readonly entry: string | null
  readonly owner: string | null
}

type Kept = Pick<Parameters<Records['keepVerdict']>[0], 'context' | 'judgement'>

/** Each once, in the order of the reasons. Owners are those of the version of the context that was judged by. */
export async function makersOf(tx: Tx, { context, judgement }: Kept): Promise<readonly VerdictMaker[]> {
  const named = judgement.reasons.map(({ rule, cites }) => ({
    rule,
    entry: cites.find((cited) => cited.kind === 'context')?.entry ?? null,
  }))
  const owners = named.some(({ entry }) => entry !== null) ? await ownersIn(tx, context) : new Map<string, string>()
  const makers = named.map(({ rule, entry }) => ({ rule, entry, owner: owners.get(entry ?? '') ?? null }))
  return [...new Map(makers.map((maker) => [`${maker.rule} ${maker.entry}`, maker])).values()]
}

async function ownersIn(tx: Tx, digest: string | null): Promise<ReadonlyMap<string, string>> {
  const row = await tx
    .selectFrom('context_version')
    .select('body')
    .where('digest', '=', digest ?? '')
    .limit(1)
    .executeTakeFirst()
  // Bodies are written by `putContext` only.
  const { entries } = (row?.body ?? { entries: [] }) as unknown as Context
  return new Map(entries.map(({ id, owner }) => [id, owner]))
}
