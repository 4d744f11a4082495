import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail'
import {
  DeleteRolePolicyCommand,
  GetUserCommand,
  IAMClient,
  ListRolesCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  HUB,
  PAYMENTS_PRODUCTION,
  type RunningSimulator,
  type SessionCredentials,
  SHOP_PRODUCTION,
  startSimulator,
} from '../../support/simulator.ts'

const MINUTE_MS = 60_000
const RESPONDER = `arn:aws:iam::${SHOP_PRODUCTION}:role/CordonResponder`

const policy = (...Statement: readonly object[]): string => JSON.stringify({ Version: '2012-10-17', Statement })

let now = Date.now()
let simulator: RunningSimulator

beforeAll(async () => {
  simulator = await startSimulator({ clock: () => now })
})

afterAll(() => simulator.stop())

const externalId = (): string | undefined =>
  simulator.identities.accounts.find(({ id }) => id === SHOP_PRODUCTION)?.externalId

/** As Cordon does, unless something else is said. */
async function assume(
  who: string | SessionCredentials,
  input: Partial<AssumeRoleCommandInput> & { readonly RoleArn: string },
): Promise<Required<SessionCredentials>> {
  const asCordon = who === HUB ? {} : { ExternalId: externalId() }
  const incident = input.RoleArn === RESPONDER ? { SourceIdentity: 'inc-1' } : {}
  const { Credentials: given } = await new STSClient(simulator.client(who)).send(
    new AssumeRoleCommand({ RoleSessionName: 'cordon-inc1-1', ...asCordon, ...incident, ...input }),
  )
  return {
    accessKeyId: given?.AccessKeyId ?? '',
    secretAccessKey: given?.SecretAccessKey ?? '',
    sessionToken: given?.SessionToken ?? '',
  }
}

const iamOf = (who: string | SessionCredentials): IAMClient => new IAMClient(simulator.client(who))

describe('AssumeRole', () => {
  test('the gate opens a session that carries the incident and may do what the session policy says, nothing more', async () => {
    const session = await assume(simulator.identities.gate, {
      RoleArn: RESPONDER,
      SourceIdentity: 'inc-1',
      DurationSeconds: 900,
      Tags: [{ Key: 'cordon:plan', Value: 'p1' }],
      Policy: policy({
        Effect: 'Allow',
        Action: 'iam:PutUserPolicy',
        Resource: `arn:aws:iam::${SHOP_PRODUCTION}:user/deploy-bot`,
      }),
    })
    const { Arn, UserId } = await new STSClient(simulator.client(session)).send(new GetCallerIdentityCommand({}))
    expect(Arn).toBe(`arn:aws:sts::${SHOP_PRODUCTION}:assumed-role/CordonResponder/cordon-inc1-1`)
    expect(UserId).toMatch(/^AROA[A-Z2-7]{17}:cordon-inc1-1$/)
    const document = policy({ Effect: 'Deny', Action: 's3:*', Resource: '*' })
    await iamOf(session).send(
      new PutUserPolicyCommand({ UserName: 'deploy-bot', PolicyName: 'x', PolicyDocument: document }),
    )
    const other = new PutUserPolicyCommand({ UserName: 'shop-reports', PolicyName: 'x', PolicyDocument: document })
    await expect(iamOf(session).send(other)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('session policy'),
    })
    const [call] = (await simulator.calls({ operation: 'iam:PutUserPolicy', outcome: 'allowed' })).slice(-1)
    expect(call).toMatchObject({
      account: SHOP_PRODUCTION,
      access: 'write',
      sourceIdentity: 'inc-1',
      parameters: { userName: 'deploy-bot', policyName: 'x' },
    })
  })

  test('the trail of the account names the incident beside every call of the session', async () => {
    const session = await assume(simulator.identities.gate, { RoleArn: RESPONDER, SourceIdentity: 'inc-7' })
    const document = policy({ Effect: 'Deny', Action: 's3:*', Resource: '*' })
    const put = new PutUserPolicyCommand({ UserName: 'deploy-bot', PolicyName: 'x', PolicyDocument: document })
    await iamOf(session).send(put)
    now += MINUTE_MS
    const trail = new CloudTrailClient(simulator.client(SHOP_PRODUCTION, 'us-east-1'))
    const LookupAttributes = [{ AttributeKey: 'AccessKeyId' as const, AttributeValue: session.accessKeyId }]
    const { Events: [event] = [] } = await trail.send(new LookupEventsCommand({ LookupAttributes }))
    expect(JSON.parse(event?.CloudTrailEvent ?? '{}')).toMatchObject({
      eventName: 'PutUserPolicy',
      readOnly: false,
      userIdentity: {
        type: 'AssumedRole',
        accessKeyId: session.accessKeyId,
        sessionContext: { sourceIdentity: 'inc-7', sessionIssuer: { userName: 'CordonResponder' } },
      },
    })
  })

  test('nobody else may: not the executor, not the account’s administrator, not the gate elsewhere', async () => {
    await expect(assume(simulator.identities.executor, { RoleArn: RESPONDER })).rejects.toMatchObject({
      name: 'AccessDenied',
    })
    await expect(assume(SHOP_PRODUCTION, { RoleArn: RESPONDER })).rejects.toMatchObject({ name: 'AccessDenied' })
    const elsewhere = `arn:aws:iam::${SHOP_PRODUCTION}:role/organization-audit`
    await expect(assume(simulator.identities.gate, { RoleArn: elsewhere })).rejects.toMatchObject({
      name: 'AccessDenied',
    })
    await expect(assume(simulator.identities.gate, { RoleArn: `${RESPONDER}x` })).rejects.toMatchObject({
      name: 'AccessDenied',
    })
  })

  test('nobody opens a role of Cordon’s without the account’s ExternalId, with another one, or to write without an incident', async () => {
    const { gate, executor } = simulator.identities
    const roles = [
      [executor, `arn:aws:iam::${SHOP_PRODUCTION}:role/CordonReader`],
      [gate, RESPONDER],
      [gate, `arn:aws:iam::${SHOP_PRODUCTION}:role/CordonRestorer`],
    ] as const
    const other = simulator.identities.accounts.find(({ id }) => id === PAYMENTS_PRODUCTION)?.externalId
    for (const [who, RoleArn] of roles) {
      const asked = { RoleArn, SourceIdentity: 'inc-1' }
      await expect(assume(who, asked)).resolves.toMatchObject({ accessKeyId: expect.stringMatching(/^ASIA/) })
      for (const ExternalId of [undefined, other, 'guessed'])
        await expect(assume(who, { ...asked, ExternalId })).rejects.toMatchObject({ name: 'AccessDenied' })
    }
    for (const SourceIdentity of [undefined, 'somebody'])
      await expect(assume(gate, { RoleArn: RESPONDER, SourceIdentity })).rejects.toMatchObject({ name: 'AccessDenied' })
  })

  test('a source identity stays along a chain and cannot be changed', async () => {
    const role = `arn:aws:iam::${SHOP_PRODUCTION}:role/organization-audit`
    const first = await assume(HUB, { RoleArn: role }).catch((error: unknown) => error)
    expect(first).toMatchObject({ accessKeyId: expect.stringMatching(/^ASIA/) })
    await expect(assume(HUB, { RoleArn: role, SourceIdentity: 'a' })).rejects.toMatchObject({
      message: expect.stringContaining('sts:SetSourceIdentity'),
    })
  })

  test('durations are limited: 15 minutes at least, the role’s maximum, one hour along a chain', async () => {
    const gate = simulator.identities.gate
    await expect(assume(gate, { RoleArn: RESPONDER, DurationSeconds: 899 })).rejects.toMatchObject({
      name: 'ValidationError',
    })
    await expect(assume(gate, { RoleArn: RESPONDER, DurationSeconds: 3601 })).rejects.toMatchObject({
      name: 'ValidationError',
    })
  })

  test('a session ends when its time is over', async () => {
    const session = await assume(simulator.identities.executor, {
      RoleArn: `arn:aws:iam::${SHOP_PRODUCTION}:role/CordonReader`,
      DurationSeconds: 900,
    })
    await iamOf(session).send(new GetUserCommand({ UserName: 'deploy-bot' }))
    now += 16 * MINUTE_MS
    await expect(iamOf(session).send(new GetUserCommand({ UserName: 'deploy-bot' }))).rejects.toMatchObject({
      name: 'ExpiredToken',
    })
  })

  test('a too long session policy is refused, an unsupported one is not implemented', async () => {
    const long = policy({
      Effect: 'Allow',
      Action: Array.from({ length: 100 }, (_, index) => `iam:SomeLongAction${index}`),
      Resource: '*',
    })
    await expect(assume(simulator.identities.gate, { RoleArn: RESPONDER, Policy: long })).rejects.toMatchObject({
      name: 'ValidationError',
    })
    const unsupported = policy({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' })
    await expect(assume(simulator.identities.gate, { RoleArn: RESPONDER, Policy: unsupported })).rejects.toMatchObject({
      name: 'NotImplemented',
    })
  })

  test('the account of a key is known to the hub', async () => {
    const { accessKeyId: AccessKeyId } = simulator.administrator(SHOP_PRODUCTION)
    const { Account } = await new STSClient(simulator.client(HUB)).send(new GetAccessKeyInfoCommand({ AccessKeyId }))
    expect(Account).toBe(SHOP_PRODUCTION)
  })
})

describe('sessions of a role', () => {
  test('live on when the user who opened them is denied, and end by a deny on older tokens', async () => {
    const drill = await simulator.startDrill('stolen-access-key')
    const administrator = iamOf(SHOP_PRODUCTION)
    const { AccessKey: key } = await administrator.send(
      new (await import('@aws-sdk/client-iam')).CreateAccessKeyCommand({ UserName: drill.user }),
    )
    const user = { accessKeyId: key?.AccessKeyId ?? '', secretAccessKey: key?.SecretAccessKey ?? '' }
    const RoleArn = `arn:aws:iam::${SHOP_PRODUCTION}:role/shop-deploy`
    const session = await assume(user, { RoleArn })
    await administrator.send(
      new PutUserPolicyCommand({
        UserName: drill.user,
        PolicyName: 'CordonDenyAll',
        PolicyDocument: policy({ Effect: 'Deny', Action: '*', Resource: '*' }),
      }),
    )
    await iamOf(session).send(new ListRolesCommand({}))
    await expect(assume(user, { RoleArn })).rejects.toMatchObject({ name: 'AccessDenied' })
    const revoke = policy({
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { DateLessThan: { 'aws:TokenIssueTime': new Date(now + 30_000).toISOString() } },
    })
    await administrator.send(
      new PutRolePolicyCommand({ RoleName: 'shop-deploy', PolicyName: 'CordonRevokeSessions', PolicyDocument: revoke }),
    )
    await expect(iamOf(session).send(new ListRolesCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' })
    await administrator.send(
      new DeleteRolePolicyCommand({ RoleName: 'shop-deploy', PolicyName: 'CordonRevokeSessions' }),
    )
    await iamOf(session).send(new ListRolesCommand({}))
  })
})
