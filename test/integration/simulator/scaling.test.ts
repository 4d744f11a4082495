import {
  AttachInstancesCommand,
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
  DetachInstancesCommand,
  EnterStandbyCommand,
  ExitStandbyCommand,
  ResumeProcessesCommand,
  SetDesiredCapacityCommand,
  SetInstanceProtectionCommand,
  SuspendProcessesCommand,
  TerminateInstanceInAutoScalingGroupCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling'
import {
  CreateSecurityGroupCommand,
  DescribeInstancesCommand,
  DescribeSubnetsCommand,
  EC2Client,
  ModifyInstanceAttributeCommand,
  ModifyNetworkInterfaceAttributeCommand,
  RevokeSecurityGroupEgressCommand,
} from '@aws-sdk/client-ec2'
import {
  CreateTargetGroupCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import {
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  SendCommandCommand,
  SSMClient,
} from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { type RunningSimulator, SHOP_PRODUCTION, startSimulator } from '../../support/simulator.ts'

const WAIT = { timeout: 20_000, interval: 100 }
const VALIDATION = expect.objectContaining({ name: 'ValidationError' })

let simulator: RunningSimulator
let scaling: AutoScalingClient
let balancing: ElasticLoadBalancingV2Client
let ec2: EC2Client
let ssm: SSMClient
let model: string
let vpc: string
let noWay: string
let count = 0
let name: string
let targets: string

beforeAll(async () => {
  simulator = await startSimulator()
  const settings = simulator.client(SHOP_PRODUCTION)
  scaling = new AutoScalingClient(settings)
  balancing = new ElasticLoadBalancingV2Client(settings)
  ec2 = new EC2Client(settings)
  ssm = new SSMClient(settings)
  model = (await membersOf('shop-web'))[0]?.InstanceId ?? ''
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}))
  vpc = Subnets.find(({ CidrBlock }) => CidrBlock?.startsWith('10.20.'))?.VpcId ?? ''
  const made = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName: 'no-way', Description: 'in or out', VpcId: vpc }),
  )
  noWay = made.GroupId ?? ''
  const IpPermissions = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }]
  await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId: noWay, IpPermissions }))
})

beforeEach(async () => {
  count += 1
  name = `group-${count}`
  const made = await balancing.send(
    new CreateTargetGroupCommand({ Name: name, VpcId: vpc, Protocol: 'HTTP', Port: 80 }),
  )
  targets = made.TargetGroups?.[0]?.TargetGroupArn ?? ''
  await scaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: name,
      InstanceId: model,
      MinSize: 1,
      MaxSize: 3,
      DesiredCapacity: 2,
      HealthCheckType: 'ELB',
      TargetGroupARNs: [targets],
    }),
  )
  await settled({ InService: 2 })
})

afterAll(() => simulator.stop())

async function group() {
  const found = await scaling.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }))
  return found.AutoScalingGroups?.[0]
}

async function membersOf(named: string) {
  const found = await scaling.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [named] }))
  return found.AutoScalingGroups?.[0]?.Instances ?? []
}

const stateOf = async (id: string) =>
  (await membersOf(name)).find(({ InstanceId }) => InstanceId === id)?.LifecycleState

const settled = (states: Readonly<Record<string, number>>) =>
  vi.waitFor(async () => {
    const found = (await membersOf(name)).map(({ LifecycleState }) => LifecycleState).toSorted()
    expect(found).toEqual(Object.entries(states).flatMap(([state, many]) => Array.from({ length: many }, () => state)))
  }, WAIT)

async function health() {
  const { TargetHealthDescriptions: all = [] } = await balancing.send(
    new DescribeTargetHealthCommand({ TargetGroupArn: targets }),
  )
  return Object.fromEntries(all.map(({ Target, TargetHealth }) => [Target?.Id, [Target?.Port, TargetHealth?.State]]))
}

async function instance(id: string) {
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }))
  return Reservations?.[0]?.Instances?.[0]
}

async function cut(id: string) {
  for (const { NetworkInterfaceId } of (await instance(id))?.NetworkInterfaces ?? [])
    await ec2.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, Groups: [noWay] }))
}

const oneOf = async () => (await membersOf(name))[0]?.InstanceId ?? ''
const inGroup = (id: string) => ({ AutoScalingGroupName: name, InstanceIds: [id] })
const standby = (id: string, replaces: 'replace' | 'decrement') =>
  new EnterStandbyCommand({ ...inGroup(id), ShouldDecrementDesiredCapacity: replaces === 'decrement' })

test('an instance that is cut off while it is in service is terminated and replaced, protection or not', async () => {
  const id = await oneOf()
  await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: id, DisableApiTermination: { Value: true } }))
  await scaling.send(new SetInstanceProtectionCommand({ ...inGroup(id), ProtectedFromScaleIn: true }))
  await cut(id)
  await vi.waitFor(async () => expect((await instance(id))?.State?.Name).toBe('terminated'), WAIT)
  await settled({ InService: 2 })
  expect(await stateOf(id)).toBeUndefined()
  await vi.waitFor(async () => expect(Object.keys(await health())).not.toContain(id), WAIT)
})

test('in standby it lives: it passes through EnteringStandby, leaves the target group, and is replaced', async () => {
  const id = await oneOf()
  await scaling.send(standby(id, 'replace'))
  expect(await stateOf(id)).toBe('EnteringStandby')
  expect((await health())[id]).toEqual([80, 'draining'])
  await settled({ InService: 2, Standby: 1 })
  await vi.waitFor(async () => expect(Object.keys(await health())).not.toContain(id), WAIT)
  await cut(id)
  await settled({ InService: 2, Standby: 1 })
  expect((await instance(id))?.State?.Name).toBe('running')
})

test('back from standby it is pending, then in service on the same port, and one more is desired', async () => {
  const id = await oneOf()
  await scaling.send(standby(id, 'decrement'))
  await settled({ InService: 1, Standby: 1 })
  expect((await group())?.DesiredCapacity).toBe(1)
  await scaling.send(new ExitStandbyCommand(inGroup(id)))
  expect(await stateOf(id)).toBe('Pending')
  await settled({ InService: 2 })
  await vi.waitFor(async () => expect((await health())[id]).toEqual([80, 'healthy']), WAIT)
  expect((await group())?.DesiredCapacity).toBe(2)
})

test('the sizes of the group are kept: below the minimum and above the maximum nothing moves', async () => {
  const id = await oneOf()
  await scaling.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: name, MinSize: 2 }))
  await expect(scaling.send(standby(id, 'decrement'))).rejects.toEqual(VALIDATION)
  await scaling.send(standby(id, 'replace'))
  await settled({ InService: 2, Standby: 1 })
  await scaling.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: name, MaxSize: 2 }))
  await expect(scaling.send(new ExitStandbyCommand(inGroup(id)))).rejects.toEqual(VALIDATION)
  await expect(
    scaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName: name, DesiredCapacity: 3 })),
  ).rejects.toEqual(VALIDATION)
})

test('with ReplaceUnhealthy suspended an unhealthy instance lives until it is resumed', async () => {
  const id = await oneOf()
  const ScalingProcesses = ['ReplaceUnhealthy']
  await scaling.send(new SuspendProcessesCommand({ AutoScalingGroupName: name, ScalingProcesses }))
  expect((await group())?.SuspendedProcesses?.map(({ ProcessName }) => ProcessName)).toEqual(ScalingProcesses)
  await cut(id)
  await vi.waitFor(
    async () =>
      expect(await membersOf(name)).toContainEqual(
        expect.objectContaining({ InstanceId: id, HealthStatus: 'Unhealthy', LifecycleState: 'InService' }),
      ),
    WAIT,
  )
  expect((await instance(id))?.State?.Name).toBe('running')
  await scaling.send(new ResumeProcessesCommand({ AutoScalingGroupName: name, ScalingProcesses }))
  await vi.waitFor(async () => expect((await instance(id))?.State?.Name).toBe('terminated'), WAIT)
})

test('scaling in ends the oldest that is not protected', async () => {
  const [first = '', second = ''] = (await membersOf(name)).map(({ InstanceId = '' }) => InstanceId)
  await scaling.send(new SetInstanceProtectionCommand({ ...inGroup(first), ProtectedFromScaleIn: true }))
  await scaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName: name, DesiredCapacity: 1 }))
  await settled({ InService: 1 })
  expect(await stateOf(first)).toBe('InService')
  expect((await instance(second))?.State?.Name).toBe('terminated')
})

test('instances are detached alive, attached again, and terminated through the group', async () => {
  const id = await oneOf()
  await scaling.send(new DetachInstancesCommand({ ...inGroup(id), ShouldDecrementDesiredCapacity: true }))
  await settled({ InService: 1 })
  expect((await instance(id))?.State?.Name).toBe('running')
  await scaling.send(new AttachInstancesCommand(inGroup(id)))
  await settled({ InService: 2 })
  const end = { InstanceId: id, ShouldDecrementDesiredCapacity: false }
  await scaling.send(new TerminateInstanceInAutoScalingGroupCommand(end))
  await settled({ InService: 2 })
  expect((await instance(id))?.State?.Name).toBe('terminated')
})

test('Systems Manager runs a command where it reaches the agent, and says where it does not', async () => {
  const id = await oneOf()
  const ping = async () => {
    const Filters = [{ Key: 'InstanceIds', Values: [id] }]
    const found = await ssm.send(new DescribeInstanceInformationCommand({ Filters }))
    return found.InstanceInformationList?.map(({ PingStatus }) => PingStatus)
  }
  const run = async () => {
    const sent = await ssm.send(
      new SendCommandCommand({
        InstanceIds: [id],
        DocumentName: 'AWS-RunShellScript',
        Parameters: { commands: ['ps aux', 'ss -tanp'] },
      }),
    )
    const invocation = { CommandId: sent.Command?.CommandId, InstanceId: id }
    return vi.waitFor(async () => {
      const found = await ssm.send(new GetCommandInvocationCommand(invocation))
      expect(found.Status).not.toBe('InProgress')
      return found
    }, WAIT)
  }
  expect(await ping()).toEqual(['Online'])
  const ran = await run()
  expect(ran.Status).toBe('Success')
  expect(ran.StandardOutputContent).toMatch(/nginx[^]*LISTEN/)
  await scaling.send(standby(id, 'replace'))
  await cut(id)
  expect(await ping()).toEqual(['ConnectionLost'])
  expect(await run()).toMatchObject({ Status: 'Failed', StatusDetails: 'Undeliverable', StandardOutputContent: '' })
})
