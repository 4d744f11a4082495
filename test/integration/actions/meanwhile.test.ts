import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  ListAccessKeysCommand,
  TagUserCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkAccount } from '#activities/actions/check-account'
import { observeTargets } from '#activities/actions/observe-targets'
import type { ActionName } from '#domain/catalogue/index'
import type { IamUser, Target } from '#domain/targets'
import { until } from '../../support/until.ts'
import { dropDatabase } from '../gate/world.ts'
import { cases } from './cases.ts'
import { ACCOUNT, type ActionWorld, openActionWorld } from './world.ts'

const UserName = 'conform'
/** Long enough for somebody to change something while a call of ours is on its way. */
const HOLD_MS = 600

let world: ActionWorld
beforeEach(async () => {
  world = await openActionWorld()
})
afterEach(() => world.close())
afterAll(dropDatabase)

const keysNow = async () => {
  const { AccessKeyMetadata: keys = [] } = await world.iam.send(new ListAccessKeysCommand({ UserName }))
  return keys.map(({ Status }) => Status)
}

/** The user, with one active key. */
async function makeUser(): Promise<IamUser> {
  const target = await cases.denyUser.make(world, UserName)
  if (target.kind !== 'iam-user') throw new Error('It makes a user')
  return target
}

/** With two active keys, the older one behind the newer one in the order of their ids. */
async function makeUserWithTwoKeys(): Promise<IamUser> {
  const user = await makeUser()
  for (;;) {
    const { AccessKey } = await world.iam.send(new CreateAccessKeyCommand({ UserName }))
    const { AccessKeyMetadata: keys = [] } = await world.iam.send(new ListAccessKeysCommand({ UserName }))
    const ids = keys.map(({ AccessKeyId }) => AccessKeyId ?? '')
    if (ids.length === 2 && ids.toSorted()[0] === AccessKey?.AccessKeyId) return user
    await world.iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId: AccessKey?.AccessKeyId }))
  }
}

/** Performs the step; when its first call of the operation has happened and is not answered yet, the other thing happens. */
async function performWhile(action: ActionName, operation: string, other: (user: IamUser) => Promise<unknown>) {
  const user = await makeUser()
  const plan = await world.plan(action, user)
  await world.simulator.faults({ rules: [{ operation, effect: 'hold-after', holdMs: HOLD_MS }] })
  const performing = world.perform(plan)
  await until(`${operation} has happened`, async () => (await world.simulator.calls({ operation }))[0])
  await other(user)
  return { plan, outcome: await performing }
}

describe('while a step is carried out', () => {
  it('a key that appears is deactivated too, as people approved', async () => {
    const operation = 'iam:UpdateAccessKey'
    const { plan, outcome } = await performWhile('deactivateAccessKeys', operation, () =>
      world.iam.send(new CreateAccessKeyCommand({ UserName })),
    )
    expect(outcome).toMatchObject({ kind: 'applied', made: [{ operation }, { operation }] })
    expect(await keysNow()).toEqual(['Inactive', 'Inactive'])
    expect(await world.discrepancies(plan)).toEqual([])
  })

  it('a key that appeared after the proposal is deactivated too', async () => {
    const plan = await world.plan('deactivateAccessKeys', await makeUser())
    await world.iam.send(new CreateAccessKeyCommand({ UserName }))
    expect(await world.perform(plan)).toMatchObject({ kind: 'applied' })
    expect(await keysNow()).toEqual(['Inactive', 'Inactive'])
  })

  it('what somebody puts in its place is told as drift, not as applied', async () => {
    const { overwrite } = cases.denyUser
    const { outcome } = await performWhile(
      'denyUser',
      'iam:PutUserPolicy',
      async (user) => await overwrite?.(world, user),
    )
    expect(outcome).toMatchObject({ kind: 'drifted', calls: [] })
  })

  it('a refusal half-way leaves on record what was done until then', async () => {
    const user = await makeUserWithTwoKeys()
    const plan = await world.plan('deactivateAccessKeys', user)
    const refused = { effect: 'refuse', nth: 2, code: 'AccessDenied', status: 403 } as const
    await world.simulator.faults({ rules: [{ operation: 'iam:UpdateAccessKey', ...refused }] })
    const outcome = await world.perform(plan)
    expect(outcome).toMatchObject({ kind: 'failed', code: 'access_denied', calls: [{ change: { after: 'Inactive' } }] })
    expect((await keysNow()).toSorted()).toEqual(['Active', 'Inactive'])
    await world.gate.owner.updateTable('plan').set({ status: 'partial' }).where('hash', '=', plan.hash).execute()
    const undo = await world.plan('deactivateAccessKeys', user, { plan, calls: outcome.calls ?? [] })
    expect(await world.perform(undo)).toMatchObject({ kind: 'applied' })
    expect(await keysNow()).toEqual(['Active', 'Active'])
  })

  it('a target that disappears is gone, and nothing of ours is there', async () => {
    const { outcome } = await performWhile('denyUser', 'iam:PutUserPolicy', async () => {
      const { AccessKeyMetadata: keys = [] } = await world.iam.send(new ListAccessKeysCommand({ UserName }))
      for (const { AccessKeyId } of keys) await world.iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }))
      await world.iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: 'CordonDenyAll' }))
      await world.iam.send(new DeleteUserCommand({ UserName }))
    })
    expect(outcome).toMatchObject({ kind: 'failed', code: 'target_gone', calls: [] })
  })
})

it('deactivates both keys of a user in whatever order their ids are, and gives both back', async () => {
  const user = await makeUserWithTwoKeys()
  const plan = await world.plan('deactivateAccessKeys', user)
  const outcome = await world.perform(plan)
  expect(outcome).toMatchObject({ kind: 'applied', made: [{}, {}] })
  expect(await keysNow()).toEqual(['Inactive', 'Inactive'])
  await world.finish(plan)
  const undo = await world.plan('deactivateAccessKeys', user, { plan, calls: outcome.calls ?? [] })
  expect(await world.perform(undo)).toMatchObject({ kind: 'applied', made: [{}, {}] })
  expect(await keysNow()).toEqual(['Active', 'Active'])
})

it('a read-back takes what another approved step does just now for no discrepancy', async () => {
  const user = await makeUser()
  const plan = await world.plan('deactivateAccessKeys', user)
  const outcome = await world.perform(plan)
  await world.finish(plan)
  const undo = await world.plan('deactivateAccessKeys', user, { plan, calls: outcome.calls ?? [] })
  await world.simulator.faults({ rules: [{ operation: 'iam:UpdateAccessKey', effect: 'hold-after', holdMs: HOLD_MS }] })
  const undoing = world.perform(undo)
  await until('the key is active again', async () => (await keysNow()).find((status) => status === 'Active'))
  await expect(world.discrepancies(plan)).rejects.toThrow('Another approved step changes')
  expect(await undoing).toMatchObject({ kind: 'applied' })
  expect(await world.discrepancies(plan)).toEqual([])
})

describe('observing', () => {
  const observe = (target: Target) =>
    observeTargets(world.deps, { incident: world.gate.incident, wanted: [{ action: 'denyUser', target }] })

  it('finds the before-state, who still uses it, and the tag of protected assets', async () => {
    const target = await cases.denyUser.make(world, UserName)
    const before = { ourPolicy: null }
    const arn = `arn:aws:iam::${ACCOUNT}:user/${UserName}`
    expect(await observe(target)).toMatchObject([
      {
        kind: 'found',
        arn,
        state: before,
        blastRadius: [expect.stringMatching(/^Access key AKIA\w+ was never used$/)],
      },
    ])
    await world.iam.send(new TagUserCommand({ UserName, Tags: [{ Key: 'cordon:protected', Value: 'TRUE' }] }))
    expect(await observe(target)).toMatchObject([{ tags: { 'cordon:protected': 'TRUE' } }])
  })

  it('says that a target is gone, also when another one has its name', async () => {
    const target = await cases.denyUser.make(world, UserName)
    await cases.denyUser.replace(world, target)
    expect(await observe(target)).toMatchObject([{ kind: 'gone', reason: expect.stringContaining('has its name') }])
    expect(await observe({ kind: 'iam-user', account: ACCOUNT, userId: 'AIDANOBODY', name: 'nobody' })).toMatchObject([
      { kind: 'gone' },
    ])
  })

  it('says why an account cannot be read', async () => {
    const stranger = '999999999999'
    expect(await observe({ kind: 'iam-user', account: stranger, userId: 'AIDANOBODY', name: 'nobody' })).toMatchObject([
      { kind: 'failed', code: 'not_found' },
    ])
  })
})

describe('an account', () => {
  const check = (account: string) => checkAccount(world.deps, { incident: world.gate.incident, account })

  it('is ready when it can be read', async () => {
    expect(await check(ACCOUNT)).toEqual({ kind: 'ready' })
  })

  it('is not when nobody registered it, or its reading role trusts somebody else', async () => {
    expect(await check('999999999999')).toMatchObject({ kind: 'missing', code: 'not_found' })
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'sts:AssumeRole' }],
    })
    await world.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'CordonReader', PolicyDocument }))
    expect(await check(ACCOUNT)).toMatchObject({ kind: 'missing', code: 'access_denied' })
  })
})
