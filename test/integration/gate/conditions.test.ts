import { sql } from 'kysely'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ErrorCode } from '#domain/errors'
import type { Observed } from '#domain/permit'
import type { Plan } from '#domain/plan'
import { conditions } from '#gate/conditions'
import { decidePermit } from '#gate/permits'
import { demoPolicy } from '../../support/demo-policy.ts'
import { deactivating, denying, seen, user } from './steps-made.ts'
import {
  ACCOUNT,
  dropDatabase,
  type GateWorld,
  openGateWorld,
  type StepWish,
  type StoredPlan,
  storePlan,
} from './world.ts'

let world: GateWorld
beforeEach(async () => {
  world = await openGateWorld()
})
afterEach(() => world.close())
afterAll(dropDatabase)

const ask = (plan: StoredPlan, step = 0, observed: Observed = seen(denying())) =>
  decidePermit(world.db, { plan: plan.hash, step, observed })

/** One condition alone is broken; everything else is as it should be. */
interface Broken {
  readonly code: ErrorCode
  readonly because: string
  readonly steps?: readonly StepWish[]
  readonly plan?: Partial<Plan>
  readonly votes?: (plan: StoredPlan) => Promise<void>
  readonly disturb?: (plan: StoredPlan) => Promise<unknown>
  readonly step?: number
  readonly observed?: Observed
}

const both = async (plan: StoredPlan) => {
  await world.vote(plan, 'approver1')
  await world.vote(plan, 'approver2')
}
const approvedRow = (plan: StoredPlan) =>
  world.owner.updateTable('plan').set({ status: 'approved' }).where('hash', '=', plan.hash).execute()
const freeze = (account: string | null) =>
  world.owner
    .insertInto('freeze_order')
    .values({
      account,
      reason: 'Something is wrong',
      started_by: 'admin',
      ends_at: sql<Date>`now() + interval '1 hour'`,
    })
    .execute()
const insertVote = (plan: StoredPlan, person: string, session: string) =>
  world.owner.insertInto('vote').values({ plan: plan.hash, person, decision: 'approve', session }).execute()
const backdateVotes = (by: string) => sql`update vote set at = at - ${by}::interval`.execute(world.owner)

const table: readonly Broken[] = [
  { code: 'frozen', because: 'everything is frozen', disturb: () => freeze(null) },
  { code: 'frozen', because: 'the account is frozen', disturb: () => freeze(ACCOUNT) },
  {
    code: 'plan_altered',
    because: 'the stored bytes are another plan',
    disturb: async (plan) => {
      const other = await world.propose([denying(user('somebody-else'))])
      await sql`update plan set bytes = (select bytes from plan where hash = ${other.hash}) where hash = ${plan.hash}`.execute(
        world.owner,
      )
    },
  },
  {
    code: 'plan_altered',
    because: 'the stored bytes are the same plan in another spelling',
    disturb: (plan) =>
      sql`update plan set bytes = convert_to(' ' || convert_from(bytes, 'UTF8'), 'UTF8') where hash = ${plan.hash}`.execute(
        world.owner,
      ),
  },
  {
    code: 'plan_altered',
    because: 'the record names another proposer than the plan',
    plan: { proposer: 'approver2' },
    votes: async (plan) => {
      await world.owner.updateTable('plan').set({ proposer: 'runbook/x' }).where('hash', '=', plan.hash).execute()
      await both(plan)
    },
  },
  { code: 'policy_changed', because: 'the plan was made under another policy', plan: { policyDigest: 'f'.repeat(64) } },
  {
    code: 'policy_changed',
    because: 'the body of the policy is not what its digest says',
    disturb: () => sql`update policy set body = jsonb_set(body, '{quorum,production,R2}', '0')`.execute(world.owner),
  },
  { code: 'build_unknown', because: 'no such build is registered', plan: { buildId: 'build-of-nobody' } },
  {
    code: 'catalogue_changed',
    because: 'the plan was made with another catalogue',
    plan: { catalogueDigest: 'f'.repeat(64) },
  },
  {
    code: 'vote_forged',
    because: 'a vote names a sign-in that does not exist',
    votes: async (plan) => {
      await world.vote(plan, 'approver1')
      await insertVote(plan, 'approver2', 'no-such-session')
      await approvedRow(plan)
    },
  },
  {
    code: 'vote_forged',
    because: 'a vote names the sign-in of somebody else',
    votes: async (plan) => {
      await world.vote(plan, 'approver1')
      const { session } = await world.owner.selectFrom('vote').select('session').executeTakeFirstOrThrow()
      await insertVote(plan, 'approver2', session)
      await approvedRow(plan)
    },
  },
  {
    code: 'vote_forged',
    because: 'a vote was cast after its sign-in had ended',
    disturb: () =>
      sql`update session set created_at = now() - interval '2 hours', expires_at = now() - interval '1 hour' where person = 'approver2'`.execute(
        world.owner,
      ),
  },
  {
    code: 'denied',
    because: 'one approver denied',
    votes: async (plan) => {
      await both(plan)
      await world.vote(plan, 'approver1', 'deny')
    },
  },
  {
    code: 'on_hold',
    because: 'one approver holds',
    votes: async (plan) => {
      await both(plan)
      await world.vote(plan, 'approver1', 'hold')
    },
  },
  {
    code: 'quorum_lost',
    because: 'one of two took the approval back',
    votes: async (plan) => {
      await both(plan)
      await world.vote(plan, 'approver1', 'withdraw')
    },
  },
  {
    code: 'quorum_missing',
    because: 'only one of two approved, whatever the worker says of the plan',
    votes: async (plan) => {
      await world.vote(plan, 'approver1')
      await approvedRow(plan)
    },
  },
  {
    code: 'quorum_missing',
    because: 'the plan itself asks for nobody, and policy for two',
    plan: { quorum: { required: 0, groups: 0 }, tier: 'R0' },
    votes: async (plan) => {
      await approvedRow(plan)
    },
  },
  {
    code: 'quorum_missing',
    because: 'the plan itself asks for one, and policy for two',
    plan: { quorum: { required: 1, groups: 1 } },
    votes: (plan) => world.vote(plan, 'approver1'),
  },
  {
    code: 'quorum_missing',
    because: 'the proposer is one of the two',
    plan: { proposer: 'approver2' },
    votes: async (plan) => {
      await world.vote(plan, 'approver1')
      await insertVote(plan, 'approver2', await sessionOf('approver2'))
      await approvedRow(plan)
    },
  },
  {
    code: 'quorum_missing',
    because: 'an approver is no approver any more',
    disturb: () => sql`update person set roles = '{responder}' where id = 'approver2'`.execute(world.owner),
  },
  {
    code: 'decided_late',
    because: 'the quorum came after decide-by',
    plan: { decideBy: new Date(Date.now() - 60_000).toISOString() },
    votes: async (plan) => {
      await sql`update plan set decide_by = now() + interval '1 hour' where hash = ${plan.hash}`.execute(world.owner)
      await both(plan)
    },
  },
  {
    code: 'decided_late',
    because: 'the plan gives people longer than policy does',
    plan: {
      proposedAt: new Date(Date.now() - 2 * 3_600_000).toISOString(),
      decideBy: new Date(Date.now() + 24 * 3_600_000).toISOString(),
    },
  },
  {
    code: 'run_by_passed',
    because: 'the quorum is older than run-by allows',
    disturb: async () => {
      await sql`update session set created_at = now() - interval '2 hours'`.execute(world.owner)
      await backdateVotes('16 minutes')
    },
  },
  {
    code: 'run_by_passed',
    because: 'the plan gives itself longer than policy does',
    plan: { runWithinMs: 86_400_000 },
    disturb: async () => {
      await sql`update session set created_at = now() - interval '2 hours'`.execute(world.owner)
      await backdateVotes('16 minutes')
    },
  },
  {
    code: 'conflict',
    because: 'the plan was superseded',
    disturb: (plan) =>
      world.owner.updateTable('plan').set({ status: 'superseded' }).where('hash', '=', plan.hash).execute(),
  },
  {
    code: 'target_locked',
    because: 'another plan is changing the target',
    disturb: async () => {
      const other = await world.approve([deactivating()])
      const given = await decidePermit(world.db, { plan: other.hash, step: 0, observed: seen(deactivating()) })
      expect(given.kind).toBe('given')
      await world.owner.updateTable('plan').set({ status: 'executing' }).where('hash', '=', other.hash).execute()
    },
  },
  {
    code: 'target_protected',
    because: 'policy protects the name',
    steps: [denying(user('break-glass-admin'))],
    observed: seen(denying(user('break-glass-admin'))),
  },
  { code: 'out_of_order', because: 'the step before is not done', steps: [deactivating(), denying()], step: 1 },
  { code: 'drifted', because: 'a guard field has changed', observed: seen(denying(), { ourPolicy: '{}' }) },
]

const sessionOf = async (person: string): Promise<string> =>
  (await world.owner.selectFrom('session').select('token_hash').where('person', '=', person).executeTakeFirstOrThrow())
    .token_hash

describe('the gate', () => {
  it('permits an approved step of which every condition holds', async () => {
    const plan = await world.approve([denying()])
    expect(await ask(plan)).toMatchObject({
      kind: 'given',
      permitted: { attempt: 1, values: {}, calls: [{ operation: 'iam:PutUserPolicy' }] },
      order: { account: ACCOUNT, incident: world.incident, plan: plan.hash, step: 0, partition: 'aws' },
    })
    expect(await world.events('permit.given')).toMatchObject([{ refs: { plan: plan.hash, step: '0' } }])
  })

  it.each(table)('refuses with $code because $because', async (broken) => {
    const plan = await world.propose(broken.steps ?? [denying()], broken.plan)
    await (broken.votes ?? both)(plan)
    await broken.disturb?.(plan)
    const answer = await ask(plan, broken.step, broken.observed)
    expect(answer).toMatchObject({ kind: 'refused', code: broken.code })
    expect((await world.events('permit.refused')).at(-1)).toMatchObject({
      refs: { plan: plan.hash },
      body: { code: broken.code },
    })
    expect(await world.owner.selectFrom('permit').selectAll().where('plan', '=', plan.hash).execute()).toEqual([])
  })

  it('has a test for every condition of its list', () => {
    const elsewhere =
      'not_permitted budget_spent calendar_frozen window_closed vote_unproven sample_only unattested write_back_barred breaker_open'
    const tested = new Set<string>([...table.map(({ code }) => code), ...elsewhere.split(' ')])
    expect(conditions.map(({ code }) => code).filter((code) => !tested.has(code))).toEqual([])
  })

  it('names the earliest condition of its list when more are broken', async () => {
    const plan = await world.propose([denying(user('break-glass-admin'))], { buildId: 'nobody' })
    await insertVote(plan, 'approver1', 'forged')
    await freeze(null)
    expect(await ask(plan)).toMatchObject({ code: 'frozen' })
    await world.owner.deleteFrom('freeze_order').execute()
    expect(await ask(plan)).toMatchObject({ code: 'build_unknown' })
  })

  it('asks in the order of the design', () => {
    expect(conditions.map(({ code }) => code)).toEqual([
      'frozen',
      'plan_altered',
      'policy_changed',
      'build_unknown',
      'catalogue_changed',
      'vote_forged',
      'vote_unproven',
      'denied',
      'on_hold',
      'quorum_lost',
      'quorum_missing',
      'decided_late',
      'run_by_passed',
      'conflict',
      'target_locked',
      'sample_only',
      'unattested',
      'write_back_barred',
      'target_protected',
      'not_permitted',
      'calendar_frozen',
      'window_closed',
      'budget_spent',
      'breaker_open',
      'out_of_order',
      'drifted',
    ])
  })
})

describe('a plan that one person carries out alone', () => {
  const breakGlass = (plan: StoredPlan, person: string, session: string) =>
    world.owner
      .insertInto('break_glass')
      .values({
        plan: plan.hash,
        incident: world.incident,
        person,
        session,
        reason: 'Nobody answers',
        review_by: sql<Date>`now() + interval '1 day'`,
        remind_ms: 3_600_000,
      })
      .execute()
  const alone = async (steps: readonly StepWish[], person = 'approver1', signedIn = person) => {
    const plan = await world.propose(steps)
    await world.vote(plan, person === 'approver2' ? 'approver2' : 'approver1')
    await breakGlass(plan, person, await sessionOf(signedIn))
    await approvedRow(plan)
    return plan
  }

  it('gets its permit without the quorum, for as long as any approved plan may run', async () => {
    const plan = await alone([denying()])
    expect(await ask(plan)).toMatchObject({ kind: 'given', permitted: { calls: [{ operation: 'iam:PutUserPolicy' }] } })
    const late = await alone([denying(user('another'))])
    await sql`update break_glass set at = at - interval '16 minutes'`.execute(world.owner)
    await backdateVotes('16 minutes')
    await sql`update session set created_at = created_at - interval '1 hour'`.execute(world.owner)
    expect(await ask(late, 0, seen(denying(user('another'))))).toMatchObject({ code: 'run_by_passed' })
  })

  it('needs its quorum where a rule of the policy makes it R3', async () => {
    await world.close()
    world = await openGateWorld(`${demoPolicy}\noverrides: [{ for: { actions: [denyUser] }, set: { tier: R3 } }]\n`)
    expect(await ask(await alone([denying()]))).toMatchObject({ kind: 'refused', code: 'quorum_missing' })
  })

  it('has the budget of automatic plans: the quorum can change more', async () => {
    const steps = ['a', 'b', 'c'].map((name) => denying(user(name)))
    for (const step of steps) expect(await ask(await alone([step]), 0, seen(step))).toMatchObject({ kind: 'given' })
    const fourth = denying(user('d'))
    const answer = await ask(await alone([fourth]), 0, seen(fourth))
    expect(answer).toMatchObject({ kind: 'refused', code: 'budget_spent' })
    const approved = denying(user('e'))
    expect(await ask(await world.approve([approved]), 0, seen(approved))).toMatchObject({ kind: 'given' })
  })

  it('is stopped by one deny and by one hold like any other', async () => {
    const plan = await alone([denying()])
    await world.vote(plan, 'approver2', 'hold')
    expect(await ask(plan)).toMatchObject({ code: 'on_hold' })
    await world.vote(plan, 'approver2', 'deny')
    expect(await ask(plan)).toMatchObject({ code: 'denied' })
  })

  it.each([
    ['policy does not name the person', () => alone([denying()], 'approver2')],
    ['the sign-in is somebody else’s', () => alone([denying()], 'approver1', 'approver2')],
    [
      'the person has taken the own approval back',
      async () => {
        const plan = await alone([denying()])
        await world.vote(plan, 'approver1', 'withdraw')
        return plan
      },
    ],
    [
      'the person is no approver any more',
      async () => {
        const plan = await alone([denying()])
        await sql`update person set roles = '{responder}' where id = 'approver1'`.execute(world.owner)
        return plan
      },
    ],
    ['it touches four assets', () => alone(['deploy-bot', 'b', 'c', 'd'].map((name) => denying(user(name))))],
  ])('needs its quorum when %s', async (_why, made) => {
    expect(await ask(await made(), 0)).toMatchObject({ kind: 'refused', code: 'quorum_missing' })
  })
})

describe('the calls of a plan', () => {
  const step = denying()
  const altered = async (change: (plan: Plan) => Plan) => {
    const { plan } = await world.propose([step])
    const forged = await storePlan(world.owner, { ...change(plan), verbKey: 'forged' })
    await both(forged)
    return ask(forged)
  }
  const withCall = (plan: Plan, call: object): Plan => ({
    ...plan,
    steps: plan.steps.map((one) => ({ ...one, calls: one.calls.map((declared) => ({ ...declared, ...call })) })),
  })

  it('may not need more permissions than the catalogue declares', async () => {
    const answer = await altered((plan) => withCall(plan, { permissions: ['iam:PutUserPolicy', 'iam:CreateUser'] }))
    expect(answer).toMatchObject({ kind: 'refused', code: 'catalogue_changed' })
  })

  it('may not name another resource than the target', async () => {
    const answer = await altered((plan) => withCall(plan, { resource: '*' }))
    expect(answer).toMatchObject({ kind: 'refused', code: 'catalogue_changed' })
  })

  it('may not write anything else than the catalogue declares', async () => {
    const change = { field: 'ourPolicy', before: null, after: '{"Statement":[{"Effect":"Allow"}]}' }
    const answer = await altered((plan) => withCall(plan, { change }))
    expect(answer).toMatchObject({ kind: 'refused', code: 'catalogue_changed' })
  })

  it('may not touch an ARN of another account, user or with a wildcard', async () => {
    const plan = await world.approve([step])
    for (const arn of [
      'arn:aws:iam::999999999999:user/deploy-bot',
      `arn:aws:iam::${ACCOUNT}:user/somebody-else`,
      `arn:aws:iam::${ACCOUNT}:user/*/deploy-bot`,
      `arn:aws:iam::${ACCOUNT}:role/deploy-bot`,
    ])
      expect(await ask(plan, 0, { ...seen(step), arn })).toMatchObject({ kind: 'refused', code: 'catalogue_changed' })
  })
})
