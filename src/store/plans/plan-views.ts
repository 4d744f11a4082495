import type { Selectable } from 'kysely'
import { shortHash } from '#domain/ids'
import type { Json } from '#domain/json'
import { phraseOf } from '#domain/phrase'
import type { DoneCall, Plan, PlannedStep, PlanStatus, StepOutcome, StepStatus } from '#domain/plan'
import type { DeclaredCall, State } from '#domain/state'
import { targetKey, targetText } from '#domain/targets'
import { eligibleCount, isAuthor, type Person, tally } from '#domain/votes'
import { originOf } from '#store/builds/runbook-authors'
import type { Database } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import type { PlanStep, Plan as PlanTable, Verification } from '#store/database/schema.generated'
import { everyone } from '#store/people/people'
import { delegationsUnder } from '#store/people/standing-in'
import { standingView } from '#store/policy/standing-view'
import { isPasskeyAsked } from '#store/votes/passkey-asked'
import { votesOn } from '#store/votes/voting'
import { glassOn } from './glass-reviews.ts'
import { leaseOn } from './lease-record.ts'
import { coveredSteps } from './on-timeout.ts'
import { planFromBytes } from './plan-bytes.ts'

type PlanRow = Selectable<PlanTable>
type StepRow = Selectable<PlanStep>

export type PlanView = Awaited<ReturnType<typeof planView>>

/** The plan as people see it: what is approved, and what came of it. Throws `not_found`. */
export async function planView(db: Database, hash: string) {
  const row = await db.selectFrom('plan').selectAll().where('hash', '=', hash).executeTakeFirst()
  if (row === undefined) throw refusal('not_found', `There is no plan ${hash}`)
  return viewOf(db, row, await everyone(db))
}

/** Every plan of the incident, oldest first. */
export async function plansOf(db: Database, incident: string): Promise<readonly PlanView[]> {
  const rows = await db
    .selectFrom('plan')
    .selectAll()
    .where('incident', '=', incident)
    .orderBy('proposed_at')
    .orderBy('revision')
    .execute()
  const people = await everyone(db)
  return Promise.all(rows.map((row) => viewOf(db, row, people)))
}

async function viewOf(db: Database, row: PlanRow, people: readonly Person[]) {
  const plan = planFromBytes(row.bytes)
  const [asksPasskey, origin, votes, aftermath, standingApproval, onTimeout, steps, verifications] = await Promise.all([
    isPasskeyAsked(db, plan),
    originOf(db, row),
    votesOn(db, row.hash),
    aftermathOf(db, row.hash),
    plan.standingApproval === undefined ? null : standingView(db, plan.standingApproval.change),
    row.status === 'proposed' ? coveredSteps(db, plan) : [],
    db.selectFrom('plan_step').selectAll().where('plan', '=', row.hash).execute(),
    db.selectFrom('verification').selectAll().where('plan', '=', row.hash).orderBy('round').execute(),
  ])
  const delegations = await delegationsUnder(db, { plan: row.hash, asksPasskey })
  const counted = tally({ quorum: plan.quorum, ...origin, people, votes, delegations })
  return {
    hash: row.hash,
    shortHash: shortHash(row.hash),
    phrase: phraseOf(row.hash),
    incident: row.incident,
    episode: row.episode,
    revision: row.revision,
    purpose: row.purpose,
    reason: plan.reason,
    kind: plan.purpose,
    proposer: row.proposer,
    tier: row.tier,
    status: row.status as PlanStatus,
    statusReason: row.status_reason,
    steps: plan.steps.map((step) =>
      stepView(
        step,
        steps.find(({ index }) => index === step.index),
      ),
    ),
    quorum: { ...plan.quorum, given: approvalsGiven(votes, counted), eligible: eligibleCount(people, origin) },
    authors: people.filter((person) => isAuthor(person, origin)).map(({ id }) => id),
    asksPasskey,
    votes,
    ...aftermath,
    standingApproval,
    onTimeout,
    ...clocksOf(row, plan),
    undoes: row.undoes,
    release: plan.undoes?.release ?? null,
    supersededBy: row.superseded_by,
    blastRadius: plan.blastRadius,
    verifications: verifications.map(verificationView),
  }
}

async function aftermathOf(db: Database, plan: string) {
  const [breakGlass, lease] = await Promise.all([glassOn(db, plan), leaseOn(db, plan)])
  return { breakGlass, lease }
}

const verificationView = ({ round, at, discrepancies }: Selectable<Verification>) => ({
  round,
  at: at.toISOString(),
  discrepancies,
})

function approvalsGiven(
  votes: readonly { readonly person: string; readonly decision: string }[],
  counted: ReturnType<typeof tally>,
): number {
  if (counted.kind === 'open' || counted.kind === 'approved') return counted.given
  const latest = new Map(votes.map(({ person, decision }) => [person, decision]))
  return [...latest.values()].filter((decision) => decision === 'approve').length
}

const clocksOf = (row: PlanRow, plan: Plan) => ({
  proposedAt: row.proposed_at.toISOString(),
  decideBy: row.decide_by.toISOString(),
  approvedAt: row.approved_at?.toISOString() ?? null,
  runBy: row.run_by?.toISOString() ?? null,
  closedAt: row.closed_at?.toISOString() ?? null,
  runWithinMs: plan.runWithinMs,
})

function stepView(step: PlannedStep, row: StepRow | undefined) {
  const made = madeBy(row?.outcome)
  const madeFor = ({ operation, change }: DeclaredCall) =>
    made.filter((done) => done.operation === operation && done.field === change.field)
  return {
    index: step.index,
    action: step.action,
    direction: step.direction,
    target: { ...step.target, key: targetKey(step.target), text: targetText(step.target) },
    region: step.region,
    text: step.text,
    before: step.before,
    after: afterOf(step, made),
    reversible: step.reversible,
    residual: step.residual,
    calls: step.calls.map((call) => ({ ...call, made: madeFor(call) })),
    ...(step.members === undefined ? {} : { members: step.members }),
    ...(row === undefined ? notBegun : progressOf(row, step)),
  }
}

const notBegun = { status: 'proposed', outcome: null, intendedAt: null, endedAt: null, verifiedAt: null } as const

const progressOf = (row: StepRow, step: PlannedStep) => ({
  status: row.status as StepStatus,
  outcome: row.outcome as Json,
  residual: row.residual.length === 0 ? step.residual : row.residual,
  intendedAt: row.intended_at?.toISOString() ?? null,
  endedAt: row.ended_at?.toISOString() ?? null,
  verifiedAt: row.verified_at?.toISOString() ?? null,
})

const madeBy = (outcome: unknown): readonly DoneCall[] => {
  const ended = outcome as StepOutcome | null | undefined
  return ended?.kind === 'applied' ? ended.made : []
}

/** What the target is like once the step is done: as approved, and with the values that only the calls could tell. */
function afterOf(step: PlannedStep, made: readonly DoneCall[]): State {
  const planned = step.calls.map(({ change }) => [change.field, change.after] as const)
  const known = made.map(({ field, after }) => [field, after] as const)
  return { ...step.before, ...Object.fromEntries([...planned, ...known]) }
}
