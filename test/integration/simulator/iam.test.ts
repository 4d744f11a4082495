import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteUserPolicyCommand,
  GetAccessKeyLastUsedCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  IAMClient,
  LimitExceededException,
  ListAccessKeysCommand,
  ListGroupsForUserCommand,
  ListUsersCommand,
  NoSuchEntityException,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningSimulator, SHOP_PRODUCTION, startSimulator } from '../../support/simulator.ts'

const DENY_ALL = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] })

let simulator: RunningSimulator
let iam: IAMClient

beforeAll(async () => {
  simulator = await startSimulator()
  iam = new IAMClient(simulator.client(SHOP_PRODUCTION))
})

afterAll(() => simulator.stop())

/** A user with a key that may list users. */
async function makeUser(name: string) {
  await iam.send(new CreateUserCommand({ UserName: name }))
  const allow = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: ['iam:ListUsers', 'sts:*'], Resource: '*' }],
  }
  await iam.send(
    new PutUserPolicyCommand({ UserName: name, PolicyName: 'list', PolicyDocument: JSON.stringify(allow) }),
  )
  const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: name }))
  return { accessKeyId: key?.AccessKeyId ?? '', secretAccessKey: key?.SecretAccessKey ?? '' }
}

describe('IAM', () => {
  test('the seeded victim has one active key and a unique id', async () => {
    const { User: user } = await iam.send(new GetUserCommand({ UserName: 'deploy-bot' }))
    expect(user?.UserId).toMatch(/^AIDA[A-Z2-7]{17}$/)
    expect(user?.Arn).toBe(`arn:aws:iam::${SHOP_PRODUCTION}:user/deploy-bot`)
    const { AccessKeyMetadata: keys } = await iam.send(new ListAccessKeysCommand({ UserName: 'deploy-bot' }))
    expect(keys).toEqual([expect.objectContaining({ Status: 'Active', UserName: 'deploy-bot' })])
    expect((await iam.send(new ListGroupsForUserCommand({ UserName: 'deploy-bot' }))).Groups).toEqual([])
  })

  test('an inline deny stops the user and the sessions it opened, but not GetCallerIdentity', async () => {
    const key = await makeUser('denied')
    const asUser = new IAMClient(simulator.client(key))
    const { Credentials: session } = await new STSClient(simulator.client(key)).send(new GetSessionTokenCommand({}))
    await asUser.send(new ListUsersCommand({}))
    await iam.send(
      new PutUserPolicyCommand({ UserName: 'denied', PolicyName: 'CordonDenyAll', PolicyDocument: DENY_ALL }),
    )
    await expect(asUser.send(new ListUsersCommand({}))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('explicit deny'),
    })
    const token = {
      accessKeyId: session?.AccessKeyId ?? '',
      secretAccessKey: session?.SecretAccessKey ?? '',
      sessionToken: session?.SessionToken ?? '',
    }
    await expect(new IAMClient(simulator.client(token)).send(new ListUsersCommand({}))).rejects.toMatchObject({
      name: 'AccessDenied',
    })
    expect((await new STSClient(simulator.client(token)).send(new GetCallerIdentityCommand({}))).Arn).toContain(
      'user/denied',
    )
    await iam.send(new DeleteUserPolicyCommand({ UserName: 'denied', PolicyName: 'CordonDenyAll' }))
    await asUser.send(new ListUsersCommand({}))
  })

  test('a deactivated key is as unknown as one that never was', async () => {
    const key = await makeUser('deactivated')
    const sts = new STSClient(simulator.client(key))
    await sts.send(new GetCallerIdentityCommand({}))
    await iam.send(
      new UpdateAccessKeyCommand({ UserName: 'deactivated', AccessKeyId: key.accessKeyId, Status: 'Inactive' }),
    )
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
      $metadata: { httpStatusCode: 403 },
    })
  })

  test('a wrong secret does not pass', async () => {
    const key = await makeUser('forged')
    const sts = new STSClient(simulator.client({ ...key, secretAccessKey: 'not-the-secret' }))
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' })
  })

  test('a policy comes back as it was put, percent-encoded', async () => {
    await makeUser('documented')
    const { PolicyDocument: document = '' } = await iam.send(
      new GetUserPolicyCommand({ UserName: 'documented', PolicyName: 'list' }),
    )
    expect(JSON.parse(decodeURIComponent(document))).toMatchObject({ Statement: [{ Effect: 'Allow' }] })
    await expect(
      iam.send(new GetUserPolicyCommand({ UserName: 'documented', PolicyName: 'none' })),
    ).rejects.toBeInstanceOf(NoSuchEntityException)
  })

  test('limits hold: two keys for a user, 2,048 characters of inline policy', async () => {
    await makeUser('limited')
    await iam.send(new CreateAccessKeyCommand({ UserName: 'limited' }))
    await expect(iam.send(new CreateAccessKeyCommand({ UserName: 'limited' }))).rejects.toBeInstanceOf(
      LimitExceededException,
    )
    const Resource = Array.from({ length: 60 }, (_, index) => `arn:aws:s3:::bucket-with-a-long-name-${index}`)
    const long = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource }],
    })
    await expect(
      iam.send(new PutUserPolicyCommand({ UserName: 'limited', PolicyName: 'long', PolicyDocument: long })),
    ).rejects.toBeInstanceOf(LimitExceededException)
  })

  test('what cannot be judged is refused when it is put', async () => {
    const put = (statement: object) =>
      iam.send(
        new PutUserPolicyCommand({
          UserName: 'deploy-bot',
          PolicyName: 'unjudged',
          PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
        }),
      )
    await expect(put({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' })).rejects.toMatchObject({
      name: 'NotImplemented',
      $metadata: { httpStatusCode: 501 },
    })
    const Condition = { StringEquals: { 'aws:MultiFactorAuthPresent': 'true' } }
    await expect(put({ Effect: 'Allow', Action: 'iam:*', Resource: '*', Condition })).rejects.toMatchObject({
      name: 'NotImplemented',
    })
  })

  test('the last use of a key is known', async () => {
    const key = await makeUser('seen')
    await new IAMClient(simulator.client(key)).send(new ListUsersCommand({}))
    const { AccessKeyLastUsed: used, UserName: name } = await iam.send(
      new GetAccessKeyLastUsedCommand({ AccessKeyId: key.accessKeyId }),
    )
    expect(name).toBe('seen')
    expect(used).toMatchObject({ ServiceName: 'iam', Region: 'us-east-1' })
  })
})
