import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AutoScalingClient, EnterStandbyCommand } from '@aws-sdk/client-auto-scaling'
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail'
import {
  CreateSecurityGroupCommand,
  DescribeInstancesCommand,
  EC2Client,
  ModifyNetworkInterfaceAttributeCommand,
  RevokeSecurityGroupEgressCommand,
} from '@aws-sdk/client-ec2'
import { GetRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { GetCommandInvocationCommand, SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type RunningSimulator, SHOP_PRODUCTION, startSimulator } from '../../support/simulator.ts'

const WAIT = { timeout: 20_000, interval: 100 }
const DRILL = 'mining-instance'

const received: { readonly detail: Record<string, unknown> & { readonly id: string } }[] = []
const folder = mkdtempSync(join(tmpdir(), 'cordon-mining-'))
const intake = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    received.push(JSON.parse(Buffer.concat(chunks).toString('utf8')))
    response.writeHead(202).end()
  })
})

let simulator: RunningSimulator
let ec2: EC2Client

beforeAll(async () => {
  await new Promise<void>((resolve) => intake.listen(0, '127.0.0.1', resolve))
  const tokenFile = join(folder, 'intake-token')
  writeFileSync(tokenFile, 'the-intake-token\n')
  simulator = await startSimulator({
    intake: { url: `http://127.0.0.1:${(intake.address() as AddressInfo).port}/api/findings`, tokenFile },
  })
  ec2 = new EC2Client(simulator.client(SHOP_PRODUCTION))
})

afterAll(async () => {
  await simulator.stop()
  intake.close()
  rmSync(folder, { recursive: true, force: true })
})

async function instance(id: string) {
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }))
  return Reservations?.[0]?.Instances?.[0]
}

interface SeenEvent {
  readonly eventName: string
  readonly errorCode?: string
  readonly userIdentity: Record<string, unknown>
}

/** What CloudTrail shows of a key, in both Regions. */
async function eventsOf(accessKeyId: string): Promise<readonly SeenEvent[]> {
  const LookupAttributes = [{ AttributeKey: 'AccessKeyId' as const, AttributeValue: accessKeyId }]
  const pages = ['us-east-1', 'eu-central-1'].map((region) =>
    new CloudTrailClient(simulator.client(SHOP_PRODUCTION, region)).send(new LookupEventsCommand({ LookupAttributes })),
  )
  return (await Promise.all(pages))
    .flatMap(({ Events = [] }) => Events)
    .map(({ CloudTrailEvent = '{}' }) => JSON.parse(CloudTrailEvent))
}

test('two DNS findings describe the instance as EC2 does, and CloudTrail shows its role used in its name', async () => {
  const { findingId, moreFindingIds, instanceId, accessKeyId } = await simulator.startDrill(DRILL)
  expect(accessKeyId).toMatch(/^ASIA/)
  const finding = (id: string | undefined) => received.find(({ detail }) => detail.id === id)?.detail
  await vi.waitFor(() => expect([findingId, ...moreFindingIds].map(finding)).not.toContain(undefined), WAIT)
  const one = await instance(instanceId)
  const [eni] = one?.NetworkInterfaces ?? []
  for (const [id, type] of [
    [findingId, 'CryptoCurrency:EC2/BitcoinTool.B!DNS'],
    [moreFindingIds[0], 'Backdoor:EC2/C&CActivity.B!DNS'],
  ])
    expect(finding(id)).toMatchObject({
      type,
      severity: 8,
      accountId: SHOP_PRODUCTION,
      resource: {
        resourceType: 'Instance',
        instanceDetails: {
          instanceId,
          instanceType: one?.InstanceType,
          launchTime: one?.LaunchTime?.toISOString(),
          imageId: one?.ImageId,
          availabilityZone: one?.Placement?.AvailabilityZone,
          iamInstanceProfile: { arn: one?.IamInstanceProfile?.Arn, id: one?.IamInstanceProfile?.Id },
          tags: expect.arrayContaining([{ key: 'Name', value: 'shop-web' }]),
          networkInterfaces: [
            {
              networkInterfaceId: eni?.NetworkInterfaceId,
              vpcId: one?.VpcId,
              subnetId: one?.SubnetId,
              privateIpAddress: one?.PrivateIpAddress,
              securityGroups: [{ groupId: eni?.Groups?.[0]?.GroupId, groupName: 'shop-web' }],
            },
          ],
        },
      },
      service: { action: { actionType: 'DNS_REQUEST', dnsRequestAction: { protocol: 'UDP', blocked: false } } },
    })
  await vi.waitFor(
    async () =>
      expect((await eventsOf(accessKeyId)).map(({ eventName }) => eventName)).toEqual(
        expect.arrayContaining(['GetCallerIdentity', 'ListBuckets', 'ListRoles', 'DescribeInstances']),
      ),
    WAIT,
  )
  const seen = await eventsOf(accessKeyId)
  expect(seen.find(({ eventName }) => eventName === 'ListRoles')?.errorCode).toBe('AccessDenied')
  expect(seen.find(({ eventName }) => eventName === 'ListBuckets')?.errorCode).toBeUndefined()
  expect(seen[0]?.userIdentity).toMatchObject({
    type: 'AssumedRole',
    principalId: expect.stringMatching(new RegExp(`^AROA\\w+:${instanceId}$`)),
    arn: `arn:aws:sts::${SHOP_PRODUCTION}:assumed-role/shop-web/${instanceId}`,
    sessionContext: { sessionIssuer: { type: 'Role', userName: 'shop-web' }, ec2RoleDelivery: '2.0' },
  })
})

test('a deny on the role by aws:userid hits this instance and no other', async () => {
  const first = await simulator.startDrill(DRILL)
  const iam = new IAMClient(simulator.client(SHOP_PRODUCTION))
  const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'shop-web' }))
  const Condition = { StringLike: { 'aws:userid': `${Role?.RoleId}:${first.instanceId}` } }
  const Statement = [{ Effect: 'Deny', Action: '*', Resource: '*', Condition }]
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
  await iam.send(new PutRolePolicyCommand({ RoleName: 'shop-web', PolicyName: 'CordonDenyInstance', PolicyDocument }))
  await vi.waitFor(
    async () =>
      expect(await eventsOf(first.accessKeyId)).toContainEqual(
        expect.objectContaining({ eventName: 'ListBuckets', errorCode: 'AccessDenied' }),
      ),
    WAIT,
  )
  const second = await simulator.startDrill(DRILL)
  expect(second.instanceId).not.toBe(first.instanceId)
  await vi.waitFor(
    async () =>
      expect(await eventsOf(second.accessKeyId)).toContainEqual(expect.objectContaining({ eventName: 'ListBuckets' })),
    WAIT,
  )
  const buckets = (await eventsOf(second.accessKeyId)).filter(({ eventName }) => eventName === 'ListBuckets')
  expect(buckets.map(({ errorCode }) => errorCode)).not.toContain('AccessDenied')
})

test('the miner shows in the list of processes, and a later run takes no instance that is cut off', async () => {
  const { instanceId } = await simulator.startDrill(DRILL)
  const ssm = new SSMClient(simulator.client(SHOP_PRODUCTION))
  const commands = { commands: ['ps aux'] }
  const wanted = { InstanceIds: [instanceId], DocumentName: 'AWS-RunShellScript', Parameters: commands }
  const { Command } = await ssm.send(new SendCommandCommand(wanted))
  const invocation = new GetCommandInvocationCommand({ CommandId: Command?.CommandId, InstanceId: instanceId })
  await vi.waitFor(async () => expect((await ssm.send(invocation)).StandardOutputContent).toContain('kworkerd'), WAIT)

  const one = await instance(instanceId)
  await new AutoScalingClient(simulator.client(SHOP_PRODUCTION)).send(
    new EnterStandbyCommand({
      AutoScalingGroupName: 'shop-web',
      InstanceIds: [instanceId],
      ShouldDecrementDesiredCapacity: false,
    }),
  )
  const group = { GroupName: 'quarantine', Description: 'no way in or out', VpcId: one?.VpcId }
  const { GroupId = '' } = await ec2.send(new CreateSecurityGroupCommand(group))
  const IpPermissions = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }]
  await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions }))
  const [eni] = one?.NetworkInterfaces ?? []
  const swap = { NetworkInterfaceId: eni?.NetworkInterfaceId, Groups: [GroupId] }
  await ec2.send(new ModifyNetworkInterfaceAttributeCommand(swap))

  const taken = new Set<string>()
  for (let run = 0; run < 4; run += 1) taken.add((await simulator.startDrill(DRILL)).instanceId)
  expect([...taken]).not.toContain(instanceId)
})
