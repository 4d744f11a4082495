import { createHash } from 'node:crypto'
import {
  CreateAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
  ExitStandbyCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling'
import {
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DeleteSnapshotCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  DescribeSubnetsCommand,
  ModifyInstanceAttributeCommand,
  ModifyNetworkInterfaceAttributeCommand,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import { DeleteRolePolicyCommand } from '@aws-sdk/client-iam'
import { ListCommandInvocationsCommand } from '@aws-sdk/client-ssm'
import type { ActionName, TargetOf } from '#domain/catalogue/index'
import { type Ec2Instance, type Target, targetName } from '#domain/targets'
import { until } from '../../support/until.ts'
import type { Case, Looked } from './case.ts'
import { makeRole, onRole, putRolePolicy } from './roles.ts'
import { ACCOUNT, type ActionWorld, REGION } from './world.ts'

/** Of the name alone: for the sessions of its role only an instance’s id counts. */
const instanceIdFor = (name: string): string => `i-0${createHash('sha256').update(name).digest('hex').slice(0, 16)}`

const denyOf = (target: Target): string => `CordonDenySessions-${instanceIdFor(targetName(target))}`

const putDeny = (world: ActionWorld, target: Target) => putRolePolicy(denyOf(target))(world, target)

const IMAGE = 'ami-0a1b2c3d4e5f60718'

type InstanceAction = {
  readonly [Name in ActionName]: TargetOf<Name>['kind'] extends 'ec2-instance' | 'instance-sessions' ? Name : never
}[ActionName]

const instanceOf = (target: Target): Ec2Instance => {
  if (target.kind !== 'ec2-instance') throw new TypeError(`${target.kind} is no instance`)
  return target
}

const idOf = (target: Target): string => instanceOf(target).instanceId

const named = (instanceId: string | undefined): Ec2Instance => ({
  kind: 'ec2-instance',
  account: ACCOUNT,
  region: REGION,
  instanceId: instanceId ?? '',
})

/** An instance alone, which a shutdown from inside would terminate, with its volume. */
async function makeInstance(
  { ec2 }: ActionWorld,
  name: string,
  more: Partial<RunInstancesCommandInput> = {},
): Promise<Ec2Instance> {
  const { Instances: [instance] = [] } = await ec2.send(
    new RunInstancesCommand({
      ImageId: IMAGE,
      MinCount: 1,
      MaxCount: 1,
      InstanceInitiatedShutdownBehavior: 'terminate',
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: name }] }],
      ...more,
    }),
  )
  return named(instance?.InstanceId)
}

async function describe({ ec2 }: ActionWorld, target: Target) {
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [idOf(target)] }))
  return Reservations[0]?.Instances?.[0]
}

const tagsOf = async (world: ActionWorld, target: Target): Promise<Looked['named']> =>
  Object.fromEntries(((await describe(world, target))?.Tags ?? []).map(({ Key = '', Value }) => [Key, Value]))

async function lookAtProtection(world: ActionWorld, target: Target): Promise<Looked> {
  const attribute = (Attribute: 'disableApiTermination' | 'disableApiStop' | 'instanceInitiatedShutdownBehavior') =>
    world.ec2.send(new DescribeInstanceAttributeCommand({ InstanceId: idOf(target), Attribute }))
  const [termination, stop, shutdown] = await Promise.all([
    attribute('disableApiTermination'),
    attribute('disableApiStop'),
    attribute('instanceInitiatedShutdownBehavior'),
  ])
  const { BlockDeviceMappings = [] } = (await describe(world, target)) ?? {}
  return {
    named: await tagsOf(world, target),
    keys: [stop.DisableApiStop?.Value],
    more: [
      termination.DisableApiTermination?.Value,
      shutdown.InstanceInitiatedShutdownBehavior?.Value,
      ...BlockDeviceMappings.map(({ Ebs }) => Ebs?.DeleteOnTermination),
    ],
  }
}

/** The interfaces of an instance, by anybody’s client. */
export const interfacesOf = async ({ ec2 }: Pick<ActionWorld, 'ec2'>, target: Target) => {
  const Filters = [{ Name: 'attachment.instance-id', Values: [idOf(target)] }]
  return (await ec2.send(new DescribeNetworkInterfacesCommand({ Filters }))).NetworkInterfaces ?? []
}

async function groupNames({ ec2 }: ActionWorld, ids: readonly (string | undefined)[]) {
  const GroupIds = ids.map((id = '') => id)
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds }))
  return SecurityGroups.map(({ GroupName }) => GroupName).toSorted()
}

/** The groups of every interface, and every group that names the instance, with its rules. */
async function lookAtNetwork(world: ActionWorld, target: Target): Promise<Looked> {
  const interfaces = await interfacesOf(world, target)
  const { SecurityGroups = [] } = await world.ec2.send(new DescribeSecurityGroupsCommand({}))
  const ours = SecurityGroups.filter(({ GroupName }) => GroupName?.includes(idOf(target)))
  return {
    named: await tagsOf(world, target),
    keys: await Promise.all(
      interfaces.map(({ Groups = [] }) =>
        groupNames(
          world,
          Groups.map(({ GroupId }) => GroupId),
        ),
      ),
    ),
    ours: ours.map(({ GroupName, IpPermissions, IpPermissionsEgress }) => ({
      GroupName: GroupName?.replace(idOf(target), ''),
      IpPermissions,
      IpPermissionsEgress,
    })),
  }
}

/** Puts the primary interface into the group of that name in its VPC, which is made when there is none. */
async function setGroups(world: ActionWorld, target: Target, GroupName: string) {
  const [one] = await interfacesOf(world, target)
  const { SecurityGroups: [known] = [] } = await world.ec2.send(
    new DescribeSecurityGroupsCommand({
      Filters: [
        { Name: 'group-name', Values: [GroupName] },
        { Name: 'vpc-id', Values: [one?.VpcId ?? ''] },
      ],
    }),
  )
  const made = new CreateSecurityGroupCommand({ GroupName, Description: 'Of somebody else', VpcId: one?.VpcId })
  const { GroupId = '' } = known ?? (await world.ec2.send(made))
  const NetworkInterfaceId = one?.NetworkInterfaceId
  return world.ec2.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, Groups: [GroupId] }))
}

const groupOf = (name: string): string => `group-${name}`

/** One of two instances of a group of its own, which may have one less. */
async function makeGrouped(world: ActionWorld, name: string): Promise<Ec2Instance> {
  const { Subnets = [] } = await world.ec2.send(new DescribeSubnetsCommand({}))
  const seed = await makeInstance(world, name)
  await world.autoScaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: groupOf(name),
      InstanceId: seed.instanceId,
      MinSize: 1,
      MaxSize: 3,
      DesiredCapacity: 2,
      VPCZoneIdentifier: Subnets[0]?.SubnetId,
    }),
  )
  return until(`${groupOf(name)} has instances in service`, async () => {
    const members = (await describeGroup(world, groupOf(name)))?.Instances ?? []
    const inService = members.filter(({ LifecycleState }) => LifecycleState === 'InService')
    return inService.length === 2 ? named(inService[0]?.InstanceId) : undefined
  })
}

async function describeGroup({ autoScaling }: ActionWorld, name: string) {
  const asked = autoScaling.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }))
  return (await asked).AutoScalingGroups?.[0]
}

async function groupAround({ autoScaling }: ActionWorld, target: Target) {
  const { AutoScalingGroups = [] } = await autoScaling.send(new DescribeAutoScalingGroupsCommand({}))
  const isAround = ({
    Instances = [],
  }: {
    readonly Instances?: readonly { readonly InstanceId?: string | undefined }[] | undefined
  }) => Instances.some(({ InstanceId }) => InstanceId === idOf(target))
  return AutoScalingGroups.find(isAround)
}

const ON_ITS_WAY = ['EnteringStandby', 'Pending']

/** The group and the instance in it, once nothing is on its way. */
function lookAtGroup(world: ActionWorld, target: Target): Promise<Looked> {
  return until('the instance has arrived', async () => {
    const { MinSize, MaxSize, DesiredCapacity, Instances = [] } = (await groupAround(world, target)) ?? {}
    const member = Instances.find(({ InstanceId }) => InstanceId === idOf(target))
    if (ON_ITS_WAY.includes(member?.LifecycleState ?? '')) return undefined
    return {
      named: await tagsOf(world, target),
      keys: [MinSize, MaxSize, member?.LifecycleState],
      more: [DesiredCapacity, member?.ProtectedFromScaleIn],
    }
  })
}

async function inGroup(world: ActionWorld, target: Target) {
  return { AutoScalingGroupName: (await groupAround(world, target))?.AutoScalingGroupName }
}

async function lookAtSnapshots(world: ActionWorld, target: Target): Promise<Looked> {
  return {
    named: await tagsOf(world, target),
    keys: (await snapshotsOf(world, target)).map(({ VolumeSize }) => VolumeSize),
  }
}

async function snapshotsOf({ ec2 }: ActionWorld, target: Target) {
  const Filters = [{ Name: 'tag:cordon:evidence-of', Values: [idOf(target)] }]
  return (await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters }))).Snapshots ?? []
}

async function commandsOn({ ssm }: ActionWorld, target: Target) {
  const { CommandInvocations = [] } = await ssm.send(new ListCommandInvocationsCommand({ InstanceId: idOf(target) }))
  return CommandInvocations.map(({ Comment }) => Comment)
}

/** What holds for every action on an instance. */
const onInstance: Pick<Case, 'beside' | 'tag' | 'replace'> = {
  beside: ({ ec2 }, target) =>
    ec2.send(new CreateTagsCommand({ Resources: [idOf(target)], Tags: [{ Key: 'somebody-elses', Value: 'tag' }] })),
  tag: ({ ec2 }, target, tag) => ec2.send(new CreateTagsCommand({ Resources: [idOf(target)], Tags: [tag] })),
  replace: async (world, target) => {
    await world.ec2.send(new TerminateInstancesCommand({ InstanceIds: [idOf(target)] }))
    await makeInstance(world, 'conform')
  },
}

const modify = 'ec2:ModifyInstanceAttribute'

export const instanceCases: Readonly<Record<InstanceAction, Case>> = {
  protectInstance: {
    ...onInstance,
    make: makeInstance,
    writes: [modify, modify, modify, modify],
    undoWrites: [modify, modify, modify, modify],
    undoWritesAfterTamper: [modify, modify, modify],
    look: lookAtProtection,
    // Every attribute has two values: it is as it was, or as it is to be.
    drift: null,
    tamper: ({ ec2 }, target) =>
      ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: idOf(target), DisableApiStop: { Value: false } })),
    overwrite: null,
  },
  captureVolatile: {
    ...onInstance,
    // Its agent needs a role to register.
    make: (world, name) => makeInstance(world, name, { IamInstanceProfile: { Name: 'shop-web' } }),
    writes: ['ssm:SendCommand'],
    undoWrites: [],
    undoWritesAfterTamper: [],
    look: async (world, target) => ({ named: await tagsOf(world, target), keys: await commandsOn(world, target) }),
    drift: null,
    // What was said cannot be unsaid.
    tamper: null,
    overwrite: null,
  },
  suspendReplacement: {
    ...onInstance,
    make: makeGrouped,
    writes: ['autoscaling:SetInstanceProtection', 'autoscaling:EnterStandby'],
    undoWrites: ['autoscaling:ExitStandby', 'autoscaling:SetInstanceProtection'],
    undoWritesAfterTamper: ['autoscaling:SetInstanceProtection'],
    look: lookAtGroup,
    drift: async (world, target) =>
      world.autoScaling.send(new UpdateAutoScalingGroupCommand({ ...(await inGroup(world, target)), MinSize: 2 })),
    tamper: async (world, target) => {
      await lookAtGroup(world, target)
      const exit = new ExitStandbyCommand({ ...(await inGroup(world, target)), InstanceIds: [idOf(target)] })
      await world.autoScaling.send(exit)
      await lookAtGroup(world, target)
    },
    overwrite: null,
  },
  isolateInstance: {
    ...onInstance,
    make: makeInstance,
    writes: ['ec2:CreateSecurityGroup', 'ec2:RevokeSecurityGroupEgress', 'ec2:ModifyNetworkInterfaceAttribute'],
    undoWrites: ['ec2:ModifyNetworkInterfaceAttribute', 'ec2:DeleteSecurityGroup'],
    undoWritesAfterTamper: ['ec2:DeleteSecurityGroup'],
    look: lookAtNetwork,
    drift: (world, target) => setGroups(world, target, 'theirs'),
    tamper: (world, target) => setGroups(world, target, 'default'),
    overwrite: null,
  },
  denyInstanceSessions: {
    ...onRole,
    make: async (world, name) => ({
      kind: 'instance-sessions',
      account: ACCOUNT,
      instance: named(instanceIdFor(name)),
      role: await makeRole(world, name),
    }),
    writes: ['iam:PutRolePolicy'],
    undoWrites: ['iam:DeleteRolePolicy'],
    undoWritesAfterTamper: [],
    drift: putDeny,
    tamper: ({ iam }, target) =>
      iam.send(new DeleteRolePolicyCommand({ RoleName: targetName(target), PolicyName: denyOf(target) })),
    overwrite: putDeny,
  },
  snapshotVolumes: {
    ...onInstance,
    make: makeInstance,
    writes: ['ec2:CreateSnapshots'],
    undoWrites: [],
    undoWritesAfterTamper: [],
    look: lookAtSnapshots,
    drift: null,
    tamper: async (world, target) => {
      const [snapshot] = await snapshotsOf(world, target)
      await world.ec2.send(new DeleteSnapshotCommand({ SnapshotId: snapshot?.SnapshotId }))
    },
    overwrite: null,
  },
}
