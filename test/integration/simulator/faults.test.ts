import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail'
import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2'
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  GetUserCommand,
  IAMClient,
  ListUsersCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PAYMENTS_PRODUCTION, type RunningSimulator, SHOP_PRODUCTION, startSimulator } from '../../support/simulator.ts'
import { until } from '../../support/until.ts'

const ALLOW_ALL = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
})
const DENY_ALL = ALLOW_ALL.replace('Allow', 'Deny')

let now: number
let simulator: RunningSimulator
let iam: IAMClient

beforeEach(async () => {
  now = Date.now()
  simulator = await startSimulator({ clock: () => now })
  iam = new IAMClient(simulator.client(SHOP_PRODUCTION))
})

afterEach(() => simulator.stop())

async function makeUser() {
  await iam.send(new CreateUserCommand({ UserName: 'user' }))
  await iam.send(new PutUserPolicyCommand({ UserName: 'user', PolicyName: 'all', PolicyDocument: ALLOW_ALL }))
  const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: 'user' }))
  return { accessKeyId: key?.AccessKeyId ?? '', secretAccessKey: key?.SecretAccessKey ?? '' }
}

async function firstHeld(): Promise<object | undefined> {
  const { held } = (await simulator.control('GET', 'held')) as { readonly held: readonly object[] }
  return held[0]
}

async function stateOf(table: string): Promise<Readonly<Record<string, unknown>>> {
  const { state } = (await simulator.control('GET', 'state')) as {
    readonly state: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  }
  return state[table] ?? {}
}

const lookup = (name: string, region = 'us-east-1') =>
  new CloudTrailClient(simulator.client(SHOP_PRODUCTION, region)).send(
    new LookupEventsCommand({ LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: name }] }),
  )

describe('faults that are switched on', () => {
  test('a new deny and a disabled key take effect only after the lag of IAM', async () => {
    const key = await makeUser()
    now += 10_000
    await simulator.faults({ iamLagMs: 4000 })
    const asUser = new IAMClient(simulator.client(key))
    await iam.send(
      new PutUserPolicyCommand({ UserName: 'user', PolicyName: 'CordonDenyAll', PolicyDocument: DENY_ALL }),
    )
    await iam.send(new UpdateAccessKeyCommand({ UserName: 'user', AccessKeyId: key.accessKeyId, Status: 'Inactive' }))
    now += 3000
    await asUser.send(new ListUsersCommand({}))
    now += 1001
    await expect(asUser.send(new ListUsersCommand({}))).rejects.toMatchObject({ name: 'InvalidClientTokenId' })
  })

  test('reads answer with a former state, writes do not', async () => {
    await simulator.faults({ staleReadsMs: 2000 })
    await iam.send(new CreateUserCommand({ UserName: 'late' }))
    await expect(iam.send(new GetUserCommand({ UserName: 'late' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    })
    await expect(iam.send(new CreateUserCommand({ UserName: 'late' }))).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
    })
    now += 2001
    await iam.send(new GetUserCommand({ UserName: 'late' }))
  })

  test('calls are throttled, and a throttled call has no effect', async () => {
    await simulator.faults({ throttlePercent: 100 })
    await expect(iam.send(new CreateUserCommand({ UserName: 'user' }))).rejects.toMatchObject({ name: 'Throttling' })
    await simulator.faults({ throttlePercent: 0 })
    await iam.send(new CreateUserCommand({ UserName: 'user' }))
  })

  test('one call is refused, answers an error after its effect, or loses its answer', async () => {
    const create = (UserName: string) => iam.send(new CreateUserCommand({ UserName }))
    await simulator.faults({
      rules: [{ operation: 'iam:CreateUser', effect: 'refuse', nth: 2, code: 'ServiceFailure' }],
    })
    await create('first')
    await expect(create('second')).rejects.toMatchObject({ name: 'ServiceFailureException' })
    await simulator.faults({ rules: [{ operation: 'iam:CreateUser', effect: 'fail-after' }] })
    await expect(create('third')).rejects.toMatchObject({ name: 'InternalFailure' })
    await simulator.faults({ rules: [{ operation: 'iam:CreateUser', effect: 'lose' }] })
    await expect(create('fourth')).rejects.toThrow()
    const { Users: users } = await iam.send(new ListUsersCommand({}))
    const names = users?.map(({ UserName }) => UserName)
    expect(names).toEqual(expect.arrayContaining(['first', 'third', 'fourth']))
    expect(names).not.toContain('second')
  })

  test('a held call is judged by what holds when it goes on', async () => {
    const key = await makeUser()
    await simulator.faults({ rules: [{ operation: 'iam:ListUsers', effect: 'hold', holdMs: 300 }] })
    const held = new IAMClient(simulator.client(key)).send(new ListUsersCommand({}))
    await iam.send(new PutUserPolicyCommand({ UserName: 'user', PolicyName: 'deny', PolicyDocument: DENY_ALL }))
    await expect(held).rejects.toMatchObject({ name: 'AccessDenied' })
  })

  test('a call is held until it is released, and is seen to wait', async () => {
    await simulator.faults({ rules: [{ operation: 'iam:CreateUser', effect: 'hold', principal: 'nobody' }] })
    await iam.send(new CreateUserCommand({ UserName: 'not-held' }))
    await simulator.faults({ rules: [{ operation: 'iam:CreateUser', effect: 'hold-after' }] })
    const created = iam.send(new CreateUserCommand({ UserName: 'held' }))
    const held = await until('the call is held', firstHeld)
    expect(held).toMatchObject({ operation: 'iam:CreateUser', account: SHOP_PRODUCTION, effect: 'hold-after' })
    expect((await stateOf('user'))[`${SHOP_PRODUCTION}/held`]).toMatchObject({ name: 'held' })
    expect(await simulator.control('POST', 'release')).toMatchObject({ released: [held] })
    await expect(created).resolves.toMatchObject({ User: { UserName: 'held' } })
    expect(await firstHeld()).toBeUndefined()
  })

  test('a call whose caller hangs up while it is held before its effect has never come', async () => {
    await simulator.faults({ rules: [{ operation: 'iam:CreateUser', effect: 'hold' }] })
    const hangUp = new AbortController()
    const call = new CreateUserCommand({ UserName: 'never-came' })
    const created = iam.send(call, { abortSignal: hangUp.signal })
    created.catch(() => undefined)
    await until('the call is held', firstHeld)
    hangUp.abort()
    await expect(created).rejects.toThrow()
    await until('it waits no more', async () => ((await firstHeld()) === undefined ? true : undefined))
    expect(await stateOf('user')).not.toHaveProperty(`${SHOP_PRODUCTION}/never-came`)
    expect(await simulator.calls({ operation: 'iam:CreateUser' })).not.toContainEqual(
      expect.objectContaining({ parameters: expect.objectContaining({ userName: 'never-came' }) }),
    )
  })

  test('tables of the accounts can be put back as they were, and the others stay', async () => {
    const user = await stateOf('user')
    await makeUser()
    const accessKey = await stateOf('accessKey')
    await simulator.control('POST', 'state', { user })
    expect(await stateOf('user')).toEqual(user)
    expect(await stateOf('accessKey')).toEqual(accessKey)
    await iam.send(new CreateUserCommand({ UserName: 'user' }))
  })

  test('a request from another time is refused by the name that its service has for that', async () => {
    const settings = simulator.client(SHOP_PRODUCTION)
    const asked = [
      () => new IAMClient(settings).send(new ListUsersCommand({})),
      () => new EC2Client(settings).send(new DescribeVpcsCommand({})),
      () => new CloudTrailClient(settings).send(new LookupEventsCommand({})),
      () => new S3Client(settings).send(new ListBucketsCommand({})),
    ]
    const refusals = (minutes: number) =>
      simulator.faults({ clockAheadMs: minutes * 60_000 }).then(() =>
        Promise.all(
          asked.map((call) =>
            call().then(
              () => 'answered',
              (error: Error) => error.name,
            ),
          ),
        ),
      )
    const byAll = ['SignatureDoesNotMatch', 'RequestExpired', 'InvalidSignatureException']
    expect(await refusals(4)).toEqual(asked.map(() => 'answered'))
    expect(await refusals(-10)).toEqual([...byAll, 'answered'])
    expect(await refusals(16)).toEqual([...byAll, 'RequestTimeTooSkewed'])
  })

  test('a client that may try again learns the time from the refusal', async () => {
    await simulator.faults({ clockAheadMs: -600_000 })
    const patient = new IAMClient({ ...simulator.client(SHOP_PRODUCTION), maxAttempts: 2 })
    await patient.send(new ListUsersCommand({}))
    expect((await simulator.calls({ operation: 'iam:ListUsers' })).map(({ outcome }) => outcome)).toEqual([
      'denied',
      'allowed',
    ])
  })

  test('a fault that is not known is an error, and all are off again after a reset', async () => {
    await expect(simulator.faults({ iamLag: 4 } as object)).rejects.toThrow(/iamLag/)
    await simulator.faults({ throttlePercent: 100 })
    await fetch(`${simulator.endpoint}/_simulator/faults`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${simulator.controlToken}` },
    })
    await iam.send(new ListUsersCommand({}))
  })

  test('nobody steers the simulator without the control token', async () => {
    for (const path of ['calls', 'faults', 'drills', 'held', 'state']) {
      expect((await fetch(`${simulator.endpoint}/_simulator/${path}`)).status).toBe(401)
      const wrong = { headers: { authorization: `Bearer ${'x'.repeat(simulator.controlToken.length)}` } }
      expect((await fetch(`${simulator.endpoint}/_simulator/${path}`, wrong)).status).toBe(401)
    }
    expect((await fetch(`${simulator.endpoint}/_simulator/health`)).status).toBe(200)
  })
})

describe('CloudTrail', () => {
  test('shows a call within a second, in us-east-1 for IAM, in the signed Region for STS', async () => {
    await iam.send(new ListUsersCommand({}))
    await new STSClient(simulator.client(SHOP_PRODUCTION, 'eu-central-1')).send(new GetCallerIdentityCommand({}))
    expect((await lookup('ListUsers')).Events).toEqual([])
    now += 1000
    expect((await lookup('ListUsers')).Events).toHaveLength(1)
    expect((await lookup('ListUsers', 'eu-central-1')).Events).toEqual([])
    expect((await lookup('GetCallerIdentity', 'eu-central-1')).Events).toHaveLength(1)
    const other = new CloudTrailClient(simulator.client(PAYMENTS_PRODUCTION, 'us-east-1'))
    expect((await other.send(new LookupEventsCommand({}))).Events).toEqual([])
  })

  test('is late when told so', async () => {
    await simulator.faults({ trailDelayMs: [60_000, 900_000] })
    await iam.send(new ListUsersCommand({}))
    now += 59_000
    expect((await lookup('ListUsers')).Events).toEqual([])
    now += 900_000
    expect((await lookup('ListUsers')).Events).toHaveLength(1)
  })

  test('answers two look-ups a second when told so', async () => {
    await simulator.faults({ lookupsPerSecond: 2 })
    await lookup('ListUsers')
    await lookup('ListUsers')
    await expect(lookup('ListUsers')).rejects.toMatchObject({ name: 'ThrottlingException' })
    now += 1000
    await lookup('ListUsers')
  })

  test('never shows a secret, and neither does the call log', async () => {
    const key = await makeUser()
    now += 1000
    const { Events: events } = await lookup('CreateAccessKey')
    expect(events?.[0]?.CloudTrailEvent).toContain(key.accessKeyId)
    expect(JSON.stringify([events, await simulator.calls()])).not.toContain(key.secretAccessKey)
  })
})
