import { sql } from 'kysely'
import { glassObjection, noBreakGlass } from '#domain/break-glass'
import { shortHash } from '#domain/ids'
import type { Policy } from '#domain/policy'
import type { Person } from '#domain/votes'
import type { Database, Tx } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { retrying } from '#store/database/retrying'
import { lockIncident, type Woken } from '#store/incidents/incident-verbs'
import { openTaskIn } from '#store/incidents/tasks'
import { raiseWake } from '#store/incidents/wake'
import { record } from '#store/log/events'
import { callApprovers } from '#store/paging/calling'
import { policyOf } from '#store/policy/policies'
import { type LockedPlan, lockPlan, lockVotes, votesOn } from '#store/votes/voting'
import { planFromBytes } from './plan-bytes.ts'
import { approvePlan, whyClosed } from './plan-decision.ts'

export interface GlassWish {
  readonly plan: string
  readonly person: Person
  readonly reason: string
  /** The hash of the sign-in’s token: the gate checks that the decision belongs to one. */
  readonly session: string
}

/**
 * One person, who has approved the plan, decides alone that it is carried out. Everybody else is called, and somebody else must review it. Again by the same person
 * changes nothing. Throws `not_found`, `not_permitted` with what stands against it, and `conflict` when the plan is decided or late.
 */
export const breakGlass = (db: Database, wish: GlassWish): Promise<Woken> =>
  retrying(() => db.transaction().execute((tx) => breakIn(tx, wish)))

async function breakIn(tx: Tx, wish: GlassWish): Promise<Woken> {
  const { incident } = await planNamed(tx, wish.plan)
  const { build, policy_digest, episode } = await lockIncident(tx, incident)
  await lockVotes(tx, wish.plan)
  const row = await lockPlan(tx, wish.plan)
  const policy = await policyOf(tx, policy_digest)
  await refuseObjections(tx, { row, wish, policy })
  const known = await tx.selectFrom('break_glass').select('person').where('plan', '=', row.hash).executeTakeFirst()
  if (known?.person === wish.person.id) return { incident, build, wakeDue: false }
  if (known !== undefined) throw refusal('conflict', `${known.person} carries the plan out alone already`)
  if (row.status !== 'proposed' || row.isLate)
    throw refusal('conflict', row.isLate ? 'Its decide-by has passed' : whyClosed(row, await votesOn(tx, row.hash)))
  await requireOwnApproval(tx, wish)
  await insertGlass(tx, { row, wish, policy })
  const by = `${wish.person.name} alone (break-glass)`
  await approvePlan({ tx, row, plan: planFromBytes(row.bytes) }, { by, actor: wish.person.id })
  const text = `${wish.person.name} carries plan ${shortHash(row.hash)} out alone: ${wish.reason}. Deny it if it is wrong, and review it`
  await openTaskIn(tx, { incident, episode, key: taskKey(row.hash), text })
  await callApprovers(tx, { incident, key: `glass/${row.hash}`, text, plan: row.hash, except: wish.person.id })
  return { incident, build, wakeDue: await raiseWake(tx, incident) }
}

const taskKey = (plan: string): string => `glass/${plan}`

async function planNamed(tx: Tx, hash: string): Promise<{ readonly incident: string }> {
  const row = await tx.selectFrom('plan').select('incident').where('hash', '=', hash).executeTakeFirst()
  if (row === undefined) throw refusal('not_found', `There is no plan ${hash}`)
  return row
}

/** Whoever acts alone has approved the plan like anybody else: by their passkey, where policy asks for it. */
async function requireOwnApproval(tx: Tx, { plan, person }: GlassWish): Promise<void> {
  const own = (await votesOn(tx, plan)).findLast((vote) => vote.person === person.id)
  if (own?.decision !== 'approve')
    throw refusal('conflict', `Approve plan ${shortHash(plan)} first: then your approval alone can be enough`)
}

interface Breaking {
  readonly row: LockedPlan
  readonly wish: GlassWish
  readonly policy: Policy
}

async function refuseObjections(tx: Tx, { row, wish: { person }, policy }: Breaking): Promise<void> {
  const plan = planFromBytes(row.bytes)
  const objection = glassObjection({ plan, tier: plan.tier, policy, person })
  if (objection !== null) throw refusal('not_permitted', `${objection}: the plan needs its quorum`)
  const overdue = await tx
    .selectFrom('break_glass')
    .select('plan')
    .where('person', '=', person.id)
    .where('plan', '<>', row.hash)
    .where('reviewed_at', 'is', null)
    .where('review_by', '<', sql<Date>`clock_timestamp()`)
    .executeTakeFirst()
  if (overdue !== undefined)
    throw refusal('not_permitted', `Nobody reviewed plan ${shortHash(overdue.plan)} in time: that comes first`)
}

async function insertGlass(tx: Tx, { row, wish, policy }: Breaking): Promise<void> {
  const { plan, person, reason, session } = wish
  const { reviewMs, remindMs } = policy.breakGlass ?? noBreakGlass
  const review_by = sql<Date>`${row.clock}::timestamptz + make_interval(secs => ${reviewMs / MS_PER_SECOND})`
  await tx
    .insertInto('break_glass')
    .values({
      plan,
      incident: row.incident,
      person: person.id,
      reason,
      session,
      at: row.clock,
      review_by,
      remind_ms: remindMs,
    })
    .execute()
  await record(tx, {
    stream: row.incident,
    type: 'glass.broken',
    actor: { kind: 'person', id: person.id },
    text: `${person.name} decided alone on plan ${shortHash(plan)}: ${reason}`,
    refs: { plan },
    body: { reason, session },
  })
}

const MS_PER_SECOND = 1000

export interface GlassReview {
  readonly plan: string
  readonly person: Person
  readonly review: string
}

/** Ends the calls about a plan that somebody carried out alone. Again changes nothing. Throws `not_found`, and `not_permitted` for its own person. */
export const reviewGlass = (db: Database, { plan, person, review }: GlassReview): Promise<Woken> =>
  db.transaction().execute(async (tx) => {
    const { incident } = await planNamed(tx, plan)
    const { build } = await lockIncident(tx, incident)
    const glass = await tx.selectFrom('break_glass').selectAll().where('plan', '=', plan).executeTakeFirst()
    if (glass === undefined) throw refusal('not_found', `Nobody carried plan ${shortHash(plan)} out alone`)
    if (glass.person === person.id) throw refusal('not_permitted', 'Somebody else must review what you did alone')
    if (glass.reviewed_at !== null) return { incident, build, wakeDue: false }
    const now = sql<Date>`clock_timestamp()`
    await tx
      .updateTable('break_glass')
      .set({ reviewed_by: person.id, reviewed_at: now, review })
      .where('plan', '=', plan)
      .execute()
    await tx
      .updateTable('task')
      .set({ settled_at: now })
      .where('incident', '=', incident)
      .where('key', '=', taskKey(plan))
      .where('settled_at', 'is', null)
      .execute()
    await record(tx, {
      stream: incident,
      type: 'glass.reviewed',
      actor: { kind: 'person', id: person.id },
      text: `${person.name} reviewed what was done alone with plan ${shortHash(plan)}: ${review}`,
      refs: { plan },
      body: { review },
    })
    return { incident, build, wakeDue: await raiseWake(tx, incident) }
  })

/** Calls every approver again about what nobody has reviewed since the last call. Which incidents to signal. */
export const remindOfReviews = (db: Database): Promise<readonly Woken[]> =>
  db.transaction().execute(async (tx) => {
    const due = await tx
      .updateTable('break_glass')
      .set({ reminded_at: sql<Date>`clock_timestamp()` })
      .where('reviewed_at', 'is', null)
      .where(sql<boolean>`reminded_at + make_interval(secs => remind_ms / 1000.0) < clock_timestamp()`)
      .returning(['plan', 'incident', 'person', 'reason', 'reminded_at'])
      .execute()
    const woken: Woken[] = []
    for (const { plan, incident, person, reason, reminded_at } of due) {
      const { build } = await lockIncident(tx, incident)
      const text = `Plan ${shortHash(plan)} was carried out by ${person} alone (${reason}) and nobody has reviewed it`
      await callApprovers(tx, {
        incident,
        key: `glass/${plan}/${reminded_at.toISOString()}`,
        text,
        plan,
        except: person,
      })
      await record(tx, {
        stream: incident,
        type: 'glass.reminded',
        actor: { kind: 'cordon', id: 'api' },
        text,
        refs: { plan },
      })
      woken.push({ incident, build, wakeDue: await raiseWake(tx, incident) })
    }
    return woken
  })
