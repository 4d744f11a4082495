import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { days } from '#domain/week-time'
import { decidePermit } from '#gate/permits'
import { demoPolicy } from '../../support/demo-policy.ts'
import { deactivating, denying, seen, user } from './steps-made.ts'
import {
  ACCOUNT,
  dropDatabase,
  type GateWorld,
  holdAccount,
  openGateWorld,
  REGION,
  STAGING,
  type StepWish,
  type StoredPlan,
} from './world.ts'

const SOON_MS = 300

let world: GateWorld
afterEach(() => world.close())
afterAll(dropDatabase)

const under = async (rules: string) => {
  world = await openGateWorld(`${demoPolicy}\n${rules}`)
}
const ask = (plan: StoredPlan, tags: Readonly<Record<string, string>> = {}) =>
  decidePermit(world.db, { plan: plan.hash, step: 0, observed: { ...seen(denying()), tags } })
const rule = (wanted: object, set: object): string => `overrides: ${JSON.stringify([{ for: wanted, set }])}`
const dayOf = (offset: number): string => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10)
/** An hour of the day that is not now, nor soon. */
const elsewhen = (): { from: string; to: string } => {
  const hour = (new Date().getUTCHours() + 12) % 24
  return { from: `${String(hour).padStart(2, '0')}:00`, to: `${String(hour).padStart(2, '0')}:59` }
}

describe('a rule of the policy', () => {
  it('asks the gate for votes of named groups, whatever the plan says', async () => {
    await under(rule({ accounts: [ACCOUNT] }, { quorum: { groups: ['security', 'legal'] } }))
    const plan = await world.approve([denying()])
    const answer = await ask(plan)
    expect(answer).toMatchObject({ kind: 'refused', code: 'quorum_missing' })
    expect(answer).toHaveProperty('reason', '2 of 2 approvals are there, and one of each of legal, security is needed')
  })

  it('for an organizational unit counts for the account of that unit only', async () => {
    await under(rule({ units: ['/workloads/*'] }, { quorum: { required: 3 } }))
    expect(await ask(await world.approve([denying()]))).toMatchObject({ kind: 'given' })
    await sql`update account set organizational_unit = '/workloads/production' where id = ${ACCOUNT}`.execute(
      world.owner,
    )
    const other = user('other-bot')
    const plan = await world.approve([denying(other)])
    const observed = seen(denying(other))
    expect(await decidePermit(world.db, { plan: plan.hash, step: 0, observed })).toMatchObject({
      code: 'quorum_missing',
    })
  })

  it('by severity counts from that severity of the incident on', async () => {
    await under(rule({ severity: 'critical' }, { mode: 'observe' }))
    expect(await ask(await world.approve([denying()]))).toMatchObject({ kind: 'given' })
    await sql`update incident set severity_milli = 9000`.execute(world.owner)
    const other = user('other-bot')
    const plan = await world.approve([denying(other)])
    const observed = seen(denying(other))
    expect(await decidePermit(world.db, { plan: plan.hash, step: 0, observed })).toMatchObject({
      code: 'not_permitted',
    })
  })

  it('by tags counts the tags of the plan', async () => {
    await under(rule({ tags: { team: 'payments' } }, { quorum: { groups: ['legal'] } }))
    const tagged = await world.propose([denying()])
    const steps = tagged.plan.steps.map((step) => ({ ...step, tags: { team: 'payments' } }))
    const plan = await world.approve([denying()], { steps })
    expect(await ask(plan)).toMatchObject({ kind: 'refused', code: 'quorum_missing' })
    expect(await ask(await world.approve([denying()]))).toMatchObject({ kind: 'given' })
  })

  it('with shorter clocks refuses what was decided by longer ones', async () => {
    await under(rule({ actions: ['denyUser'] }, { clocks: { runBy: '1m' } }))
    const plan = await world.approve([denying()])
    await sql`update session set created_at = now() - interval '2 hours'`.execute(world.owner)
    await sql`update vote set at = at - interval '2 minutes'`.execute(world.owner)
    expect(await ask(plan)).toMatchObject({ kind: 'refused', code: 'run_by_passed' })
  })

  it('holds a plan to what policy wants now, although it was proposed before', async () => {
    const now = new Date()
    const at = (minutes: number): string => new Date(now.getTime() + minutes * 60_000).toISOString().slice(11, 16)
    const when = [{ days: [...days], from: at(-1), to: at(30), zone: 'UTC' }]
    await under(rule({ when }, { quorum: { required: 4 } }))
    const plan = await world.approve([denying()], { proposedAt: new Date(now.getTime() - 600_000).toISOString() })
    expect(await ask(plan)).toMatchObject({ kind: 'refused', code: 'quorum_missing' })
  })
})

describe('the calendar', () => {
  it('freezes changes in its time, in its accounts', async () => {
    const freeze = { from: dayOf(-1), to: dayOf(1), zone: 'UTC', reason: 'The year is closed' }
    await under(`freezes: ${JSON.stringify([{ ...freeze, accounts: [STAGING] }])}`)
    expect(await ask(await world.approve([denying()]))).toMatchObject({ kind: 'given' })
    await world.close()
    await under(`freezes: ${JSON.stringify([freeze])}`)
    const answer = await ask(await world.approve([denying()]))
    expect(answer).toMatchObject({ kind: 'refused', code: 'calendar_frozen' })
    expect(answer).toHaveProperty('reason', expect.stringContaining('The year is closed'))
    expect((await world.events('permit.refused')).at(-1)).toMatchObject({ body: { code: 'calendar_frozen' } })
  })

  it('lets changes wait for their window', async () => {
    const window = { ...elsewhen(), zone: 'UTC' }
    await under(rule({ actions: ['denyUser'] }, { changeWindows: [window] }))
    const plan = await world.approve([denying()])
    const answer = await ask(plan)
    expect(answer).toMatchObject({ kind: 'refused', code: 'window_closed' })
    expect(answer).toHaveProperty('reason', expect.stringContaining(window.from))
    const keys = await world.approve([deactivating()])
    const observed = seen(deactivating())
    expect(await decidePermit(world.db, { plan: keys.hash, step: 0, observed })).toMatchObject({ kind: 'given' })
  })
})

describe('the tag for care', () => {
  it('refuses nothing by itself: the quorum is asked for one more, as far as there is one', async () => {
    await under('')
    const { plan } = await world.propose([denying()])
    const steps = plan.steps.map((step) => ({ ...step, tags: { 'cordon:protected': 'true' } }))
    expect(await ask(await world.approve([denying()], { steps }), { 'cordon:protected': 'true' })).toMatchObject({
      kind: 'given',
    })
  })

  it('wants somebody’s vote where none is needed otherwise', async () => {
    await under('')
    const { plan } = await world.propose([denying()])
    const steps = plan.steps.map((step) => ({ ...step, tags: { 'cordon:protected': 'true' } }))
    const unvoted = await world.propose([denying()], { steps, quorum: { required: 0, groups: 0 }, tier: 'R0' })
    await world.owner.updateTable('plan').set({ status: 'approved' }).where('hash', '=', unvoted.hash).execute()
    expect(await ask(unvoted)).toMatchObject({ kind: 'refused', code: 'quorum_missing' })
  })

  it('that came after the plan was made holds nothing up, and is told', async () => {
    await under('')
    const plan = await world.approve([denying()])
    expect(await ask(plan, { 'cordon:protected': 'true' })).toMatchObject({ kind: 'given' })
    const [told] = await world.events('permit.given')
    expect(told).toMatchObject({ body: { lateTag: 'cordon:protected' } })
    expect(told?.text).toContain('during the incident')
  })

  it('asks the people who are there for one more when there are more', async () => {
    await under('')
    await sql`insert into person (id, name, roles, groups) values ('third', 'Third', '{approver}', '{legal}')`.execute(
      world.owner,
    )
    const { plan } = await world.propose([denying()])
    const steps = plan.steps.map((step) => ({ ...step, tags: { 'cordon:protected': 'true' } }))
    const answer = await ask(await world.approve([denying()], { steps }))
    expect(answer).toMatchObject({ kind: 'refused', code: 'quorum_missing' })
    expect(answer).toHaveProperty('reason', '2 of 3 approvals are there')
  })
})

describe('a budget', () => {
  const instance = (id: string, group: string | null): StepWish => ({
    action: 'suspendReplacement',
    target: { kind: 'ec2-instance', account: ACCOUNT, region: REGION, instanceId: id },
    arn: `arn:aws:ec2:${REGION}:${ACCOUNT}:instance/${id}`,
    before: { group, protectedFromScaleIn: false, lifecycle: 'InService', minSize: 1, hasRoom: true },
  })
  const decide = async (step: StepWish) => {
    const plan = await world.approve([step])
    return decidePermit(world.db, { plan: plan.hash, step: 0, observed: seen(step) })
  }
  const group = (name: string): string =>
    `arn:aws:autoscaling:${REGION}:${ACCOUNT}:autoScalingGroup:1:autoScalingGroupName/${name}`

  it('of an Auto Scaling group counts the instances of that group', async () => {
    world = await openGateWorld('budgets: { scalingGroup: { assets: 1, per: 10m } }\nmode: { default: approve }\n')
    expect(await decide(instance('i-0000000000000001', group('web')))).toMatchObject({ kind: 'given' })
    const spent = await decide(instance('i-0000000000000002', group('web')))
    expect(spent).toMatchObject({ kind: 'refused', code: 'budget_spent' })
    expect(spent).toHaveProperty('reason', expect.stringContaining('/web were changed in the last 10 minutes'))
    expect(await decide(instance('i-0000000000000003', group('batch')))).toMatchObject({ kind: 'given' })
  })

  it('of the organisation counts targets of every account, also when they are asked for at once', async () => {
    world = await openGateWorld('budgets: { organisation: { assets: 2, per: 10m } }\nmode: { default: approve }\n')
    const wishes = [ACCOUNT, STAGING].flatMap((account) =>
      ['a', 'b', 'c'].map((letter) => denying(user(`bot-${letter}`, account))),
    )
    const plans = await Promise.all(wishes.map((wish) => world.approve([wish])))
    const answers = await Promise.all(
      plans.map((plan, index) =>
        decidePermit(world.db, { plan: plan.hash, step: 0, observed: seen(wishes[index] ?? denying()) }),
      ),
    )
    const codes = answers.map((answer) => (answer.kind === 'refused' ? answer.code : answer.kind)).toSorted()
    expect(codes).toEqual([...Array<string>(4).fill('budget_spent'), 'given', 'given'])
  })

  it('of the organisation is looked at by one permit at a time, also of two accounts', async () => {
    world = await openGateWorld('budgets: { organisation: { assets: 1, per: 10m } }\nmode: { default: approve }\n')
    const ask = async (account: string) => {
      const wish = denying(user('bot', account))
      const { hash } = await world.approve([wish])
      return () => decidePermit(world.db, { plan: hash, step: 0, observed: seen(wish) })
    }
    const [first, second] = [await ask(ACCOUNT), await ask(STAGING)]
    const release = await holdAccount(world.owner, ACCOUNT)
    const one = first()
    await pause(SOON_MS)
    const other = second()
    expect(await Promise.race([other, pause(SOON_MS, 'waits')])).toBe('waits')
    await release()
    expect([await one, await other]).toMatchObject([{ kind: 'given' }, { kind: 'refused', code: 'budget_spent' }])
  })
})
