import { sql } from 'kysely'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decidePermit } from '#gate/permits'
import { breakerOver } from '#store/plans/breakers'
import { planView } from '#store/plans/plan-views'
import { demoPolicy } from '../../support/demo-policy.ts'
import { approveChange, decidedChange, proposedChange, type Voter } from './decided-changes.ts'
import { denying, seen, user } from './steps-made.ts'
import { storedByWorker } from './stored-by-worker.ts'
import { ACCOUNT, dropDatabase, type GateWorld, openGateWorld, type StepWish } from './world.ts'

let world: GateWorld
beforeEach(async () => {
  world = await openGateWorld(
    demoPolicy
      .replace('accounts: {}', `accounts: { "${ACCOUNT}": automatic }`)
      .replace('automatic: { assets: 3, per: 10m }', 'automatic: { assets: 1, per: 10m }'),
  )
  await inForce('standing-approval', {
    runbook: 'compromised-user-credentials',
    actions: ['denyUser'],
    environment: 'production',
    assets: 50,
    windowMs: 3_600_000,
    expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
  })
})
afterEach(() => world.close())
afterAll(dropDatabase)

type Proposing = Parameters<typeof proposedChange>[1]
const proposed = (kind: 'standing-approval' | 'breaker', body: Proposing['body']) =>
  proposedChange(world.owner, { kind, title: 'Of the test', body })
const approve = (change: string, who: Voter) => approveChange(world.owner, change, who)
const inForce = (kind: 'standing-approval', body: Proposing['body']) =>
  decidedChange(world.owner, { kind, title: 'Of the test', body })

async function propose(wish: StepWish): Promise<string> {
  const stored = await storedByWorker(world, [wish])
  if (stored.kind === 'refused') throw new Error(stored.reason)
  return stored.plan
}

const ask = (plan: string, wish: StepWish) => decidePermit(world.db, { plan, step: 0, observed: seen(wish) })
const wishes = ['a', 'b', 'c', 'd'].map((letter) => denying(user(`bot-${letter}`)))
const [a, b, c, d] = wishes as [StepWish, StepWish, StepWish, StepWish]

/** The first plan spends the budget, the second trips the breaker; the third was made before. */
async function tripped(): Promise<{ readonly before: string; readonly breaker: string }> {
  const [first, second, before] = [await propose(a), await propose(b), await propose(c)]
  expect(await ask(first, a)).toMatchObject({ kind: 'given' })
  expect(await ask(second, b)).toMatchObject({ kind: 'refused', code: 'budget_spent' })
  return { before, breaker: (await breakerOver(world.owner, ACCOUNT))?.id ?? '' }
}

const windowPasses = () => sql`update permit set opened_at = opened_at - interval '1 hour'`.execute(world.owner)

describe('the breaker of an account', () => {
  it('opens once when what Cordon may do by itself is spent, and the log says that people decide from then on', async () => {
    const { before } = await tripped()
    await ask(before, c)
    const opened = await world.owner.selectFrom('breaker').selectAll().execute()
    expect(opened).toMatchObject([{ account: ACCOUNT, reason: expect.stringContaining('targets of account') }])
    const { rows } = await sql<{
      n: number
    }>`select count(*)::int as n from audit_entry where type = 'breaker.opened'`.execute(world.owner)
    expect(rows).toEqual([{ n: 1 }])
  })

  it('keeps what was approved beforehand from running, also when the window is over', async () => {
    const { before } = await tripped()
    await windowPasses()
    expect(await ask(before, c)).toMatchObject({
      kind: 'refused',
      code: 'breaker_open',
      reason: expect.stringContaining('people decide about every plan'),
    })
  })

  it('has the next plan wait for people, who can have it carried out', async () => {
    await tripped()
    await windowPasses()
    const plan = await propose(d)
    const view = await planView(world.owner, plan)
    expect(view).toMatchObject({ status: 'proposed', quorum: { required: 2 } })
    expect(view.blastRadius[0]).toContain('people decide about every plan')
    for (const who of ['approver1', 'approver2'] as const) await world.vote({ hash: plan }, who)
    expect(await ask(plan, d)).toMatchObject({ kind: 'given' })
  })

  it('is closed by two people of two groups, and by nobody alone', async () => {
    const { before, breaker } = await tripped()
    await windowPasses()
    const change = await proposed('breaker', { breaker })
    await approve(change, 'approver1')
    expect(await ask(before, c)).toMatchObject({ code: 'breaker_open' })
    await approve(change, 'approver2')
    expect(await ask(before, c)).toMatchObject({ kind: 'given' })
    await expect(proposed('breaker', { breaker })).rejects.toMatchObject({ refusal: 'conflict' })
  })

  it('is not closed by a change that nobody voted on, whatever the record says of it', async () => {
    const { before, breaker } = await tripped()
    await windowPasses()
    const change = await proposed('breaker', { breaker })
    await world.owner.updateTable('change').set({ status: 'in-force' }).where('id', '=', change).execute()
    expect(await ask(before, c)).toMatchObject({ kind: 'refused', code: 'breaker_open' })
  })
})
