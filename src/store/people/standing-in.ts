import { type RawBuilder, sql } from 'kysely'
import { type Delegation, unlent } from '#domain/delegation'
import type { Database, Tx } from '#store/database/database'
import { inLiveSignIn } from './live-sign-in.ts'

/** When it ends, or ended: by itself or by somebody. */
export const endOfDelegation = sql<Date>`least(ends_at, coalesce(revoked_at, ends_at))`

interface Row {
  readonly from_person: string
  readonly to_person: string
  readonly starts_at: Date
  readonly ended_at: Date
  readonly lends: boolean
}

/**
 * Who stands for whom now, or stood so when either of them voted on the plan. One that was taken back lends nothing any more, and neither does one that belongs
 * to no sign-in of its person.
 */
export const delegationsOn = (db: Database | Tx, plan: string): Promise<readonly Delegation[]> =>
  read(
    db,
    plan,
    inLiveSignIn({ person: 'delegation.from_person', session: 'delegation.session', at: 'delegation.starts_at' }),
  )

/** The same for who only wants to know whom to call: the worker does not read sign-ins, and no vote counts by its word. */
export const delegationsForCalls = async (db: Database | Tx, wanted: Wanted): Promise<readonly Delegation[]> =>
  under(await read(db, wanted.plan, sql<boolean>`true`), wanted)

async function read(db: Database | Tx, plan: string, witnessed: RawBuilder<boolean>): Promise<readonly Delegation[]> {
  const { rows } = await sql<Row>`
    select from_person, to_person, starts_at, ${endOfDelegation} as ended_at, (revoked_at is null and ${witnessed}) as lends
      from delegation
     where ${endOfDelegation} >= clock_timestamp()
        or exists (select from vote where vote.plan = ${plan} and vote.person in (from_person, to_person)
             and vote.at between starts_at and ${endOfDelegation})
     order by starts_at, id`.execute(db)
  return rows.map(({ from_person, to_person, starts_at, ended_at, lends }) => ({
    from: from_person,
    to: to_person,
    startsAt: starts_at.toISOString(),
    endsAt: ended_at.toISOString(),
    lends,
  }))
}

/** The same where votes need a passkey: nobody's passkey signed the delegation, so it lends no groups there. */
export const delegationsUnder = async (db: Database | Tx, wanted: Wanted): Promise<readonly Delegation[]> =>
  under(await delegationsOn(db, wanted.plan), wanted)

interface Wanted {
  readonly plan: string
  readonly asksPasskey: boolean
}

const under = (delegations: readonly Delegation[], { asksPasskey }: Wanted): readonly Delegation[] =>
  asksPasskey ? delegations.map(unlent) : delegations

/** Who is paged in whose place now. */
export async function delegatesNow(db: Database | Tx): Promise<ReadonlyMap<string, string>> {
  const rows = await db
    .selectFrom('delegation')
    .select(['from_person', 'to_person'])
    .where(sql<boolean>`clock_timestamp() between starts_at and ${endOfDelegation}`)
    .execute()
  return new Map(rows.map(({ from_person, to_person }) => [from_person, to_person]))
}
