import { sql } from 'kysely'
import { differences } from '#domain/change'
import { placeOf } from '#domain/plan-ruling'
import type { Planned } from '#domain/proposal'
import { departureFrom, problemsOfStanding, standingIn } from '#domain/standing-approval'
import { targetKey } from '#domain/targets'
import { clock } from '#store/database/clock'
import type { Database, Tx } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { accountFacts } from '#store/plans/gate-facts'
import type { KindOfChange } from './change-kinds.ts'
import { areChangesSigned } from './change-signing.ts'
import { type ChangeRow, statementOf } from './change-statement.ts'

async function requirePossible(tx: Tx, body: Parameters<typeof standingIn>[0]): Promise<void> {
  const problems = problemsOfStanding(standingIn(body), await clock(tx))
  if (problems.length > 0)
    throw refusal('unprocessable', `Such plans cannot be approved beforehand: ${problems.join('; ')}`)
}

/** Plans of a shape that people approve beforehand: a `StandingApproval`. */
export const standingChange: KindOfChange = {
  isEndedByOne: true,

  require: requirePossible,

  // It counts because it is in force: there is nothing else to do.
  begin: (tx, { body }) => requirePossible(tx, body),

  review: async (_db, body) => ({
    differences: differences(undefined, body),
    concerns: ['Plans of this shape run without anybody being asked, in accounts whose mode is automatic'],
  }),
}

type Plan = Extract<Planned, { kind: 'plan' }>

/**
 * The standing approval whose shape the plan has, when its account is automatic and its targets are not used up. The gate looks at all of that
 * again, and at the votes.
 */
export async function standingFor(
  tx: Database | Tx,
  { plan, mode, doubt }: Plan,
): Promise<{ readonly change: string; readonly digest: string } | undefined> {
  // Who approved plans of its shape beforehand did not see these findings.
  if (mode !== 'automatic' || doubt !== null || plan.quorum.required === 0) return undefined
  const account = plan.steps[0]?.target.account ?? ''
  const place = placeOf(account, await accountFacts(tx, account))
  const rows = await tx
    .selectFrom('change')
    .selectAll()
    .where('kind', '=', 'standing-approval')
    .where('status', '=', 'in-force')
    .where(isProvenAsAsked(await areChangesSigned(tx)))
    .orderBy('proposed_at')
    .execute()
  for (const row of rows) {
    const approval = standingIn(statementOf(row).body)
    if (departureFrom(approval, { plan, place, at: plan.proposedAt }) === null && (await hasRoom(tx, row, plan)))
      return { change: row.id, digest: row.digest }
  }
  return undefined
}

/** One from before policy asked for passkeys counts no more: its plans are decided by people. */
const isProvenAsAsked = (mustSign: boolean) => sql<boolean>`(not ${mustSign}::boolean or not exists (
  select from change_vote where change_vote.change = change.id and decision = 'approve' and assertion is null))`

async function hasRoom(tx: Database | Tx, row: ChangeRow, { steps }: Plan['plan']): Promise<boolean> {
  const { assets, windowMs } = standingIn(statementOf(row).body)
  const { rows } = await sql<{ target: string }>`
    select distinct target_key as target from permit
     where standing_approval = ${row.id}
       and opened_at > clock_timestamp() - make_interval(secs => ${windowMs / 1000})`.execute(tx)
  return new Set([...rows.map(({ target }) => target), ...steps.map(({ target }) => targetKey(target))]).size <= assets
}
