import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { awsEnvironment, type Python, preparePython, runProgram } from '../../support/python.ts'
import {
  HUB,
  PAYMENTS_PRODUCTION,
  type RunningSimulator,
  SHOP_PRODUCTION,
  startSimulator,
} from '../../support/simulator.ts'

const SET_UP_TIMEOUT_MS = 320_000
const TIMEOUT_MS = 60_000

let python: Python
let simulator: RunningSimulator

beforeAll(async () => {
  python = await preparePython()
  simulator = await startSimulator()
}, SET_UP_TIMEOUT_MS)

afterAll(() => simulator.stop())

const environmentOf = (account: string): NodeJS.ProcessEnv =>
  awsEnvironment({ endpoint: simulator.endpoint, ...simulator.administrator(account) })

describe('programs that are not ours', () => {
  test('boto3 walks through users, roles, instances, buckets, secrets, queues and the trail', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const walk = new URL('boto3_walk.py', import.meta.url).pathname
    const steps = await runProgram(python.python, [walk], environmentOf(SHOP_PRODUCTION))
    expect(steps.trim().split('\n')).toEqual([
      'users_and_keys',
      'assumed_roles',
      'instances_and_groups',
      'a_contained_instance',
      'a_group_behind_a_load_balancer',
      'buckets_and_objects',
      'secrets',
      'the_rest',
      'the_trail',
    ])
  })

  test('the AWS CLI reads and writes, and says why it may not', { timeout: TIMEOUT_MS }, async () => {
    const aws = async (account: string, ...args: readonly string[]): Promise<unknown> =>
      JSON.parse(await runProgram(python.aws, [...args, '--output', 'json'], environmentOf(account)))
    expect(await aws(SHOP_PRODUCTION, 'sts', 'get-caller-identity')).toMatchObject({ Account: SHOP_PRODUCTION })
    expect(await aws(SHOP_PRODUCTION, 'iam', 'list-access-keys', '--user-name', 'deploy-bot')).toMatchObject({
      AccessKeyMetadata: [{ Status: 'Active' }],
    })
    expect(await aws(HUB, 'organizations', 'list-accounts')).toMatchObject({
      Accounts: expect.arrayContaining([expect.objectContaining({ Id: SHOP_PRODUCTION })]),
    })
    expect(
      await aws(PAYMENTS_PRODUCTION, 'ec2', 'describe-instances', '--query', 'Reservations[].Instances[].Tags'),
    ).toHaveLength(3)
    const denied = aws(
      SHOP_PRODUCTION,
      'sts',
      'assume-role',
      '--role-arn',
      `arn:aws:iam::${SHOP_PRODUCTION}:role/CordonResponder`,
      '--role-session-name',
      'cli',
    )
    await expect(denied).rejects.toThrow(/AccessDenied/)
  })
})
