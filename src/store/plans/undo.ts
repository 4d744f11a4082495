import type { ReleaseReason } from '#domain/catalogue/entry'
import { entryOf } from '#domain/catalogue/erased'
import { asOneTry, type DoneStep, doneSteps } from '#domain/done-steps'
import type { StepOutcome } from '#domain/plan'
import type { RequestedEvidence, RequestedPlan } from '#domain/records'
import type { Database, Tx } from '#store/database/database'
import { plansFor } from '#store/incidents/verb-calls'
import { planFromBytes } from './plan-bytes.ts'
import { keyOfRequest } from './proposals.ts'
import { standingFor } from './replaced-plans.ts'
import type { PlanRequestBody } from './requests.ts'

export interface UndoWish {
  readonly plan: string
  readonly release: ReleaseReason
  readonly verbKey: string
  readonly proposer: string
  readonly reason?: string
}

/** The proposal that puts back what the plan changed, as far as the release reason wants it back; or why there is none. */
export const readUndo = (db: Database, wish: UndoWish): Promise<RequestedPlan> =>
  db.transaction().execute((tx) => undoIn(tx, wish))

async function undoIn(tx: Tx, { plan: hash, release, verbKey, proposer, reason }: UndoWish): Promise<RequestedPlan> {
  const row = await tx.selectFrom('plan').select(['bytes', 'status']).where('hash', '=', hash).executeTakeFirst()
  if (row === undefined) return { kind: 'refused', code: 'not_found', reason: `There is no plan ${hash}` }
  const plans = await plansFor(tx, verbKey)
  const done = await doneBy(tx, hash)
  if (row.status === 'executing')
    return { kind: 'refused', code: 'conflict', reason: 'The plan is being carried out: wait until it has ended' }
  if (done.length === 0 && plans.length === 0)
    return { kind: 'refused', code: 'unprocessable', reason: 'Nothing of the plan was done: there is nothing to undo' }
  const plan = planFromBytes(row.bytes)
  const wanted = done.filter(({ action }) => entryOf(action).revertedWhen.includes(release))
  return {
    kind: 'proposal',
    plans,
    proposal: {
      verbKey,
      purpose: 'undo',
      reason: reason ?? `Release “${plan.reason}”: ${release}`,
      proposer,
      wanted: wanted.map(({ action, target }) => ({ action, target })),
      undoes: {
        plan: hash,
        account: plan.steps[0]?.target.account ?? '',
        release,
        done: wanted.map(({ calls }) => calls),
      },
    },
  }
}

/** What the plan did, with what the plans left that it replaced. */
async function doneBy(tx: Tx, plan: string): Promise<readonly DoneStep[]> {
  const plans = await tx
    .selectFrom('plan')
    .select(['hash', 'bytes'])
    .where('hash', 'in', standingFor(plan))
    .orderBy('revision')
    .execute()
  const tries: (readonly DoneStep[])[] = []
  for (const { hash, bytes } of plans) tries.push(doneSteps(planFromBytes(bytes), await outcomesOf(tx, hash)))
  return asOneTry(tries)
}

async function outcomesOf(tx: Tx, plan: string): Promise<ReadonlyMap<number, StepOutcome>> {
  const rows = await tx
    .selectFrom('plan_step')
    .select(['index', 'outcome'])
    .where('plan', '=', plan)
    .where('outcome', 'is not', null)
    .execute()
  return new Map(rows.map(({ index, outcome }) => [index, outcome as unknown as StepOutcome]))
}

/** What a person asked for, as a proposal. Throws `not_found`. */
export const readRequest = (db: Database, request: string): Promise<RequestedPlan | RequestedEvidence> =>
  db.transaction().execute(async (tx) => {
    const { body: stored, person } = await tx
      .selectFrom('plan_request')
      .select(['body', 'person'])
      .where('id', '=', request)
      .executeTakeFirstOrThrow()
    // Bodies are written by `requestPlan` only.
    const body = stored as unknown as PlanRequestBody
    const verbKey = keyOfRequest(request)
    if ('evidence' in body) return { kind: 'evidence', key: verbKey, asked: body.evidence }
    if ('undecided' in body) return restOf(tx, body, verbKey)
    if ('undo' in body) return undoIn(tx, { ...body, plan: body.undo, verbKey, proposer: person ?? '' })
    const { purpose, reason, steps } = body
    const wanted = steps.map(({ action, target }) => ({ action, target }))
    return {
      kind: 'proposal',
      proposal: { verbKey, purpose, reason, proposer: person ?? '', wanted },
      plans: await plansFor(tx, verbKey),
    }
  })

type Undecided = Extract<PlanRequestBody, { readonly undecided: string }>

/** The steps of a plan that nobody decided which the policy asks for, in the name of who proposed it. */
async function restOf(tx: Tx, { undecided, steps, reason }: Undecided, verbKey: string): Promise<RequestedPlan> {
  const { bytes } = await tx.selectFrom('plan').select('bytes').where('hash', '=', undecided).executeTakeFirstOrThrow()
  const { purpose, proposer, steps: all } = planFromBytes(bytes)
  const wanted = all.filter(({ index }) => steps.includes(index)).map(({ action, target }) => ({ action, target }))
  return {
    kind: 'proposal',
    proposal: { verbKey, purpose, reason, proposer, wanted, undecided },
    plans: await plansFor(tx, verbKey),
  }
}

/** Answers a request with why there is no plan; an answer that is there stays. */
export async function refuseRequest(
  db: Database,
  { request, code, reason }: { readonly request: string; readonly code: string; readonly reason: string },
): Promise<void> {
  await db
    .updateTable('plan_request')
    .set({ refused: JSON.stringify({ code, reason }) })
    .where('id', '=', request)
    .where('plan', 'is', null)
    .where('refused', 'is', null)
    .execute()
}
