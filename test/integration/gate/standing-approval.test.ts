import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject } from '#domain/json'
import { decidePermit } from '#gate/permits'
import { planView } from '#store/plans/plan-views'
import { changeView } from '#store/policy/change-views'
import { withdrawChange } from '#store/policy/changes'
import { demoPolicy } from '../../support/demo-policy.ts'
import { approveChange, decidedChange, personOf, proposedChange, type Voter } from './decided-changes.ts'
import { deactivating, denying, seen, user } from './steps-made.ts'
import { storedByWorker } from './stored-by-worker.ts'
import { ACCOUNT, dropDatabase, type GateWorld, holdAccount, openGateWorld, STAGING, type StepWish } from './world.ts'

const SOON_MS = 300

let world: GateWorld
beforeEach(async () => {
  world = await openGateWorld(demoPolicy.replace('accounts: {}', `accounts: { "${ACCOUNT}": automatic }`))
})
afterEach(() => world.close())
afterAll(dropDatabase)

const inOneDay = (): string => new Date(Date.now() + 86_400_000).toISOString()
const shape = (changed: JsonObject = {}): JsonObject => ({
  runbook: 'compromised-user-credentials',
  actions: ['denyUser', 'deactivateAccessKeys'],
  environment: 'production',
  assets: 2,
  windowMs: 3_600_000,
  expiresAt: inOneDay(),
  ...changed,
})
const standing = (body: JsonObject) => ({ kind: 'standing-approval', title: 'Stolen keys of users', body }) as const
const proposed = (body = shape()) => proposedChange(world.owner, standing(body))
const approve = (change: string, who: Voter) => approveChange(world.owner, change, who)
const inForce = (body = shape()) => decidedChange(world.owner, standing(body))

async function propose(wishes: readonly StepWish[], tags: Readonly<Record<string, string>> = {}): Promise<string> {
  const stored = await storedByWorker(world, wishes, { tags })
  if (stored.kind === 'refused') throw new Error(stored.reason)
  return stored.plan
}
const ask = (plan: string, wish: StepWish = denying(), step = 0) =>
  decidePermit(world.db, { plan, step, observed: seen(wish) })
const statusOf = async (plan: string) => (await planView(world.owner, plan)).status

describe('a standing approval', () => {
  it('is the quorum of a plan of its shape, and the plan says whose votes it has', async () => {
    const change = await inForce()
    const plan = await propose([denying(), deactivating()])
    expect(await planView(world.owner, plan)).toMatchObject({
      status: 'approved',
      quorum: { required: 2, given: 0 },
      standingApproval: { change, votes: [{ person: 'approver1' }, { person: 'approver2' }] },
    })
    expect(await ask(plan)).toMatchObject({ kind: 'given' })
    expect(await world.owner.selectFrom('permit').select('standing_approval').execute()).toEqual([
      { standing_approval: change },
    ])
  })

  it('counts for nothing before it is in force', async () => {
    await approve(await proposed(), 'approver1')
    expect(await statusOf(await propose([denying()]))).toBe('proposed')
  })

  it('counts for nothing where the account is not automatic', async () => {
    await world.close()
    world = await openGateWorld(demoPolicy)
    await inForce()
    expect(await statusOf(await propose([denying()]))).toBe('proposed')
  })

  it.each([
    ['another runbook', { runbook: 'compromised-instance' }],
    ['another action', { actions: ['deactivateAccessKeys'] }],
    ['another account', { accounts: ['777788889999'] }],
    ['another environment', { environment: 'nonproduction' }],
    ['a unit that the account is not of', { units: ['/sandbox'] }],
  ])('for %s does not count', async (_, changed) => {
    await inForce(shape(changed))
    expect(await statusOf(await propose([denying()]))).toBe('proposed')
  })

  it('does not count for a target with the tag for care, or for more targets than it is for', async () => {
    await inForce()
    expect(await statusOf(await propose([denying()], { 'cordon:protected': 'true' }))).toBe('proposed')
    const names = ['a', 'b', 'c'].map((letter) => denying(user(`bot-${letter}`)))
    expect(await statusOf(await propose(names))).toBe('proposed')
  })

  it('is used up after so many targets in its window', async () => {
    await inForce()
    for (const name of ['one', 'two']) {
      const wish = denying(user(`bot-${name}`))
      expect(await ask(await propose([wish]), wish)).toMatchObject({ kind: 'given' })
    }
    expect(await statusOf(await propose([denying(user('bot-three'))]))).toBe('proposed')
    await sql`update permit set opened_at = opened_at - interval '2 hours'`.execute(world.owner)
    expect(await statusOf(await propose([denying(user('bot-four'))]))).toBe('approved')
  })

  it('never gives more permits than it is for, when plans are made before any is carried out', async () => {
    await inForce()
    const wishes = ['a', 'b', 'c', 'd'].map((letter) => denying(user(`bot-${letter}`)))
    const plans: string[] = []
    for (const wish of wishes) plans.push(await propose([wish]))
    const answers = await Promise.all(plans.map((plan, index) => ask(plan, wishes[index])))
    expect(answers.filter(({ kind }) => kind === 'given')).toHaveLength(2)
    expect(answers.filter((answer) => answer.kind === 'refused').map((one) => one.code)).toEqual([
      'budget_spent',
      'budget_spent',
    ])
  })

  it('is looked at by one permit at a time, also of two accounts', async () => {
    await world.close()
    world = await openGateWorld(demoPolicy.replace('default: approve', 'default: automatic'))
    const { environment: _, ...anywhere } = shape()
    await inForce({ ...anywhere, accounts: [ACCOUNT, STAGING], assets: 1 })
    const wishes = [denying(), denying(user('deploy-bot', STAGING))]
    const [first, second] = [await propose(wishes.slice(0, 1)), await propose(wishes.slice(1))]
    const release = await holdAccount(world.owner, ACCOUNT)
    const one = ask(first)
    await pause(SOON_MS)
    const other = ask(second, wishes[1])
    expect(await Promise.race([other, pause(SOON_MS, 'waits')])).toBe('waits')
    await release()
    expect([await one, await other]).toMatchObject([{ kind: 'given' }, { kind: 'refused', code: 'budget_spent' }])
  })

  it('may not be of what cannot be undone, nowhere or for ever', async () => {
    for (const changed of [
      { actions: ['snapshotVolumes'] },
      { actions: ['explode'] },
      { expiresAt: new Date(Date.now() - 1000).toISOString() },
      { expiresAt: new Date(Date.now() + 91 * 86_400_000).toISOString() },
    ])
      await expect(proposed(shape(changed))).rejects.toMatchObject({ refusal: 'unprocessable' })
    const { environment: _, ...nowhere } = shape()
    await expect(proposed(nowhere)).rejects.toMatchObject({ refusal: 'unprocessable' })
  })
})

describe('the gate and a standing approval', () => {
  /** What the gate says to a plan that was approved beforehand, once something has come in between. */
  const askAfter = async (disturb: () => Promise<unknown>) => {
    const plan = await propose([denying()])
    const before = await statusOf(plan)
    await disturb()
    return { before, ...(await ask(plan)) }
  }
  const refusalBecause = (why: RegExp) => ({
    kind: 'refused',
    code: 'quorum_missing',
    reason: expect.stringMatching(why),
  })
  const refusal = (why: RegExp) => ({ before: 'approved', ...refusalBecause(why) })

  it('refuses when it was ended, by one person', async () => {
    const change = await inForce()
    const person = await personOf(world.owner, 'responder')
    const answer = await askAfter(() => withdrawChange(world.owner, { change, person }))
    expect(answer).toMatchObject(refusal(/withdrawn/))
    expect((await changeView(world.owner, change)).statusReason).toContain('took it back')
  })

  it('refuses when somebody whose vote it has is no approver any more', async () => {
    await inForce()
    const answer = await askAfter(() =>
      sql`update person set roles = '{responder}' where id = 'approver2'`.execute(world.owner),
    )
    expect(answer).toMatchObject(refusal(/no longer the votes/))
  })

  it('refuses when what is stored is not what people approved', async () => {
    await inForce()
    const answer = await askAfter(() =>
      sql`update change set body = jsonb_set(body, '{assets}', '9')`.execute(world.owner),
    )
    expect(answer).toMatchObject(refusal(/not the one that people approved/))
  })

  it('refuses when a vote on it belongs to no sign-in', async () => {
    await inForce()
    const answer = await askAfter(() =>
      sql`update change_vote set session = 'nobody' where person = 'approver2'`.execute(world.owner),
    )
    expect(answer).toMatchObject(refusal(/no longer the votes/))
  })

  it('refuses a plan that claims it and is of another shape', async () => {
    const change = await inForce(shape({ actions: ['deactivateAccessKeys'] }))
    const { digest } = await changeView(world.owner, change)
    const plan = await world.propose([denying()], { standingApproval: { change, digest } })
    await sql`update plan set status = 'approved' where hash = ${plan.hash}`.execute(world.owner)
    expect(await ask(plan.hash)).toMatchObject({ kind: 'refused', code: 'quorum_missing' })
  })

  it('refuses a plan that claims it in an account which is not automatic', async () => {
    await world.close()
    world = await openGateWorld(demoPolicy)
    const change = await inForce()
    const { digest } = await changeView(world.owner, change)
    const plan = await world.propose([denying()], { standingApproval: { change, digest } })
    await sql`update plan set status = 'approved' where hash = ${plan.hash}`.execute(world.owner)
    const answer = await ask(plan.hash)
    expect(answer).toMatchObject(refusalBecause(/mode approve/))
  })

  it('refuses a plan that claims a change which is none', async () => {
    const plan = await world.propose([denying()], { standingApproval: { change: 'none', digest: 'x' } })
    await sql`update plan set status = 'approved' where hash = ${plan.hash}`.execute(world.owner)
    expect(await ask(plan.hash)).toMatchObject({ kind: 'refused', code: 'quorum_missing' })
  })

  it('refuses when it has expired since', async () => {
    await inForce(shape({ expiresAt: new Date(Date.now() + 1500).toISOString() }))
    const answer = await askAfter(() => pause(1600))
    expect(answer).toMatchObject(refusal(/expired/))
  })

  it('refuses what one approver denies or holds, as ever', async () => {
    await inForce()
    const plan = await propose([denying()])
    await world.vote({ hash: plan }, 'approver1', 'hold')
    expect(await ask(plan)).toMatchObject({ kind: 'refused', code: 'on_hold' })
  })
})
