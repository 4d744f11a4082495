import { sql } from 'kysely'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decidePermit } from '#gate/permits'
import { policyInForce } from '#store/policy/policies'
import { applyPolicy } from '#store/policy/policy-apply'
import { policyBody } from '#store/policy/policy-change'
import { demoPolicy } from '../../support/demo-policy.ts'
import { decidedChange } from './decided-changes.ts'
import { denying, seen } from './steps-made.ts'
import { dropDatabase, type GateWorld, openGateWorld } from './world.ts'

let world: GateWorld
beforeEach(async () => {
  world = await openGateWorld()
})
afterEach(() => world.close())
afterAll(dropDatabase)

const next = demoPolicy.replace('decideBy: 30m', 'decideBy: 20m')

/** A plan of an incident that froze the policy in force, with its votes. */
async function askUnderPolicyInForce() {
  const policyDigest = (await policyInForce(world.owner)) ?? ''
  await sql`update incident set policy_digest = ${policyDigest}`.execute(world.owner)
  const plan = await world.approve([denying()], { policyDigest })
  return decidePermit(world.db, { plan: plan.hash, step: 0, observed: seen(denying()) })
}

const decided = async () =>
  decidedChange(world.owner, { kind: 'policy', title: 'Faster', body: await policyBody(world.owner, next) })

describe('the gate', () => {
  it('believes a policy that people brought into force', async () => {
    await decided()
    expect(await askUnderPolicyInForce()).toMatchObject({ kind: 'given' })
  })

  it('believes no policy that somebody put there without a change', async () => {
    await world.owner.transaction().execute((tx) => applyPolicy(tx, next))
    expect(await askUnderPolicyInForce()).toMatchObject({ kind: 'refused', code: 'policy_changed' })
  })

  it.each([
    ['a change with a vote of no sign-in', `update change_vote set session = 'nobody' where person = 'approver1'`],
    ['a change that is not in force', `update change set status = 'denied'`],
    ['a change that is not what was proposed', `update change set title = 'Something else'`],
    ['a change of another policy', `update change set body = jsonb_set(body, '{policy}', '"other"')`],
    ['a vote on another digest', `update change_vote set digest = 'other' where person = 'approver2'`],
  ])('believes no policy of %s', async (_, disturb) => {
    await decided()
    await sql.raw(disturb).execute(world.owner)
    expect(await askUnderPolicyInForce()).toMatchObject({ kind: 'refused', code: 'policy_changed' })
  })
})
