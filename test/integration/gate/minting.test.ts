import {
  CreateAccessKeyCommand,
  DeleteUserPolicyCommand,
  GetUserCommand,
  IAMClient,
  PutUserPolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { pino } from 'pino'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DENY_ALL, DENY_USER_POLICY_NAME as PolicyName } from '#domain/catalogue/deny-user'
import type { Observed, PermitAnswer, StepCredentials } from '#domain/permit'
import type { DeclaredCall } from '#domain/state'
import { createGate } from '#gate/gate'
import { createMint, type MintOptions, type MintOrder } from '#gate/mint'
import { type RunningSimulator, startSimulator } from '../../support/simulator.ts'
import { arnOf, deactivating, denying, seen, user } from './steps-made.ts'
import { ACCOUNT, dropDatabase, type GateWorld, openGateWorld, REGION, type StoredPlan } from './world.ts'

const MS_PER_MINUTE = 60_000
const log = pino({ level: 'silent' })
const nowhere = 'http://127.0.0.1:1'

let now: number
let world: GateWorld
let simulator: RunningSimulator
beforeEach(async () => {
  now = Date.now()
  world = await openGateWorld()
  simulator = await startSimulator({ clock: () => now })
  await world.know(simulator.identities.accounts)
})
afterEach(async () => {
  await world.close()
  await simulator.stop()
})
afterAll(dropDatabase)

const externalIdOf = (account: string): string =>
  simulator.identities.accounts.find(({ id }) => id === account)?.externalId ?? ''

const mintOf = (options: Partial<MintOptions> = {}) =>
  createMint({ endpoint: simulator.endpoint, identity: simulator.identities.gate, ...options })

const ask = (plan: StoredPlan, observed: Observed = seen(denying()), options: Partial<MintOptions> = {}) =>
  createGate({ db: world.db, mint: mintOf(options), log }).givePermit({ plan: plan.hash, step: 0, observed })

function credentialsIn(answer: PermitAnswer): StepCredentials {
  if (answer.kind !== 'permitted' || answer.credentials === null)
    throw new Error(`No credentials: ${JSON.stringify(answer)}`)
  return answer.credentials
}

const opened = () => simulator.calls({ operation: 'sts:AssumeRole' })
const permits = () => world.owner.selectFrom('permit').selectAll().execute()
const distrustTheGate = () =>
  new IAMClient(simulator.client(ACCOUNT, 'us-east-1')).send(
    new UpdateAssumeRolePolicyCommand({
      RoleName: 'CordonResponder',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: ['sts:AssumeRole'] },
        ],
      }),
    }),
  )

describe('the session of a permit', () => {
  it('is for exactly the declared calls, in the name of the incident, for a quarter of an hour', async () => {
    const plan = await world.approve([denying()])
    credentialsIn(await ask(plan))
    const [call, ...others] = await opened()
    const { policy, ...parameters } = (call?.parameters ?? {}) as { readonly policy?: string }
    expect(others).toEqual([])
    expect(call).toMatchObject({ region: REGION, outcome: 'allowed' })
    expect(parameters).toEqual({
      roleArn: `arn:aws:iam::${ACCOUNT}:role/CordonResponder`,
      externalId: externalIdOf(ACCOUNT),
      roleSessionName: `cordon-${world.incident}-0`,
      sourceIdentity: world.incident,
      durationSeconds: 900,
      tags: [
        { key: 'cordon:plan', value: plan.hash },
        { key: 'cordon:step', value: '0' },
      ],
    })
    expect(JSON.parse(policy ?? '')).toEqual({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: ['iam:PutUserPolicy'], Resource: arnOf(user()) }],
    })
  })

  it('can make the declared call, nothing else, and not for longer', async () => {
    const session = credentialsIn(await ask(await world.approve([denying()])))
    const iam = new IAMClient(simulator.client(session, 'us-east-1'))
    const sts = new STSClient(simulator.client(session))
    const deny = { UserName: 'deploy-bot', PolicyName, PolicyDocument: DENY_ALL }
    const refused = { name: 'AccessDenied' }
    await expect(iam.send(new PutUserPolicyCommand({ ...deny, UserName: 'shop-reports' }))).rejects.toMatchObject(
      refused,
    )
    await expect(iam.send(new DeleteUserPolicyCommand(deny))).rejects.toMatchObject(refused)
    await expect(iam.send(new CreateAccessKeyCommand({ UserName: 'deploy-bot' }))).rejects.toMatchObject(refused)
    await expect(iam.send(new GetUserCommand({ UserName: 'deploy-bot' }))).rejects.toMatchObject(refused)
    const RoleArn = `arn:aws:iam::${ACCOUNT}:role/CordonReader`
    await expect(sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'more' }))).rejects.toMatchObject(refused)
    await iam.send(new PutUserPolicyCommand(deny))
    const [written] = await simulator.calls({ operation: 'iam:PutUserPolicy', outcome: 'allowed' })
    expect(written?.sourceIdentity).toBe(world.incident)
    now += 15 * MS_PER_MINUTE + 1000
    await expect(iam.send(new PutUserPolicyCommand(deny))).rejects.toMatchObject({ name: 'ExpiredToken' })
  })

  it('is for what is outstanding only, when a step is resumed', async () => {
    const wish = deactivating(user(), { AKIAONE: 'Active' })
    const plan = await world.approve([wish])
    credentialsIn(await ask(plan, seen(wish)))
    const done = await ask(plan, seen(wish, { AKIAONE: 'Inactive' }))
    expect(done).toMatchObject({ kind: 'permitted', attempt: 2, calls: [], credentials: null })
    expect(await opened()).toHaveLength(1)
  })

  it('can be had with the gate’s identity, not with the executor’s', async () => {
    const plan = await world.approve([denying()])
    const answer = await ask(plan, seen(denying()), { identity: simulator.identities.executor })
    expect(answer).toMatchObject({ kind: 'settled', outcome: { kind: 'refused', code: 'access_denied' } })
  })
})

describe('without a session', () => {
  it('nothing is given while STS cannot be reached, and the permit is resumed when it is back', async () => {
    const plan = await world.approve([denying()])
    expect(await ask(plan, seen(denying()), { endpoint: nowhere })).toMatchObject({
      kind: 'refused',
      code: 'unavailable',
    })
    expect(await permits()).toMatchObject([{ attempt: 1, closed_at: null }])
    expect(await ask(plan)).toMatchObject({ kind: 'permitted', attempt: 2 })
  })

  it.each([
    ['Throttling', 400, 'throttled'],
    ['InternalFailure', 500, 'unavailable'],
  ])('because STS answers %s the permit stays open', async (code, status, ours) => {
    const plan = await world.approve([denying()])
    await simulator.faults({ rules: [{ operation: 'sts:AssumeRole', nth: 0, effect: 'refuse', code, status }] })
    expect(await ask(plan)).toMatchObject({ kind: 'refused', code: ours })
    expect(await permits()).toMatchObject([{ closed_at: null }])
    await simulator.faults({ rules: [] })
    expect(await ask(plan)).toMatchObject({ kind: 'permitted' })
  })

  it('because the role trusts somebody else the step ends, with what is there already', async () => {
    const wish = deactivating(user(), { AKIAONE: 'Active', AKIATWO: 'Active' })
    const plan = await world.approve([wish])
    credentialsIn(await ask(plan, seen(wish)))
    await distrustTheGate()
    const answer = await ask(plan, seen(wish, { AKIAONE: 'Inactive', AKIATWO: 'Active' }))
    const outcome = { kind: 'refused', code: 'access_denied', calls: [{ change: { field: 'AKIAONE' } }] }
    expect(answer).toMatchObject({ kind: 'settled', outcome })
    expect(await permits()).toMatchObject([{ attempt: 2, outcome }])
    expect((await world.events('permit.closed')).at(-1)).toMatchObject({ body: { attempt: 2, outcome: 'refused' } })
  })

  it('because its policy would be too large STS is not even asked', async () => {
    const call = (nth: number): DeclaredCall => ({
      operation: 'iam:PutUserPolicy',
      permissions: ['iam:PutUserPolicy'],
      resource: arnOf(user(`user-${nth}`)),
      change: { field: 'ourPolicy', before: null, after: DENY_ALL },
    })
    const order: MintOrder = {
      partition: 'aws',
      account: ACCOUNT,
      externalId: externalIdOf(ACCOUNT),
      role: 'CordonResponder',
      region: REGION,
      incident: world.incident,
      plan: 'a'.repeat(64),
      step: 0,
      calls: Array.from({ length: 60 }, (_, nth) => call(nth)),
    }
    expect(await mintOf()(order)).toMatchObject({ kind: 'refused', code: 'limit_reached' })
    expect(await mintOf()({ ...order, calls: order.calls.slice(0, 10) })).toMatchObject({ kind: 'minted' })
    expect(await opened()).toHaveLength(1)
  })
})
