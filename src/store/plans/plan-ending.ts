import { sql } from 'kysely'
import { containedPrincipal } from '#domain/catalogue/contained-principal'
import { type Activity, leftBehind } from '#domain/evidence'
import { shortHash } from '#domain/ids'
import { comesFrom, type Plan, type PlanStatus, type StepVerification } from '#domain/plan'
import { targetKey, targetText } from '#domain/targets'
import type { Database, Tx } from '#store/database/database'
import { openEradication } from '#store/incidents/eradication'
import { settleStatus } from '#store/incidents/incident-status'
import { lockIncident } from '#store/incidents/incident-verbs'
import { openTaskIn } from '#store/incidents/tasks'
import { raiseWake } from '#store/incidents/wake'
import { type LockedPlan, lockPlan } from '#store/votes/voting'
import { tell } from './carrying-out.ts'
import { beginLease, settleLeaseTasks } from './lease-record.ts'
import { planFromBytes } from './plan-bytes.ts'
import { standingFor } from './replaced-plans.ts'
import { supersedeOverlapped } from './superseding.ts'

const clock = sql<Date>`clock_timestamp()`

/** Which incident to signal after the commit. */
export interface PlanWake {
  readonly incident: string
  readonly build: string
  readonly wakeDue: boolean
}

export interface VerifiedPlan {
  readonly plan: string
  readonly round: number
  readonly results: readonly StepVerification[]
}

/** Keeps a read-back of the plan; the first of a round stays. */
export const recordVerification = (db: Database, verified: VerifiedPlan): Promise<void> =>
  db.transaction().execute(async (tx) => {
    const { incident } = await lockPlan(tx, verified.plan)
    await insertVerification(tx, incident, verified)
  })

async function insertVerification(tx: Tx, incident: string, { plan, round, results }: VerifiedPlan): Promise<boolean> {
  const kept = await tx
    .insertInto('verification')
    .values({ plan, round, discrepancies: JSON.stringify(results) })
    .onConflict((conflict) => conflict.columns(['plan', 'round']).doNothing())
    .returning('round')
    .executeTakeFirst()
  if (kept === undefined) return false
  const found = results.flatMap(({ discrepancies }) => discrepancies)
  await tell(tx, incident, {
    type: 'step.verified',
    text:
      found.length === 0
        ? `Plan ${shortHash(plan)} was read back (${round + 1}): everything is as it should be`
        : `Plan ${shortHash(plan)} was read back (${round + 1}): ${found.join('; ')}`,
    refs: { plan, round: String(round) },
    body: { round, discrepancies: [...found] },
  })
  return true
}

export interface PlanEnd {
  readonly plan: string
  readonly status: PlanStatus
  readonly reason: string | null
}

/**
 * Ends the plan, and with it what it contained or released; wakes its incident. An ended plan stays as it ended, and the wake is
 * raised all the same: whoever waits for it may have missed the first one.
 */
export const closePlan = (db: Database, end: PlanEnd): Promise<PlanWake> =>
  db.transaction().execute(async (tx) => {
    const { incident } = await tx
      .selectFrom('plan')
      .select('incident')
      .where('hash', '=', end.plan)
      .executeTakeFirstOrThrow()
    // In the order in which every other change locks them.
    const { build } = await lockIncident(tx, incident)
    const row = await lockPlan(tx, end.plan)
    if (comesFrom(end.status).includes(row.status as PlanStatus)) await close(tx, row, end)
    return { incident, build, wakeDue: await raiseWake(tx, incident) }
  })

async function close(tx: Tx, row: LockedPlan, { status, reason }: PlanEnd): Promise<void> {
  const plan = planFromBytes(row.bytes)
  const set = { status, status_reason: reason, closed_at: clock }
  await tx.updateTable('plan').set(set).where('hash', '=', row.hash).execute()
  await tell(tx, row.incident, {
    type: endings[status] ?? 'plan.failed',
    text: `Plan ${shortHash(row.hash)} is ${status}${reason === null ? '' : `: ${reason}`}`,
    refs: { plan: row.hash },
  })
  if (status === 'done') await markVerified(tx, row.hash)
  if (plan.purpose === 'contain') await holdContainments(tx, plan, row.hash)
  if (plan.undoes !== undefined && status === 'done') {
    await releaseContainments(tx, plan, row.hash)
    // A release that a runbook proposed meanwhile has nothing left to release.
    await supersedeOverlapped(tx, plan, row.hash)
  }
  await settleStatus(tx, row.incident)
}

const endings: Readonly<
  Partial<Record<PlanStatus, `plan.${'done' | 'partial' | 'failed' | 'expired' | 'superseded'}`>>
> = {
  done: 'plan.done',
  partial: 'plan.partial',
  failed: 'plan.failed',
  expired: 'plan.expired',
  superseded: 'plan.superseded',
}

const markVerified = (tx: Tx, hash: string) =>
  tx
    .updateTable('plan_step')
    .set({ status: 'done', verified_at: clock })
    .where('plan', '=', hash)
    .where('status', '=', 'applied')
    .execute()

/** Every change that is there must be released one day, whether the plan as a whole holds or not. */
async function holdContainments(tx: Tx, plan: Plan, hash: string): Promise<void> {
  const there = await tx
    .selectFrom('plan_step')
    .select('index')
    .where('plan', '=', hash)
    .where('status', 'in', ['applied', 'done'])
    .orderBy('index')
    .execute()
  if (there.length > 0) await beginLease(tx, { plan: hash, incident: plan.incident })
  for (const { index } of there) {
    const step = plan.steps[index]
    if (step === undefined) continue
    const { action, target } = step
    const held = await tx
      .insertInto('containment')
      .values({ plan: hash, step: index, incident: plan.incident, target_key: targetKey(target) })
      .onConflict((conflict) => conflict.columns(['plan', 'step']).doNothing())
      .returning('plan')
      .executeTakeFirst()
    if (held !== undefined)
      await tell(tx, plan.incident, {
        type: 'containment.held',
        text: `Contained by ${action}: ${targetText(target)}`,
        refs: { plan: hash, step: String(index) },
      })
  }
}

async function releaseContainments(tx: Tx, { undoes, incident }: Plan, hash: string): Promise<void> {
  if (undoes === undefined) return
  const released = await tx
    .updateTable('containment')
    .set({ released_at: clock, release_reason: undoes.release, released_by: hash })
    .where('plan', 'in', standingFor(undoes.plan))
    .where('released_at', 'is', null)
    .returning(['plan', 'step', 'target_key'])
    .execute()
  await settleLeaseTasks(
    tx,
    released.map(({ plan }) => plan),
  )
  for (const { plan, step, target_key } of released)
    await tell(tx, incident, {
      type: 'containment.released',
      text: `The containment of ${target_key} by step ${step + 1} of plan ${shortHash(plan)} is released: ${undoes.release}`,
      refs: { plan, step: String(step), by: hash },
    })
}

export interface WatchEnd extends VerifiedPlan {
  /** What the contained principals did, as far as it shows. */
  readonly activities: readonly Activity[]
}

/** Ends the watch over a containment: one that does not hold any more becomes partial, its incident open and a task. Once for each plan. */
export const closeWatch = (db: Database, end: WatchEnd): Promise<PlanWake> =>
  db.transaction().execute(async (tx) => {
    const found = await tx.selectFrom('plan').select('incident').where('hash', '=', end.plan).executeTakeFirstOrThrow()
    const { build, incident, episode } = { ...(await lockIncident(tx, found.incident)), incident: found.incident }
    const row = await lockPlan(tx, end.plan)
    if (await insertVerification(tx, incident, end)) {
      const why = whyLost(row, end)
      if (why !== null && row.status === 'done' && (await isHeld(tx, end.plan)))
        await lose(tx, row, { episode, reason: why })
      const left = changesBefore(end.activities, await putBackSince(tx, end.plan))
      if (await openEradication(tx, { incident, episode }, left)) await settleStatus(tx, incident)
    }
    return { incident, build, wakeDue: await raiseWake(tx, incident) }
  })

/** What the contained principals changed shows late in CloudTrail, and until the change reaches all of AWS they still can. */
const changesBefore = (activities: readonly Activity[], before: string | null): readonly string[] =>
  activities.flatMap((activity) => {
    // Who is let in again may change what they like.
    const changes = activity.changes.filter(({ at }) => before === null || at < before)
    return leftBehind('activityOf', { ...activity, changes })
  })

/** When somebody began to take the containment back; null while it stands. */
async function putBackSince(tx: Tx, plan: string): Promise<string | null> {
  const begun = await tx
    .selectFrom('plan')
    .innerJoin('plan_step', 'plan_step.plan', 'plan.hash')
    .select((of) => of.fn.min('plan_step.intended_at').as('at'))
    .where('plan.undoes', '=', plan)
    .executeTakeFirst()
  return begun?.at?.toISOString() ?? null
}

/** A success after the plan was closed is one after every read-back agreed. */
function whyLost(row: LockedPlan, { results, activities }: WatchEnd): string | null {
  const [discrepancy] = results.flatMap(({ discrepancies }) => discrepancies)
  if (discrepancy !== undefined) return discrepancy
  const since = row.closed_at?.toISOString() ?? ''
  const contained = new Set(
    planFromBytes(row.bytes).steps.flatMap(({ target }) => containedPrincipal(target)?.id ?? []),
  )
  const success = activities
    .flatMap(({ calls }) => calls)
    .find(
      (call) =>
        call.errorCode === null &&
        call.at > since &&
        contained.has(call.principalId) &&
        !UNDENIABLE.has(call.operation),
    )
  return success === undefined ? null : `the contained principal succeeded with ${success.operation} at ${success.at}`
}

/** No policy can deny it. Source: STS, GetCallerIdentity. */
const UNDENIABLE: ReadonlySet<string> = new Set(['sts:GetCallerIdentity'])

/** Whether it is to hold still. An undo that has begun takes it away on purpose, and is not at its end before that was read back. */
async function isHeld(tx: Tx, plan: string): Promise<boolean> {
  const held = await tx
    .selectFrom('containment')
    .select('plan')
    .where('plan', '=', plan)
    .where('released_at', 'is', null)
    .executeTakeFirst()
  const undoing = await tx
    .selectFrom('plan')
    .innerJoin('plan_step', 'plan_step.plan', 'plan.hash')
    .select('plan.hash')
    .where('plan.undoes', '=', plan)
    .where('plan.status', '=', 'executing')
    .where('plan_step.intended_at', 'is not', null)
    .executeTakeFirst()
  return held !== undefined && undoing === undefined
}

interface Lost {
  readonly episode: number
  readonly reason: string
}

async function lose(tx: Tx, { hash, incident }: LockedPlan, { episode, reason }: Lost): Promise<void> {
  await tx.updateTable('plan').set({ status: 'partial', status_reason: reason }).where('hash', '=', hash).execute()
  await tell(tx, incident, {
    type: 'containment.lost',
    text: `The containment by plan ${shortHash(hash)} does not hold: ${reason}`,
    refs: { plan: hash },
  })
  const text = `The containment by plan ${shortHash(hash)} does not hold: ${reason}`
  await openTaskIn(tx, { incident, episode, key: `lost/${hash}`, text })
  await settleStatus(tx, incident)
}
