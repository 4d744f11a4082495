import { sql } from 'kysely'
import { containedPrincipal } from '#domain/catalogue/contained-principal'
import { isErrorCode } from '#domain/errors'
import { shortHash } from '#domain/ids'
import type { Json, JsonObject } from '#domain/json'
import { endingOf, goesOnAfter, type Plan, type PlanStatus, type StepOutcome } from '#domain/plan'
import type { OpenedPlan } from '#domain/records'
import { targetText } from '#domain/targets'
import type { Database, Tx } from '#store/database/database'
import { keepArchived } from '#store/findings/archived-findings'
import { record } from '#store/log/events'
import { type LockedPlan, lockPlan } from '#store/votes/voting'
import { planFromBytes } from './plan-bytes.ts'

const clock = sql<Date>`clock_timestamp()`

/**
 * A plan as its workflow needs it: what is done already is not outstanding. Of a plan that people approved it keeps that it is under way, and that its
 * first outstanding step is next, before the gate is asked. Throws `not_found`.
 */
export const openPlan = (db: Database, hash: string): Promise<OpenedPlan> =>
  db.transaction().execute(async (tx) => {
    const row = await lockPlan(tx, hash)
    const plan = planFromBytes(row.bytes)
    if (row.status === 'approved' || row.status === 'executing') await intendNext(tx, row, plan)
    const steps = await tx
      .selectFrom('plan_step')
      .select(['index', 'status', 'outcome'])
      .where('plan', '=', hash)
      .orderBy('index')
      .execute()
    const statusOf = (index: number) => steps.find((step) => step.index === index)?.status
    const rounds = await tx.selectFrom('verification').select('round').where('plan', '=', hash).execute()
    return {
      incident: row.incident,
      status: row.status as PlanStatus,
      outstanding: plan.steps
        .filter(({ index }) => statusOf(index) === 'proposed')
        .map(({ index, action }) => ({ index, action })),
      applied: steps.filter(({ status }) => status === 'applied' || status === 'done').length,
      shortfalls: steps.filter(({ status }) => status === 'failed').map(({ outcome }) => shortfallOf(outcome)),
      verifyAfterMs: plan.verifyAfterMs,
      rounds: rounds.length,
      watchMs: plan.purpose === 'contain' ? plan.watchMs : null,
      principals: principalsOf(plan),
    }
  })

/** Outcomes are written whole, when the step is closed. */
const shortfallOf = (outcome: unknown): string => endingOf(outcome as Exclude<StepOutcome, { kind: 'applied' }>)

/** Whose calls can tell whether the containment holds, each once. */
function principalsOf({ purpose, steps }: Plan): OpenedPlan['principals'] {
  if (purpose !== 'contain') return []
  const principals = steps.flatMap(({ target }) => containedPrincipal(target) ?? [])
  return [...new Map(principals.map(({ principal, id }) => [id, principal])).values()]
}

/** Keeps that the first step without an end is about to be asked of the gate, and that the plan is under way. Once for each step. */
async function intendNext(tx: Tx, row: LockedPlan, { steps }: Plan): Promise<void> {
  const { hash, incident } = row
  const intended = await tx
    .updateTable('plan_step')
    .set({ intended_at: clock })
    .where('plan', '=', hash)
    .where('index', '=', (of) =>
      of
        .selectFrom('plan_step')
        .select(({ fn }) => fn.min('index').as('next'))
        .where('plan', '=', hash)
        .where('ended_at', 'is', null),
    )
    .where('intended_at', 'is', null)
    .returning('index')
    .executeTakeFirst()
  if (intended === undefined) return
  if (row.status === 'approved') await beginPlan(tx, row)
  const { index } = intended
  const planned = steps[index]
  const what = planned === undefined ? `step ${index}` : `${planned.action} on ${targetText(planned.target)}`
  await tell(tx, incident, {
    type: 'step.intended',
    text: `Step ${index + 1} of plan ${shortHash(hash)} is next: ${what}`,
    refs: { plan: hash, step: String(index) },
  })
}

async function beginPlan(tx: Tx, { hash, incident }: LockedPlan): Promise<void> {
  await tx.updateTable('plan').set({ status: 'executing' }).where('hash', '=', hash).execute()
  await tell(tx, incident, {
    type: 'plan.executing',
    text: `Plan ${shortHash(hash)} is being carried out`,
    refs: { plan: hash },
  })
}

export interface EndedStep {
  readonly plan: string
  readonly step: number
  readonly outcome: StepOutcome
}

const stepStatusOf = { applied: 'applied', drifted: 'skipped', refused: 'skipped', failed: 'failed' } as const

/** Keeps how a step of a plan that is under way ended, and that the one after it is next when the plan goes on; the first end stays. */
export const closeStep = (db: Database, { plan: hash, step, outcome }: EndedStep): Promise<void> =>
  db.transaction().execute(async (tx) => {
    const row = await lockPlan(tx, hash)
    const { incident, bytes } = row
    if (row.status !== 'executing') return
    const ended = await tx
      .updateTable('plan_step')
      .set({ status: stepStatusOf[outcome.kind], outcome: JSON.stringify(outcome), ended_at: clock })
      .where('plan', '=', hash)
      .where('index', '=', step)
      .where('ended_at', 'is', null)
      .returning('index')
      .executeTakeFirst()
    if (ended === undefined) return
    const plan = planFromBytes(bytes)
    const planned = plan.steps[step]
    if (planned !== undefined) await keepArchived(tx, { plan: hash, step: planned, outcome })
    await tell(tx, incident, {
      type: outcome.kind === 'applied' ? 'step.applied' : 'step.ended',
      text: `Step ${step + 1} of plan ${shortHash(hash)} ${ending(outcome)}`,
      refs: { plan: hash, step: String(step) },
      body: bodyOf(outcome),
    })
    if (planned !== undefined && goesOnAfter(planned, outcome)) await intendNext(tx, row, plan)
  })

function ending(outcome: StepOutcome): string {
  switch (outcome.kind) {
    case 'applied':
      return outcome.made.length === 0
        ? 'needed no call: everything was so already'
        : `is applied: ${outcome.made.map(({ operation }) => operation).join(', ')}`
    case 'drifted':
      return `is not carried out, the target has drifted: ${outcome.difference}`
    case 'refused':
    case 'failed':
      return `is ${outcome.kind} (${isErrorCode(outcome.code) ? outcome.code : 'internal'}): ${outcome.reason}`
  }
}

const bodyOf = (outcome: StepOutcome): JsonObject => ({
  kind: outcome.kind,
  made: outcome.kind === 'applied' ? outcome.made.map((call): Json => ({ ...call })) : [],
})

export interface Told {
  readonly type: Parameters<typeof record>[1]['type']
  readonly text: string
  readonly refs: Readonly<Record<string, string>>
  readonly body?: JsonObject
}

export const tell = (tx: Tx, incident: string, told: Told): Promise<void> =>
  record(tx, { stream: incident, actor: { kind: 'cordon', id: 'worker' }, ...told })
