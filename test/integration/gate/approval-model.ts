/** What approvals are, told from the design and the guides alone: no line of this is taken from what it judges. */
export type Voter = 'approver1' | 'approver2' | 'approver3' | 'responder'
export type Decision = 'approve' | 'deny' | 'hold' | 'withdraw'
export type TargetState = 'before' | 'after' | 'strange'
type Status = 'proposed' | 'approved' | 'executing' | 'denied' | 'expired' | 'done'

interface PersonModel {
  isApprover: boolean
  group: string | null
}

interface VoteModel {
  readonly person: Voter
  readonly decision: Decision
  readonly minute: number
  readonly isForged: boolean
}

interface GlassModel {
  readonly person: Voter
  readonly minute: number
  readonly isForged: boolean
  isReviewed: boolean
}

interface PermitModel {
  readonly minute: number
  attempt: number
  /** How the step ended; null while the permit is open. */
  ended: string | null
}

export interface PlanWish {
  readonly target: string
  readonly account: string
  readonly votesByPolicy: number
  readonly proposer: string
  readonly required: number
  readonly groups: number
  readonly decideWithin: number
  readonly runWithin: number
  /** How many minutes before it was stored it was made. */
  readonly age: number
}

export interface PlanModel extends PlanWish {
  readonly hash: string
  readonly proposedAt: number
  status: Status
  readonly votes: VoteModel[]
  glass: GlassModel | null
  permit: PermitModel | null
}

interface FreezeModel {
  readonly account: string | null
  endsAt: number
  liftAskedBy: Voter | null
  isLifted: boolean
}

export interface Model {
  /** Minutes since the run began. */
  now: number
  readonly people: Record<Voter, PersonModel>
  readonly plans: PlanModel[]
  readonly freezes: FreezeModel[]
  readonly targets: Map<string, TargetState>
}

export const PROTECTED = 'break-glass-admin'

/** The demo policy with narrow budgets, in minutes. */
const policy = {
  decideBy: 30,
  runBy: 15,
  glass: { people: ['approver1'], review: 1440 },
  budgets: { window: 60, approved: 2, automatic: 1 },
}
const FREEZE_MINUTES = 240

/** What time or people lift leaves a step that has begun open; anything else ends it. */
const passing = new Set(['frozen', 'on_hold', 'quorum_lost', 'target_locked', 'budget_spent'])

export const freshModel = (): Model => ({
  now: 0,
  people: {
    approver1: { isApprover: true, group: 'security' },
    approver2: { isApprover: true, group: 'platform' },
    approver3: { isApprover: true, group: 'security' },
    responder: { isApprover: false, group: null },
  },
  plans: [],
  freezes: [],
  targets: new Map(),
})

export function propose(model: Model, wish: PlanWish, hash: string): void {
  model.plans.push({
    ...wish,
    hash,
    proposedAt: model.now - wish.age,
    status: 'proposed',
    votes: [],
    glass: null,
    permit: null,
  })
}

const mayVote = ({ people }: Model, plan: PlanModel, person: Voter): boolean =>
  people[person].isApprover && person !== plan.proposer

/** Each person's last word among these votes. */
const stand = (votes: readonly VoteModel[]): ReadonlyMap<Voter, Decision> =>
  new Map(votes.map(({ person, decision }) => [person, decision]))

interface Wanted {
  readonly required: number
  readonly groups: number
}

function isQuorum({ people }: Model, { required, groups }: Wanted, votes: readonly VoteModel[]): boolean {
  const words = [...stand(votes)]
  const approving = words.filter(([, decision]) => decision === 'approve').map(([person]) => person)
  const different = new Set(approving.map((person) => people[person].group))
  return !isHeld(votes) && approving.length >= required && different.size >= groups
}

const isHeld = (votes: readonly VoteModel[]): boolean => [...stand(votes).values()].includes('hold')
const isDenied = (votes: readonly VoteModel[]): boolean => votes.some(({ decision }) => decision === 'deny')

/** Of people who may vote now: who lost the role in between has no vote. */
const counting = (model: Model, plan: PlanModel): readonly VoteModel[] =>
  plan.votes.filter(({ person }) => mayVote(model, plan, person))

const isLate = ({ now }: Model, plan: PlanModel): boolean => now > plan.proposedAt + plan.decideWithin

/** What the api answers to a vote. It counts what is recorded: which votes are genuine is for the gate to say. */
export function vote(model: Model, plan: PlanModel, person: Voter, decision: Decision): string {
  if (!mayVote(model, plan, person)) return 'not_permitted'
  const own = stand(plan.votes).get(person)
  if (own === decision) return 'counted'
  if (own === undefined && decision === 'withdraw') return 'late'
  if (plan.status === 'proposed' && isLate(model, plan)) {
    plan.status = 'expired'
    return 'late'
  }
  if (!isOpenTo(model, plan, decision)) return 'late'
  plan.votes.push({ person, decision, minute: model.now, isForged: false })
  const votes = counting(model, plan)
  if (isDenied(votes)) plan.status = 'denied'
  else if (plan.status === 'proposed' && isQuorum(model, plan, votes)) plan.status = 'approved'
  return 'counted'
}

/** One person can stop a plan until its first permit; who approves makes good what was stopped. */
function isOpenTo(model: Model, plan: PlanModel, decision: Decision): boolean {
  if (plan.permit !== null) return false
  if (plan.status === 'proposed') return true
  if (plan.status !== 'approved' && plan.status !== 'executing') return false
  const votes = counting(model, plan)
  return decision !== 'approve' || (!isDenied(votes) && !isQuorum(model, plan, votes))
}

/** The worker's timer, which ends a plan that nobody decided. */
export function expire(model: Model, plan: PlanModel): string {
  if (plan.status === 'proposed' && isLate(model, plan)) plan.status = 'expired'
  return plan.status
}

/** One person decides alone: named by policy, an approver, nothing of theirs unreviewed for too long, after approving it themselves. */
export function breakGlass(model: Model, plan: PlanModel, person: Voter): string {
  if (!mayActAlone(model, person) || hasOverdueReview(model, plan, person)) return 'not_permitted'
  if (plan.glass?.person === person) return 'decided'
  if (plan.status !== 'proposed' || isLate(model, plan)) return 'conflict'
  if (stand(plan.votes).get(person) !== 'approve') return 'conflict'
  plan.glass = { person, minute: model.now, isForged: false, isReviewed: false }
  plan.status = 'approved'
  return 'decided'
}

const mayActAlone = ({ people }: Model, person: Voter): boolean =>
  policy.glass.people.includes(person) && people[person].isApprover

const hasOverdueReview = ({ plans, now }: Model, plan: PlanModel, person: Voter): boolean =>
  plans.some(
    (one) =>
      one !== plan &&
      one.glass?.person === person &&
      !one.glass.isReviewed &&
      now > one.glass.minute + policy.glass.review,
  )

export function review(plan: PlanModel, person: Voter): string {
  if (plan.glass === null) return 'not_found'
  if (plan.glass.person === person) return 'not_permitted'
  plan.glass.isReviewed = true
  return 'reviewed'
}

const active = ({ freezes, now }: Model): readonly FreezeModel[] =>
  freezes.filter(({ isLifted, endsAt }) => !isLifted && now < endsAt)

/** One person freezes; frozen already, it lasts four hours from now and a lift must be asked anew. */
export function freeze(model: Model, account: string | null): string {
  const endsAt = model.now + FREEZE_MINUTES
  const running = active(model).find((one) => one.account === account)
  if (running === undefined) model.freezes.push({ account, endsAt, liftAskedBy: null, isLifted: false })
  else Object.assign(running, { endsAt, liftAskedBy: null })
  return 'frozen'
}

/** Two people of different groups lift it; the first one's wish is kept. */
export function lift(model: Model, account: string | null, person: Voter): string {
  const exact = active(model).filter((one) => one.account === account)
  const meant = exact.length === 0 && account === null ? active(model) : exact
  if (meant.length === 0) return 'not_found'
  const groupOf = (who: Voter) => model.people[who].group
  for (const one of meant) {
    const first = one.liftAskedBy
    if (first === null) one.liftAskedBy = person
    else
      one.isLifted =
        first !== person && groupOf(first) !== null && groupOf(person) !== null && groupOf(first) !== groupOf(person)
  }
  return meant.every(({ isLifted }) => isLifted) ? 'lifted' : 'needs-another'
}

/** What the gate answers to a request for the step, the first or a later one; the worker says before that the plan is under way. */
export function ask(model: Model, plan: PlanModel): string {
  if (plan.status === 'approved') plan.status = 'executing'
  const { permit } = plan
  if (permit === null) {
    const code = refusal(model, plan)
    if (code === null) plan.permit = { minute: model.now, attempt: 1, ended: null }
    return code ?? 'given'
  }
  return permit.ended === null ? askAgain(model, plan, permit) : `ended: ${permit.ended}`
}

/** What is done needs no condition any more; what only time or people hold up leaves the step open. */
function askAgain(model: Model, plan: PlanModel, permit: PermitModel): string {
  const code = stateOf(model, plan) === 'after' ? null : refusal(model, plan)
  if (code === null) {
    permit.attempt += 1
    return 'given again'
  }
  if (passing.has(code)) return code
  permit.ended = code === 'drifted' ? code : `refused with ${code}`
  return `ended: ${permit.ended}`
}

export const stateOf = ({ targets }: Model, { target }: PlanModel): TargetState => targets.get(target) ?? 'before'

/** The first of the gate's list that does not hold. */
function refusal(model: Model, plan: PlanModel): string | null {
  return refusalByPeople(model, plan) ?? refusalByRest(model, plan)
}

function refusalByPeople(model: Model, plan: PlanModel): string | null {
  if (active(model).some(({ account }) => account === null || account === plan.account)) return 'frozen'
  if (plan.votes.some(({ isForged }) => isForged)) return 'vote_forged'
  const votes = counting(model, plan)
  if (isDenied(votes)) return 'denied'
  const decidedAt = decided(model, plan)
  const isOver = decidedAt !== null && model.now > decidedAt + Math.min(plan.runWithin, policy.runBy)
  if (isHeld(votes) && !isOver) return 'on_hold'
  if (decidedAt === null) return 'quorum_missing'
  if (!isQuorum(model, wanted(model, plan), votes) && !isOver) return 'quorum_lost'
  if (decidedAt > plan.proposedAt + Math.min(plan.decideWithin, policy.decideBy)) return 'decided_late'
  if (isOver) return 'run_by_passed'
  return plan.status === 'approved' || plan.status === 'executing' ? null : 'conflict'
}

/** Whoever policy names decided alone, in a sign-in of theirs, and approves it still. */
const isAlone = (model: Model, plan: PlanModel): boolean =>
  plan.glass !== null &&
  !plan.glass.isForged &&
  mayActAlone(model, plan.glass.person) &&
  stand(plan.votes).get(plan.glass.person) === 'approve'

const wanted = (model: Model, plan: PlanModel): Wanted =>
  isAlone(model, plan)
    ? { required: 1, groups: 1 }
    : { required: Math.max(plan.required, plan.votesByPolicy), groups: plan.groups }

/** When the quorum was first there. */
function decided(model: Model, plan: PlanModel): number | null {
  if (isAlone(model, plan)) return plan.glass?.minute ?? null
  const votes = counting(model, plan)
  const made = votes.find((_, index) => isQuorum(model, wanted(model, plan), votes.slice(0, index + 1)))
  return made?.minute ?? null
}

function refusalByRest(model: Model, plan: PlanModel): string | null {
  const isUnderWay = ({ status, permit }: PlanModel) =>
    permit !== null && (status === 'approved' || status === 'executing')
  if (model.plans.some((one) => one !== plan && one.target === plan.target && isUnderWay(one))) return 'target_locked'
  if (plan.target === PROTECTED) return 'target_protected'
  if (plan.permit === null && spent(model, plan)) return 'budget_spent'
  return stateOf(model, plan) === 'strange' ? 'drifted' : null
}

/** Other targets of the account within the window; who acts alone has the budget of nobody. */
function spent(model: Model, plan: PlanModel): boolean {
  const { window, automatic, approved } = policy.budgets
  const recent = model.plans.filter(
    ({ account, target, permit }) =>
      permit !== null && account === plan.account && target !== plan.target && model.now < permit.minute + window,
  )
  return new Set(recent.map(({ target }) => target)).size >= (isAlone(model, plan) ? automatic : approved)
}

/** How an attempt ended; only the newest may say so, and the first word stays. */
export function end(plan: PlanModel, attempt: number): string {
  const { permit } = plan
  if (permit === null) return 'not_found'
  if (attempt !== permit.attempt) return 'attempt_fenced'
  if (permit.ended === null) {
    permit.ended = 'applied'
    plan.status = 'done'
  }
  return 'closed'
}
