import {
  AttachNetworkInterfaceCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateNetworkInterfaceCommand,
  CreateSecurityGroupCommand,
  CreateSnapshotsCommand,
  DeleteSecurityGroupCommand,
  DescribeAddressesCommand,
  DescribeIamInstanceProfileAssociationsCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
  EC2Client,
  ModifyInstanceAttributeCommand,
  ModifyNetworkInterfaceAttributeCommand,
  ReplaceIamInstanceProfileAssociationCommand,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type RunningSimulator, SHOP_PRODUCTION, startSimulator } from '../../support/simulator.ts'

const WAIT = { timeout: 20_000, interval: 200 }

let simulator: RunningSimulator
let ec2: EC2Client
let place: { readonly vpc: string; readonly subnet: string; readonly homeGroup: string }

beforeAll(async () => {
  simulator = await startSimulator()
  ec2 = new EC2Client(simulator.client(SHOP_PRODUCTION))
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}))
  const own = Subnets.find(({ CidrBlock }) => CidrBlock?.startsWith('10.20.'))
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({}))
  const elsewhere = SecurityGroups.find(({ VpcId, GroupName }) => VpcId !== own?.VpcId && GroupName === 'default')
  place = { vpc: own?.VpcId ?? '', subnet: own?.SubnetId ?? '', homeGroup: elsewhere?.GroupId ?? '' }
})

afterAll(() => simulator.stop())

async function run(wanted: Partial<RunInstancesCommandInput> = {}) {
  const started = await ec2.send(
    new RunInstancesCommand({ ImageId: 'ami-1', MinCount: 1, MaxCount: 1, SubnetId: place.subnet, ...wanted }),
  )
  const [instance] = started.Instances ?? []
  return { id: instance?.InstanceId ?? '', eni: instance?.NetworkInterfaces?.[0]?.NetworkInterfaceId ?? '' }
}

async function newGroup(name: string) {
  const made = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName: name, Description: 'of a test', VpcId: place.vpc }),
  )
  return made.GroupId ?? ''
}

const groupsOf = async (eni: string) => {
  const found = await ec2.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [eni] }))
  return found.NetworkInterfaces?.[0]?.Groups?.map(({ GroupId }) => GroupId)
}

const refusal = (code: string) => expect.objectContaining({ name: code })

/** A client of a user who may do only this. */
async function limitedTo(name: string, statements: readonly object[]): Promise<EC2Client> {
  const iam = new IAMClient(simulator.client(SHOP_PRODUCTION))
  await iam.send(new CreateUserCommand({ UserName: name }))
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statements })
  await iam.send(new PutUserPolicyCommand({ UserName: name, PolicyName: 'only', PolicyDocument }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }))
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {}
  return new EC2Client(simulator.client({ accessKeyId, secretAccessKey }))
}

const arn = (kind: string, id: string, account = SHOP_PRODUCTION) => `arn:aws:ec2:eu-central-1:${account}:${kind}/${id}`
const allow = (Action: string, ...Resource: readonly string[]) => ({ Effect: 'Allow', Action, Resource })

describe('the groups of a network interface', () => {
  test('are replaced as a whole, and only by groups that exist in its VPC', async () => {
    const [{ eni }, group] = await Promise.all([run(), newGroup('swap')])
    await ec2.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId: eni, Groups: [group] }))
    expect(await groupsOf(eni)).toEqual([group])
    for (const other of ['sg-0123456789abcdef0', place.homeGroup])
      await expect(
        ec2.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId: eni, Groups: [other] })),
      ).rejects.toEqual(refusal('InvalidGroup.NotFound'))
    expect(await groupsOf(eni)).toEqual([group])
    await expect(ec2.send(new DeleteSecurityGroupCommand({ GroupId: group }))).rejects.toEqual(
      refusal('DependencyViolation'),
    )
  })

  test('stay what they are where a service manages the interface', async () => {
    const Filters = [{ Name: 'requester-managed', Values: ['true'] }]
    const { NetworkInterfaces = [] } = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters }))
    expect(NetworkInterfaces.map(({ Attachment }) => Attachment !== undefined).toSorted()).toEqual([false, true])
    for (const { NetworkInterfaceId, Groups = [] } of NetworkInterfaces)
      await expect(
        ec2.send(
          new ModifyNetworkInterfaceAttributeCommand({
            NetworkInterfaceId,
            Groups: Groups.map(({ GroupId = '' }) => GroupId),
          }),
        ),
      ).rejects.toEqual(refusal('OperationNotPermitted'))
  })

  test('are not changed through the instance when it has several interfaces', async () => {
    const [{ id, eni }, group] = await Promise.all([run(), newGroup('through-the-instance')])
    await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: id, Groups: [group] }))
    expect(await groupsOf(eni)).toEqual([group])
    const { NetworkInterface } = await ec2.send(new CreateNetworkInterfaceCommand({ SubnetId: place.subnet }))
    const { NetworkInterfaceId = '' } = NetworkInterface ?? {}
    await ec2.send(new AttachNetworkInterfaceCommand({ NetworkInterfaceId, InstanceId: id, DeviceIndex: 1 }))
    await expect(ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: id, Groups: [group] }))).rejects.toEqual(
      refusal('InvalidInstanceID'),
    )
    const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }))
    expect(Reservations?.[0]?.Instances?.[0]?.NetworkInterfaces).toHaveLength(2)
  })
})

describe('protection', () => {
  test('keeps an instance from being terminated or stopped, and leaves the marked disks behind', async () => {
    const { id } = await run({
      BlockDeviceMappings: [
        { DeviceName: '/dev/xvda', Ebs: { VolumeSize: 8 } },
        { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 4 } },
      ],
    })
    const protect = { InstanceId: id, DisableApiTermination: { Value: true } }
    await ec2.send(new ModifyInstanceAttributeCommand(protect))
    await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: id, DisableApiStop: { Value: true } }))
    for (const command of [TerminateInstancesCommand, StopInstancesCommand])
      await expect(ec2.send(new command({ InstanceIds: [id] }))).rejects.toEqual(refusal('OperationNotPermitted'))
    const BlockDeviceMappings = [{ DeviceName: '/dev/sdf', Ebs: { DeleteOnTermination: false } }]
    await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: id, BlockDeviceMappings }))
    await ec2.send(new ModifyInstanceAttributeCommand({ ...protect, DisableApiTermination: { Value: false } }))
    const Filters = [{ Name: 'attachment.instance-id', Values: [id] }]
    const { Volumes: before = [] } = await ec2.send(new DescribeVolumesCommand({ Filters }))
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }))
    const { Volumes: all = [] } = await ec2.send(new DescribeVolumesCommand({}))
    const left = all.filter(({ VolumeId }) => before.some((one) => one.VolumeId === VolumeId))
    expect(left).toMatchObject([{ State: 'available', Size: 4, Attachments: [] }])
  })

  test('is set by one attribute in a call, and never for a Spot instance', async () => {
    const { id } = await run({ InstanceMarketOptions: { MarketType: 'spot' } })
    const both = { DisableApiTermination: { Value: true }, DisableApiStop: { Value: true } }
    await expect(ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: id, ...both }))).rejects.toEqual(
      refusal('InvalidParameterCombination'),
    )
    await expect(
      ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: id, DisableApiTermination: { Value: true } })),
    ).rejects.toEqual(refusal('UnsupportedOperation'))
    const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }))
    expect(Reservations?.[0]?.Instances?.[0]?.InstanceLifecycle).toBe('spot')
  })

  test('or not, a stopped instance starts as launched anew', async () => {
    const { id } = await run()
    const launched = async () =>
      (await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }))).Reservations?.[0]?.Instances?.[0]
        ?.LaunchTime
    const first = await launched()
    await ec2.send(new StopInstancesCommand({ InstanceIds: [id] }))
    await vi.waitFor(() => expect(Date.now()).toBeGreaterThan((first?.getTime() ?? 0) + 1000), WAIT)
    await ec2.send(new StartInstancesCommand({ InstanceIds: [id] }))
    expect((await launched())?.getTime()).toBeGreaterThan(first?.getTime() ?? 0)
  })
})

test('snapshots of all disks are pending first, then completed, with the tags of their disks and those given', async () => {
  const { id } = await run({
    TagSpecifications: [{ ResourceType: 'volume', Tags: [{ Key: 'of', Value: 'the disk' }] }],
    BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 4 } }],
  })
  const taken = await ec2.send(
    new CreateSnapshotsCommand({
      InstanceSpecification: { InstanceId: id },
      CopyTagsFromSource: 'volume',
      TagSpecifications: [{ ResourceType: 'snapshot', Tags: [{ Key: 'incident', Value: 'one' }] }],
    }),
  )
  expect(taken.Snapshots?.map(({ State }) => State)).toEqual(['pending', 'pending'])
  const find = async () =>
    (
      await ec2.send(
        new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters: [{ Name: 'tag:incident', Values: ['one'] }] }),
      )
    ).Snapshots ?? []
  expect((await find())[0]?.Tags).toEqual(expect.arrayContaining([{ Key: 'of', Value: 'the disk' }]))
  await vi.waitFor(
    async () => expect((await find()).map(({ State }) => State)).toEqual(['completed', 'completed']),
    WAIT,
  )
})

test('the address of the administrators’ instance is listed, as is the profile that can be replaced', async () => {
  const { Addresses = [] } = await ec2.send(new DescribeAddressesCommand({}))
  const InstanceId = Addresses[0]?.InstanceId ?? ''
  const Filters = [{ Name: 'instance-id', Values: [InstanceId] }]
  const read = async () =>
    (await ec2.send(new DescribeIamInstanceProfileAssociationsCommand({ Filters }))).IamInstanceProfileAssociations?.[0]
  const before = await read()
  expect(before?.IamInstanceProfile?.Arn).toMatch(/\/shop-web$/)
  await ec2.send(
    new ReplaceIamInstanceProfileAssociationCommand({
      AssociationId: before?.AssociationId,
      IamInstanceProfile: { Name: 'shop-web' },
    }),
  )
  expect((await read())?.AssociationId).not.toBe(before?.AssociationId)
})

describe('a policy', () => {
  test('must name the interface and every group of a change', async () => {
    const [{ eni }, group] = await Promise.all([run(), newGroup('named-in-policy')])
    const change = new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId: eni, Groups: [group] })
    const action = 'ec2:ModifyNetworkInterfaceAttribute'
    const short = await limitedTo('short', [allow(action, arn('network-interface', eni))])
    await expect(short.send(change)).rejects.toEqual(refusal('UnauthorizedOperation'))
    const enough = await limitedTo('enough', [
      allow(action, arn('network-interface', eni), arn('security-group', group)),
    ])
    await enough.send(change)
    expect(await groupsOf(eni)).toEqual([group])
  })

  test('must name the VPC of a new group, and CreateTags for its tags', async () => {
    const creation = allow('ec2:CreateSecurityGroup', arn('security-group', '*'), arn('vpc', place.vpc))
    const make = (GroupName: string, more: object = {}) =>
      new CreateSecurityGroupCommand({ GroupName, Description: 'x', VpcId: place.vpc, ...more })
    const tagged = { TagSpecifications: [{ ResourceType: 'security-group', Tags: [{ Key: 'a', Value: 'b' }] }] }
    const untagging = await limitedTo('untagging', [creation])
    await untagging.send(make('plain'))
    await expect(untagging.send(make('tagged', tagged))).rejects.toEqual(refusal('UnauthorizedOperation'))
    const condition = { StringEquals: { 'ec2:CreateAction': 'CreateSecurityGroup' } }
    const tagging = await limitedTo('tagging', [
      creation,
      { ...allow('ec2:CreateTags', arn('security-group', '*')), Condition: condition },
    ])
    await tagging.send(make('tagged', tagged))
    const elsewhere = await limitedTo('elsewhere', [allow('ec2:CreateSecurityGroup', arn('security-group', '*'))])
    await expect(elsewhere.send(make('other'))).rejects.toEqual(refusal('UnauthorizedOperation'))
  })

  test('names snapshots without an account, beside the instance and its disks', async () => {
    const { id } = await run()
    const take = new CreateSnapshotsCommand({ InstanceSpecification: { InstanceId: id } })
    const sources = [arn('instance', id), arn('volume', '*')]
    const wrong = await limitedTo('wrong', [allow('ec2:CreateSnapshots', ...sources, arn('snapshot', '*'))])
    await expect(wrong.send(take)).rejects.toEqual(refusal('UnauthorizedOperation'))
    const right = await limitedTo('right', [allow('ec2:CreateSnapshots', ...sources, arn('snapshot', '*', ''))])
    expect((await right.send(take)).Snapshots).toHaveLength(1)
  })

  test('decides a dry run, which changes nothing', async () => {
    const [{ eni }, group] = await Promise.all([run(), newGroup('dry')])
    const before = await groupsOf(eni)
    const change = { NetworkInterfaceId: eni, Groups: [group], DryRun: true }
    await expect(ec2.send(new ModifyNetworkInterfaceAttributeCommand(change))).rejects.toEqual(
      refusal('DryRunOperation'),
    )
    expect(await groupsOf(eni)).toEqual(before)
    const nobody = await limitedTo('nobody', [allow('ec2:DescribeInstances', '*')])
    await expect(nobody.send(new ModifyNetworkInterfaceAttributeCommand(change))).rejects.toEqual(
      refusal('UnauthorizedOperation'),
    )
    await expect(nobody.send(new DescribeInstancesCommand({ DryRun: true }))).rejects.toEqual(
      refusal('DryRunOperation'),
    )
  })
})

test('a rule that another group names keeps that group from being deleted; a rule is there once', async () => {
  const [used, user] = [await newGroup('used'), await newGroup('user')]
  const IpPermissions = [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, UserIdGroupPairs: [{ GroupId: used }] }]
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: user, IpPermissions }))
  await expect(ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: user, IpPermissions }))).rejects.toEqual(
    refusal('InvalidPermission.Duplicate'),
  )
  await expect(ec2.send(new DeleteSecurityGroupCommand({ GroupId: used }))).rejects.toEqual(
    refusal('DependencyViolation'),
  )
  await ec2.send(new DeleteSecurityGroupCommand({ GroupId: user }))
  await ec2.send(new DeleteSecurityGroupCommand({ GroupId: used }))
})
