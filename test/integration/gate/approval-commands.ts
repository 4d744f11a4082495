import fc from 'fast-check'
import { expect } from 'vitest'
import {
  ask,
  breakGlass,
  type Decision,
  end,
  expire,
  freeze,
  lift,
  type Model,
  type PlanModel,
  type PlanWish,
  PROTECTED,
  propose,
  review,
  stateOf,
  type TargetState,
  type Voter,
  vote,
} from './approval-model.ts'
import type { Approvals } from './approvals.ts'
import { ACCOUNT, STAGING } from './world.ts'

/** What a run went through, so that a model that never gets anywhere fails. */
export interface Seen {
  readonly commands: Map<string, number>
  readonly answers: Map<string, number>
  readonly statuses: Map<string, number>
}

export const count = (of: Map<string, number>, what: string): unknown => of.set(what, (of.get(what) ?? 0) + 1)

interface Play {
  readonly kind: string
  readonly told: unknown
  /** Which plan it is about, counted back from the newest; null when about none. */
  readonly back: number | null
  /** Does it, and answers what was answered; the plan is undefined only where `back` is null. */
  readonly really: (real: Approvals, model: Model, plan: PlanModel) => Promise<string>
  /** What must be answered; without it the command has no answer that could be wrong. */
  readonly expected?: (model: Model, plan: PlanModel) => string
  readonly may?: (model: Model, plan: PlanModel) => boolean
}

type Command = fc.AsyncCommand<Model, Approvals>

const commandOf =
  (seen: Seen) =>
  ({ kind, told, back, really, expected, may = () => true }: Play): Command => {
    const planIn = ({ plans }: Model): PlanModel | undefined =>
      back === null ? undefined : plans[plans.length - 1 - (back % plans.length)]
    return {
      check: (model) => {
        const plan = planIn(model)
        return back === null ? true : plan !== undefined && may(model, plan)
      },
      async run(model, real) {
        // `check` has found it, where the command is about one.
        const plan = planIn(model) as PlanModel
        count(seen.commands, kind)
        const answer = await really(real, model, plan)
        if (expected !== undefined) {
          expect(answer).toBe(expected(model, plan))
          for (const one of answer.split(',')) count(seen.answers, one)
        }
        await compareRecord(real, model)
      },
      toString: () => `${kind}(${JSON.stringify(told)}${back === null ? '' : `, ${back} back`})`,
    }
  }

/** Plans, votes and permits must be those of the model after every command, not only what was answered. */
async function compareRecord(real: Approvals, { plans }: Model): Promise<void> {
  expect(await real.record(plans.map(({ hash }) => hash))).toEqual(
    plans.map(({ hash, status, votes, permit }) => ({
      hash,
      status,
      votes: votes.length,
      attempt: permit?.attempt ?? null,
      isOpen: permit === null ? null : permit.ended === null,
    })),
  )
}

const voter = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom<Voter>('approver1', 'approver2', 'approver3') },
  { weight: 1, arbitrary: fc.constant<Voter>('responder') },
)
const anybody = fc.constantFrom<Voter>('approver1', 'approver2', 'approver3', 'responder')
const whichPlan = fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(3) })

const production = { account: ACCOUNT, votesByPolicy: 2 }
const where = fc.constantFrom(
  { target: 'deploy-bot', ...production },
  { target: 'deploy-bot', ...production },
  { target: 'reader', ...production },
  { target: 'writer', ...production },
  { target: 'deploy-bot', ...production },
  { target: PROTECTED, ...production },
  { target: 'stage-bot', account: STAGING, votesByPolicy: 1 },
  { target: 'stage-bot', account: STAGING, votesByPolicy: 1 },
)

const planWish: fc.Arbitrary<PlanWish> = fc
  .tuple(
    where,
    fc.record({
      proposer: fc.constantFrom('runbook/one', 'runbook/one', 'responder', 'responder', 'approver1'),
      required: fc.constantFrom(1, 2, 2, 2, 2, 3),
      groups: fc.constantFrom(1, 1, 2),
      decideWithin: fc.constantFrom(20, 60, 60),
      runWithin: fc.constantFrom(10, 15, 60),
      age: fc.constantFrom(0, 0, 0, 35),
    }),
  )
  .map(([place, rest]) => ({ ...place, ...rest }))

/** None of the clocks ends at a multiple of seven minutes, so what a run takes itself decides nothing. */
const ticks = fc.constantFrom(7, 14, 35, 35, 245, 1505)

const voting = (decision: Decision, weight: number): readonly fc.Arbitrary<Play>[] =>
  Array.from({ length: weight }, () =>
    fc.tuple(voter, whichPlan).map(([person, back]) => ({
      kind: decision,
      told: person,
      back,
      really: (real, _, plan) => real.vote(plan.hash, person, decision),
      expected: (model, plan) => vote(model, plan, person, decision),
    })),
  )

const approvers = ['approver1', 'approver2', 'approver3'] as const
const everybody = (kind: string, decision: Decision): fc.Arbitrary<Play> =>
  whichPlan.map((back) => ({
    kind,
    told: '',
    back,
    really: async (real, _, { hash }) => {
      const answers: string[] = []
      for (const person of approvers) answers.push(await real.vote(hash, person, decision))
      return answers.join()
    },
    expected: (model, plan) => approvers.map((person) => vote(model, plan, person, decision)).join(),
  }))

const deliverTwice: fc.Arbitrary<Play> = fc
  .tuple(voter, fc.constantFrom<Decision>('approve', 'approve', 'deny', 'hold', 'withdraw'), whichPlan)
  .map(([person, decision, back]) => ({
    kind: 'deliver twice',
    told: [person, decision],
    back,
    really: async (real, _, { hash }) =>
      (await Promise.all([real.vote(hash, person, decision), real.vote(hash, person, decision)])).join(),
    expected: (model, plan) => [vote(model, plan, person, decision), vote(model, plan, person, decision)].join(),
  }))

const forgeVote: fc.Arbitrary<Play> = fc
  .tuple(anybody, fc.constantFrom<Decision>('approve', 'approve', 'deny', 'withdraw'), whichPlan)
  .map(([person, decision, back]) => ({
    kind: 'forge a vote',
    told: [person, decision],
    back,
    really: async (real, model, plan) => {
      await real.forgeVote(plan.hash, person, decision)
      plan.votes.push({ person, decision, minute: model.now, isForged: true })
      return ''
    },
  }))

const forgeGlass: fc.Arbitrary<Play> = fc
  .tuple(fc.constantFrom<Voter>('approver1', 'approver2'), fc.boolean(), whichPlan)
  .map(([person, isForged, back]) => ({
    kind: 'forge a glass',
    told: { person, isForged },
    back,
    may: (_, { glass }) => glass === null,
    really: async (real, model, plan) => {
      await real.forgeGlass(plan.hash, person, isForged)
      plan.glass = { person, minute: model.now, isForged, isReviewed: false }
      // As whoever forges it would have it: that the plan is approved is a word of the record too.
      if (plan.status === 'proposed') plan.status = 'approved'
      return ''
    },
  }))

const breaking: fc.Arbitrary<Play> = fc
  .tuple(fc.constantFrom<Voter>('approver1', 'approver1', 'approver2'), whichPlan)
  .map(([person, back]) => ({
    kind: 'break glass',
    told: person,
    back,
    really: (real, _, plan) => real.breakGlass(plan.hash, person),
    expected: (model, plan) => breakGlass(model, plan, person),
  }))

const reviewing: fc.Arbitrary<Play> = fc.tuple(voter, whichPlan).map(([person, back]) => ({
  kind: 'review',
  told: person,
  back,
  really: (real, _, plan) => real.review(plan.hash, person),
  expected: (_, plan) => review(plan, person),
}))

const asking: fc.Arbitrary<Play> = whichPlan.map((back) => ({
  kind: 'ask for a permit',
  told: '',
  back,
  really: (real, model, plan) => real.ask(plan, stateOf(model, plan)),
  expected: ask,
}))

const ending: fc.Arbitrary<Play> = fc.tuple(fc.constantFrom(0, 0, 1), whichPlan).map(([older, back]) => ({
  kind: 'end the attempt',
  told: { older },
  back,
  may: (_, { permit }) => permit !== null,
  really: (real, _, plan) => real.end(plan, older),
  expected: (_, plan) => end(plan, (plan.permit?.attempt ?? 0) - older),
}))

const changing: fc.Arbitrary<Play> = fc
  .tuple(fc.constantFrom<TargetState>('before', 'before', 'after', 'strange'), whichPlan)
  .map(([state, back]) => ({
    kind: 'change the target',
    told: state,
    back,
    really: async (_, { targets }, { target }) => {
      targets.set(target, state)
      return ''
    },
  }))

const expiring: fc.Arbitrary<Play> = whichPlan.map((back) => ({
  kind: 'expire',
  told: '',
  back,
  really: (real, _, plan) => real.expire(plan.hash),
  expected: expire,
}))

const proposing: fc.Arbitrary<Play> = planWish.map((wish) => ({
  kind: 'propose',
  told: wish,
  back: null,
  really: async (real, model) => {
    propose(model, wish, await real.propose(wish))
    return ''
  },
}))

const ticking: fc.Arbitrary<Play> = ticks.map((minutes) => ({
  kind: 'tick',
  told: minutes,
  back: null,
  really: async (real, model) => {
    model.now += minutes
    await real.tick(model.now)
    return ''
  },
}))

const rolesOf = { 'lose role': false, 'regain role': true } as const
const changeRole = (kind: keyof typeof rolesOf): fc.Arbitrary<Play> =>
  fc.constantFrom<Voter>('approver1', 'approver2', 'approver3').map((person) => ({
    kind,
    told: person,
    back: null,
    really: async (real, { people }) => {
      people[person].isApprover = rolesOf[kind]
      await real.changePerson(person, people[person])
      return ''
    },
  }))

const changeGroup: fc.Arbitrary<Play> = fc
  .tuple(anybody, fc.constantFrom('security', 'platform'))
  .map(([person, group]) => ({
    kind: 'change group',
    told: [person, group],
    back: null,
    really: async (real, { people }) => {
      people[person].group = group
      await real.changePerson(person, people[person])
      return ''
    },
  }))

const place = fc.constantFrom(null, ACCOUNT, STAGING)
const freezing: fc.Arbitrary<Play> = fc.tuple(place, anybody).map(([account, person]) => ({
  kind: 'freeze',
  told: [account, person],
  back: null,
  really: (real) => real.freeze(account, person),
  expected: (model) => freeze(model, account),
}))

const lifting: fc.Arbitrary<Play> = fc
  .tuple(fc.constantFrom(null, null, ACCOUNT, STAGING), anybody)
  .map(([account, person]) => ({
    kind: 'ask to lift',
    told: [account, person],
    back: null,
    really: (real) => real.lift(account, person),
    expected: (model) => lift(model, account, person),
  }))

const everybodyLifts: fc.Arbitrary<Play> = fc.constant({
  kind: 'everybody lifts',
  told: '',
  back: null,
  really: async (real) => {
    const answers: string[] = []
    for (const person of approvers) answers.push(await real.lift(null, person))
    return answers.join()
  },
  expected: (model) => approvers.map((person) => lift(model, null, person)).join(),
})

const times = <T>(weight: number, of: T): readonly T[] => Array.from({ length: weight }, () => of)

/** How often each is drawn: plans must get far enough for what can stop them to matter. */
const kinds: readonly fc.Arbitrary<Play>[] = [
  ...times(2, proposing),
  ...times(9, everybody('everybody approves', 'approve')),
  ...times(2, everybody('everybody withdraws', 'withdraw')),
  ...voting('approve', 6),
  ...voting('deny', 1),
  ...voting('hold', 3),
  ...voting('withdraw', 2),
  ...times(3, ticking),
  ...times(9, asking),
  ...times(3, ending),
  ...times(2, breaking),
  ...times(2, changing),
  ...times(2, lifting),
  ...times(2, everybodyLifts),
  deliverTwice,
  forgeVote,
  forgeGlass,
  reviewing,
  expiring,
  changeRole('lose role'),
  ...times(3, changeRole('regain role')),
  changeGroup,
  freezing,
]

/** Begins with a plan, so that nothing is spent on runs without one. */
export const commands = (seen: Seen, maxCommands: number): fc.Arbitrary<Iterable<Command>> =>
  fc
    .tuple(
      proposing.map(commandOf(seen)),
      fc.commands(
        kinds.map((kind) => kind.map(commandOf(seen))),
        { maxCommands, size: 'max' },
      ),
    )
    .map(([first, rest]) => [first, ...rest])
