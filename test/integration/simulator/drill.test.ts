import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AutoScalingClient, DescribeAutoScalingGroupsCommand, EnterStandbyCommand } from '@aws-sdk/client-auto-scaling'
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail'
import {
  CreateSecurityGroupCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  EC2Client,
  ModifyNetworkInterfaceAttributeCommand,
} from '@aws-sdk/client-ec2'
import {
  GetFindingsCommand,
  GuardDutyClient,
  ListDetectorsCommand,
  ListFindingsCommand,
} from '@aws-sdk/client-guardduty'
import {
  IAMClient,
  ListAccessKeysCommand,
  ListUserPoliciesCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { HUB, type RunningSimulator, SHOP_PRODUCTION, startSimulator } from '../../support/simulator.ts'

const DENY_ALL = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] })
const WAIT = { timeout: 10_000, interval: 100 }

interface Envelope {
  readonly 'detail-type': string
  readonly detail: {
    readonly id: string
    readonly type: string
    readonly resource: object
    readonly service: object
  }
}

const received: { authorization: string | undefined; body: Envelope }[] = []
const refusals = [503, 500]
const folder = mkdtempSync(join(tmpdir(), 'cordon-drill-'))
const intake = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const refusal = refusals.shift()
    if (refusal === undefined) {
      received.push({
        authorization: request.headers.authorization,
        body: JSON.parse(Buffer.concat(chunks).toString('utf8')) as Envelope,
      })
    }
    response.writeHead(refusal ?? 202).end()
  })
})

let simulator: RunningSimulator

beforeAll(async () => {
  await new Promise<void>((resolve) => intake.listen(0, '127.0.0.1', resolve))
  const tokenFile = join(folder, 'intake-token')
  writeFileSync(tokenFile, 'the-intake-token\n')
  simulator = await startSimulator({
    intake: { url: `http://127.0.0.1:${(intake.address() as AddressInfo).port}/api/findings`, tokenFile },
  })
})

afterAll(async () => {
  await simulator.stop()
  intake.close()
  rmSync(folder, { recursive: true, force: true })
})

test('a stolen key is used over the wire, GuardDuty reports it, and the finding is pushed until it is taken', async () => {
  const { findingIds, victim, account } = await simulator.startDrill('stolen-access-key')
  const [findingId = ''] = findingIds
  const [user, accessKeyId] = [victim.name, victim.id]
  expect({ account, user }).toEqual({ account: SHOP_PRODUCTION, user: 'deploy-bot' })
  await vi.waitFor(() => expect(received).toHaveLength(1), WAIT)
  expect(received[0]?.authorization).toBe('Bearer the-intake-token')
  expect(received[0]?.body).toMatchObject({
    source: 'aws.guardduty',
    'detail-type': 'GuardDuty Finding',
    detail: {
      id: findingId,
      accountId: SHOP_PRODUCTION,
      severity: 5,
      resource: { accessKeyDetails: { accessKeyId, userName: 'deploy-bot' } },
    },
  })
  for (const holder of [SHOP_PRODUCTION, HUB]) {
    const guardduty = new GuardDutyClient(simulator.client(holder))
    const { DetectorIds: [DetectorId] = [] } = await guardduty.send(new ListDetectorsCommand({}))
    const FindingCriteria = {
      Criterion: { severity: { GreaterThanOrEqual: 4 }, updatedAt: { GreaterThan: Date.now() - 60_000 } },
    }
    const { FindingIds } = await guardduty.send(new ListFindingsCommand({ DetectorId, FindingCriteria }))
    expect(FindingIds).toContain(findingId)
    const { Findings } = await guardduty.send(new GetFindingsCommand({ DetectorId, FindingIds: [findingId] }))
    expect(Findings?.[0]).toMatchObject({ Id: findingId, Resource: { AccessKeyDetails: { AccessKeyId: accessKeyId } } })
  }
})

test('a finding that was not taken yet is pushed again after a restart', async () => {
  const dir = mkdtempSync(join(folder, 'state-'))
  const intakeUrl = `http://127.0.0.1:${(intake.address() as AddressInfo).port}/api/findings`
  const nowhere = { url: 'http://127.0.0.1:9/api/findings', tokenFile: join(folder, 'intake-token') }
  const first = await startSimulator({ dir, intake: nowhere })
  const {
    findingIds: [findingId],
  } = await first.startDrill('stolen-access-key')
  await first.stop()
  const second = await startSimulator({ dir, intake: { ...nowhere, url: intakeUrl } })
  try {
    await vi.waitFor(() => expect(received.map(({ body }) => body.detail.id)).toContain(findingId), WAIT)
  } finally {
    await second.stop()
  }
})

test('CloudTrail shows what the key and the role session did, from an address outside', async () => {
  const {
    victim: { id: accessKeyId },
  } = await simulator.startDrill('stolen-access-key')
  const cloudtrail = new CloudTrailClient(simulator.client(SHOP_PRODUCTION, 'us-east-1'))
  const lookup = async (AttributeKey: 'AccessKeyId' | 'EventName', AttributeValue: string) =>
    (await cloudtrail.send(new LookupEventsCommand({ LookupAttributes: [{ AttributeKey, AttributeValue }] }))).Events ??
    []
  await vi.waitFor(
    async () =>
      expect((await lookup('AccessKeyId', accessKeyId)).map((event) => event.EventName)).toContain('AssumeRole'),
    WAIT,
  )
  const events = await lookup('AccessKeyId', accessKeyId)
  const assumed = JSON.parse(events.find(({ EventName }) => EventName === 'AssumeRole')?.CloudTrailEvent ?? '{}')
  expect(assumed).toMatchObject({
    sourceIPAddress: '192.0.2.44',
    readOnly: true,
    userIdentity: { type: 'IAMUser', userName: 'deploy-bot' },
  })
  expect(JSON.stringify(assumed)).not.toContain('ecretAccessKey')
  const session: string = assumed.responseElements.credentials.accessKeyId
  await vi.waitFor(
    async () =>
      expect((await lookup('AccessKeyId', session)).map((event) => event.EventName).sort()).toEqual(
        expect.arrayContaining(['ListBuckets', 'ListRoles']),
      ),
    WAIT,
  )
})

test('a second run finds a victim as new: fresh key, no policies of the former response, another finding', async () => {
  const first = await simulator.startDrill('stolen-access-key')
  const iam = new IAMClient(simulator.client(SHOP_PRODUCTION))
  await iam.send(
    new PutUserPolicyCommand({ UserName: first.victim.name, PolicyName: 'CordonDenyAll', PolicyDocument: DENY_ALL }),
  )
  await iam.send(
    new PutRolePolicyCommand({ RoleName: 'shop-deploy', PolicyName: 'CordonRevokeSessions', PolicyDocument: DENY_ALL }),
  )
  await iam.send(
    new UpdateAccessKeyCommand({ UserName: first.victim.name, AccessKeyId: first.victim.id, Status: 'Inactive' }),
  )
  const second = await simulator.startDrill('stolen-access-key')
  expect(second.findingIds).not.toEqual(first.findingIds)
  expect(second.victim.id).not.toBe(first.victim.id)
  const { AccessKeyMetadata: keys } = await iam.send(new ListAccessKeysCommand({ UserName: first.victim.name }))
  expect(keys?.map(({ AccessKeyId }) => AccessKeyId)).toEqual([second.victim.id])
  expect((await iam.send(new ListUserPoliciesCommand({ UserName: first.victim.name }))).PolicyNames).not.toContain(
    'CordonDenyAll',
  )
})

test('the attacker goes on trying, so that a containment shows as refusals in the trail', async () => {
  const {
    victim: { name: user },
  } = await simulator.startDrill('stolen-access-key')
  const iam = new IAMClient(simulator.client(SHOP_PRODUCTION))
  await iam.send(new PutUserPolicyCommand({ UserName: user, PolicyName: 'CordonDenyAll', PolicyDocument: DENY_ALL }))
  const cloudtrail = new CloudTrailClient(simulator.client(SHOP_PRODUCTION, 'us-east-1'))
  await vi.waitFor(async () => {
    const { Events } = await cloudtrail.send(
      new LookupEventsCommand({ LookupAttributes: [{ AttributeKey: 'Username', AttributeValue: user }] }),
    )
    const refused = Events?.map((event) => JSON.parse(event.CloudTrailEvent ?? '{}')).filter(
      (event) => event.errorCode === 'AccessDenied',
    )
    expect(refused).toContainEqual(expect.objectContaining({ eventName: 'ListUsers' }))
  }, WAIT)
})

describe('a mining instance', () => {
  beforeEach(() => void received.splice(0))

  const ec2 = () => new EC2Client(simulator.client(SHOP_PRODUCTION))

  test('asks for two domains, and both findings name it with its interfaces, groups and role', async () => {
    const { findingIds, victim } = await simulator.startDrill('mining-instance')
    await vi.waitFor(() => expect(received).toHaveLength(2), WAIT)
    const details = received.map(({ body }) => body.detail)
    expect(details.map(({ id }) => id).toSorted()).toEqual(findingIds.toSorted())
    expect(details.map(({ type }) => type).toSorted()).toEqual([
      'Backdoor:EC2/C&CActivity.B!DNS',
      'CryptoCurrency:EC2/BitcoinTool.B!DNS',
    ])
    for (const { resource, service } of details) {
      expect(resource).toMatchObject({
        resourceType: 'Instance',
        instanceDetails: {
          instanceId: victim.id,
          iamInstanceProfile: { arn: expect.stringContaining('instance-profile/shop-web') },
          networkInterfaces: [{ securityGroups: [{ groupName: 'shop-web' }] }],
        },
      })
      expect(service).toMatchObject({ action: { actionType: 'DNS_REQUEST' } })
    }
  })

  test('uses its role under its own id, and is refused what the role may not do', async () => {
    const { victim } = await simulator.startDrill('mining-instance')
    const cloudtrail = new CloudTrailClient(simulator.client(SHOP_PRODUCTION, 'us-east-1'))
    const LookupAttributes = [{ AttributeKey: 'Username' as const, AttributeValue: victim.id }]
    await vi.waitFor(async () => {
      const { Events = [] } = await cloudtrail.send(new LookupEventsCommand({ LookupAttributes }))
      const records = Events.map(({ CloudTrailEvent }) => JSON.parse(CloudTrailEvent ?? '{}'))
      expect(records.map(({ eventName, errorCode }) => [eventName, errorCode])).toEqual(
        expect.arrayContaining([
          ['GetCallerIdentity', undefined],
          ['ListUsers', 'AccessDenied'],
        ]),
      )
      expect(records[0].userIdentity.principalId).toMatch(new RegExp(`^AROA[A-Z0-9]+:${victim.id}$`))
    }, WAIT)
  })

  test('that is isolated before its replacement is suspended is ended, and its evidence with it', async () => {
    const { victim } = await simulator.startDrill('mining-instance')
    const Filters = [{ Name: 'attachment.instance-id', Values: [victim.id] }]
    const { NetworkInterfaces: [one] = [] } = await ec2().send(new DescribeNetworkInterfacesCommand({ Filters }))
    const made = new CreateSecurityGroupCommand({ GroupName: 'closed', Description: 'closed', VpcId: one?.VpcId })
    const { GroupId = '' } = await ec2().send(made)
    const NetworkInterfaceId = one?.NetworkInterfaceId
    await ec2().send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, Groups: [GroupId] }))
    await vi.waitFor(async () => {
      const { Reservations } = await ec2().send(new DescribeInstancesCommand({ InstanceIds: [victim.id] }))
      expect(Reservations?.[0]?.Instances?.[0]?.State?.Name).toBe('terminated')
    }, WAIT)
  })

  test('is another one in the next run, when it was isolated or put into standby', async () => {
    const { victim } = await simulator.startDrill('mining-instance')
    const autoScaling = new AutoScalingClient(simulator.client(SHOP_PRODUCTION))
    await autoScaling.send(
      new EnterStandbyCommand({
        AutoScalingGroupName: 'shop-web',
        InstanceIds: [victim.id],
        ShouldDecrementDesiredCapacity: true,
      }),
    )
    const second = await simulator.startDrill('mining-instance')
    expect(second.victim.id).not.toBe(victim.id)
    const { AutoScalingGroups: [group] = [] } = await autoScaling.send(new DescribeAutoScalingGroupsCommand({}))
    expect(group).toMatchObject({ MinSize: 1, DesiredCapacity: 2 })
    expect(group?.Instances?.map(({ InstanceId }) => InstanceId)).not.toContain(victim.id)
  })
})
