import { errorKinds } from '#domain/errors'
import type { Json } from '#domain/json'
import { effects, type Judgement, judge, judgeResumed, type Resumed } from '#domain/judge'
import type { PermitQuestion, Permitted, Refused, Settled } from '#domain/permit'
import type { PlannedStep, StepOutcome } from '#domain/plan'
import type { RelyingParty } from '#domain/relying-party'
import { roleFor } from '#domain/roles/account-roles'
import { nextSession } from '#domain/session-parts'
import { type DeclaredCall, fill, type Values } from '#domain/state'
import { targetKey } from '#domain/targets'
import { clock } from '#store/database/clock'
import type { Database, Tx } from '#store/database/database'
import { tripBreaker } from '#store/plans/breakers'
import { type PlanRow, planRow } from '#store/plans/gate-facts'
import {
  fenceOff,
  lockAccount,
  lockOrganisation,
  lockStanding,
  openPermit,
  type Permit,
  permitOf,
} from '#store/plans/permits'
import { lockVotes } from '#store/votes/voting'
import { type Case, openCase, readPlan, type StoredPlan, scalingGroupOf, tagsOf } from './case.ts'
import { close } from './closing.ts'
import { alteration, type Refusal, refusalOf } from './conditions.ts'
import type { MintOrder } from './mint.ts'
import { isStanding, isUnasked } from './quorum.ts'
import { tellGiven, tellRefused, tellResumed } from './telling.ts'

/** The right to a step, before its credentials are minted, and the session that it is the right to. */
export interface Given {
  readonly kind: 'given'
  readonly permitted: Permitted
  readonly order: MintOrder
  /** What the target shows of the step already. */
  readonly there: readonly DeclaredCall[]
}

export type Decision = Given | Settled | Refused

/**
 * Decides on one step, in one transaction. The first request opens the permit when every condition holds; later ones resume it:
 * what is done needs no condition any more, what is outstanding needs all of them again. A closed permit answers how the step ended.
 */
export const decidePermit = (
  db: Database,
  question: PermitQuestion,
  relyingParty: RelyingParty | null = null,
): Promise<Decision> => db.transaction().execute((tx) => decide(tx, question, relyingParty))

async function decide(tx: Tx, question: PermitQuestion, relyingParty: RelyingParty | null): Promise<Decision> {
  const row = await planRow(tx, question.plan)
  if (row === undefined) return refused('not_found', `There is no plan ${question.plan}`)
  const stored = readPlan(row)
  if (stored === null) return refuse({ tx, row, step: question.step }, noPlan(row))
  const step = stored.plan.steps[question.step]
  if (step === undefined) return refused('not_found', `The plan has no step ${question.step}`)
  await lockOrganisation(tx, row.incident)
  await lockStanding(tx, stored.plan.standingApproval?.change)
  await lockAccount(tx, step.target.account)
  await lockVotes(tx, question.plan)
  const permit = await permitOf(tx, question.plan, question.step)
  if (permit?.outcome) return { kind: 'settled', outcome: permit.outcome }
  const asked: Asked = { tx, row, stored, step, question, relyingParty }
  return permit === undefined ? open(asked) : resume(asked, permit)
}

interface Asked {
  readonly tx: Tx
  readonly row: PlanRow
  readonly stored: StoredPlan
  readonly step: PlannedStep
  readonly question: PermitQuestion
  readonly relyingParty: RelyingParty | null
}

const refused = (code: Refused['code'], reason: string): Refused => ({ kind: 'refused', code, reason })

const noPlan = ({ hash }: PlanRow): Refusal => ({
  code: 'plan_altered',
  reason: `The bytes stored for plan ${hash} are not that plan`,
})

interface Refusing {
  readonly tx: Tx
  readonly row: PlanRow
  readonly step: number
}

async function refuse({ tx, row, step }: Refusing, refusal: Refusal): Promise<Refused> {
  await tellRefused({ tx, row }, step, refusal)
  return { kind: 'refused', ...refusal }
}

async function open(asked: Asked): Promise<Decision> {
  const { tx, row, stored, step, question, relyingParty } = asked
  const judgement = judge(step, question.observed.state, {})
  const unopened = await openCase(tx, { stored, step, question, judgement, relyingParty })
  const refusal = refusalOf(unopened)
  if (refusal !== null) {
    if (refusal.code === 'budget_spent' && isUnasked(unopened))
      await tripBreaker(tx, { ...row, account: step.target.account, plan: row.hash, reason: refusal.reason })
    return refuse({ tx, row, step: step.index }, refusal)
  }
  const values = await valuesFor(tx, step)
  const permit = await openPermit(tx, {
    plan: question.plan,
    step: step.index,
    targetKey: targetKey(step.target),
    account: step.target.account,
    scalingGroup: scalingGroupOf(stored.plan, step),
    tags: tagsOf(step),
    standingApproval: isStanding(unopened) ? (stored.plan.standingApproval?.change ?? null) : null,
    values,
  })
  const calls = nextSession(filled(outstanding(judgement), values))
  await tellGiven(asked, permit, calls)
  return given(unopened, permit, { calls, there: effects(step, question.observed.state, values) })
}

async function resume(asked: Asked, permit: Permit): Promise<Decision> {
  const { tx, stored, step, question, relyingParty } = asked
  const resumed = judgeResumed(step, question.observed.state, permit.values)
  const asOpened = await openCase(tx, { stored, step, question, judgement: resumed.judgement, relyingParty })
  const refusal = objectionTo(asOpened, resumed.judgement) ?? spent(permit, resumed.judgement)
  if (refusal !== null) return refuseResumption(asked, permit, { refusal, resumed })
  const again = await fenceOff(tx, permit)
  const calls = nextSession(filled(outstanding(resumed.judgement), resumed.values))
  await tellResumed(asked, again, calls)
  const there = effects(step, question.observed.state, resumed.values)
  return given(asOpened, { ...again, values: resumed.values }, { calls, there })
}

/** A read-back that shows the step done needs no clock, vote or budget; but it must be the approved step that is read back. */
function objectionTo(asked: Case, judgement: Judgement): Refusal | null {
  if (judgement.kind !== 'done') return refusalOf(asked)
  const reason = alteration(asked)
  return reason === null ? null : { code: 'plan_altered', reason }
}

/** Above what outages and long steps need while a plan may run: beyond it something asks for sessions and makes nothing of them. */
const MOST_ATTEMPTS = 100

/** A permit is renewed only so often, whatever holds. */
const spent = ({ attempt }: Permit, { kind }: Judgement): Refusal | null =>
  kind === 'done' || attempt < MOST_ATTEMPTS
    ? null
    : { code: 'attempts_spent', reason: `The step’s permit was given ${attempt} times, which is as often as it may be` }

interface Ended {
  readonly refusal: Refusal
  readonly resumed: Resumed
}

/** What time alone can lift leaves the permit open; anything else ends the step, with what it has changed until now. */
async function refuseResumption(asked: Asked, permit: Permit, { refusal, resumed }: Ended): Promise<Decision> {
  await tellRefused(asked, permit.step, refusal)
  if (errorKinds[refusal.code].retry === 'later') return { kind: 'refused', ...refusal }
  const calls = effects(asked.step, asked.question.observed.state, resumed.values)
  const outcome: StepOutcome =
    refusal.code === 'drifted'
      ? { kind: 'drifted', difference: refusal.reason, calls }
      : { kind: 'refused', ...refusal, calls }
  await close(asked, permit, outcome)
  return { kind: 'settled', outcome }
}

const given = (
  { hash, plan, step, facts }: Case,
  permit: Permit,
  { calls, there }: { readonly calls: readonly DeclaredCall[]; readonly there: readonly DeclaredCall[] },
): Given => ({
  kind: 'given',
  there,
  permitted: {
    kind: 'permitted',
    permit: permit.id,
    attempt: permit.attempt,
    values: permit.values,
    calls,
    credentials: null,
  },
  order: {
    partition: facts.account?.partition ?? '',
    account: step.target.account,
    externalId: facts.account?.externalId ?? null,
    role: roleFor(step),
    region: step.region,
    incident: plan.incident,
    plan: hash,
    step: step.index,
    calls,
  },
})

const outstanding = (judgement: Judgement): readonly DeclaredCall[] =>
  judgement.kind === 'outstanding' ? judgement.calls : []

const filled = (calls: readonly DeclaredCall[], values: Values): readonly DeclaredCall[] =>
  calls.map((call) => {
    const { after, via } = call.change
    const passing = via === undefined ? {} : { via: String(fill(via, values)) }
    return { ...call, change: { ...call.change, after: fill(after, values), ...passing } }
  })

/** How far after the permit sessions still count as open, so that propagation leaves no gap. Source: IAM, revoke role sessions. */
const REVOCATION_LEAD_MS = 30_000
const MS_PER_SECOND = 1000

async function valuesFor(tx: Tx, { calls }: PlannedStep): Promise<Values> {
  const wantsIssueTime = calls.some(({ change }) => mentions(change.after, '{issuedBefore}'))
  if (!wantsIssueTime) return {}
  const at = Date.parse(await clock(tx)) + REVOCATION_LEAD_MS
  const wholeSecond = new Date(Math.ceil(at / MS_PER_SECOND) * MS_PER_SECOND)
  return { issuedBefore: wholeSecond.toISOString().replace('.000Z', 'Z') }
}

const mentions = (after: Json, placeholder: string): boolean => typeof after === 'string' && after.includes(placeholder)
