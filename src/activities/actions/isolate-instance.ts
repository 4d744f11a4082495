import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  type IpPermission,
  ModifyNetworkInterfaceAttributeCommand,
  type NetworkInterface,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroup,
} from '@aws-sdk/client-ec2'
import { absentAs } from '#activities/aws/absent'
import { tagsOf } from '#activities/aws/identity'
import { arnOfInstance, requireInstance } from '#activities/aws/instance'
import type { ReadSession } from '#activities/aws/sessions'
import { failure } from '#activities/aws/translate-error'
import {
  EVERYTHING,
  EVERYTHING_IPV4,
  GROUP_TAG,
  type IsolateInstanceState,
  interfacesOf,
  isolationGroupName,
  NOTHING,
  untrackedGroupName,
} from '#domain/catalogue/isolate-instance'
import { type DeclaredCall, fill, placeholderOf, type Values } from '#domain/state'
import type { Ec2Instance } from '#domain/targets'
import { type Acknowledged, ALREADY_SO, compare, type Doing, type Reading, type Work } from './doing.ts'
import { lookFor, SETTLE_MS } from './eventual-consistency.ts'

type Isolation = Work<Ec2Instance, IsolateInstanceState>

export const isolateInstance: Doing<'isolateInstance'> = {
  async observe(read, instance, before) {
    const live = await requireInstance(read, instance)
    const attached = await interfacesAt(read, instance)
    const own = attached.filter(({ RequesterManaged }) => RequesterManaged !== true)
    const vpcs = [...new Set(own.map(({ VpcId = '' }) => VpcId))].toSorted()
    const groups = await Promise.all(vpcs.map((vpc) => groupsIn(read, { instance, vpc, before })))
    return {
      arn: arnOfInstance(read, instance),
      state: {
        interfaces: own.map(({ NetworkInterfaceId, VpcId }) => `${NetworkInterfaceId} ${VpcId}`).join(','),
        managed: attached
          .filter((one) => !own.includes(one))
          .map(idOf)
          .join(','),
        ...Object.fromEntries(own.map((one) => [`groups ${idOf(one)}`, groupIds(one)])),
        ...Object.assign({}, ...groups),
      },
      tags: tagsOf(live),
      blastRadius: async () => own.flatMap(reachable),
    }
  },

  apply,

  async verify(reading) {
    return [...(await compare(isolateInstance, reading)), ...(await letThrough(reading))]
  },

  revert: apply,
}

const idOf = ({ NetworkInterfaceId = '' }: NetworkInterface): string => NetworkInterfaceId

const groupIds = ({ Groups = [] }: NetworkInterface): string =>
  Groups.map(({ GroupId = '' }) => GroupId)
    .toSorted()
    .join(',')

async function interfacesAt({ ec2 }: ReadSession, { instanceId }: Ec2Instance): Promise<readonly NetworkInterface[]> {
  const Filters = [{ Name: 'attachment.instance-id', Values: [instanceId] }]
  const { NetworkInterfaces = [] } = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters }))
  return NetworkInterfaces.toSorted((one, other) => (idOf(one) < idOf(other) ? -1 : 1))
}

/** What stops working for others, for approvers. */
function reachable({ Association, PrivateIpAddress, NetworkInterfaceId }: NetworkInterface): readonly string[] {
  const address = Association?.PublicIp ?? PrivateIpAddress
  return address === undefined
    ? []
    : [`Nothing reaches ${address} (${NetworkInterfaceId}) any more, also not to administer it`]
}

interface Place {
  readonly instance: Ec2Instance
  readonly vpc: string
  readonly before: IsolateInstanceState | undefined
}

/** Our two groups in a VPC, as the state has them. */
async function groupsIn(read: ReadSession, { instance, vpc, before }: Place): Promise<Fields> {
  const [isolation, untracked] = await Promise.all([
    findGroup(read, isolationGroupName(instance), vpc),
    findGroup(read, untrackedGroupName(instance), vpc),
  ])
  const names = { id: `isolation ${vpc}`, in: `in ${vpc}`, out: `out ${vpc}` }
  const closed = fieldsOf(isolation, names, before)
  return {
    ...closed,
    // A new group lets out everything, over IPv6 too where the VPC has it: for a group that is to be closed that is one thing.
    [names.out]: closed[names.out] === EVERYTHING ? EVERYTHING_IPV4 : (closed[names.out] ?? null),
    ...fieldsOf(untracked, { id: `untracked ${vpc}`, in: `untracked-in ${vpc}`, out: `untracked-out ${vpc}` }, before),
  }
}

/** A group as the state has it; one that is not there has the rules that a new one will have, or that it had by the plan. */
function fieldsOf(
  group: SecurityGroup | undefined,
  field: { readonly id: string; readonly in: string; readonly out: string },
  before: IsolateInstanceState | undefined,
): Fields {
  const asPlanned = { [field.in]: NOTHING, [field.out]: EVERYTHING_IPV4, ...before }
  return {
    [field.id]: group?.GroupId ?? null,
    [field.in]: group ? rulesText(group.IpPermissions) : (asPlanned[field.in] ?? null),
    [field.out]: group ? rulesText(group.IpPermissionsEgress) : (asPlanned[field.out] ?? null),
  }
}

type Fields = Readonly<Record<string, string | null>>

async function findGroup({ ec2 }: ReadSession, name: string, vpc: string): Promise<SecurityGroup | undefined> {
  const Filters = [
    { Name: 'vpc-id', Values: [vpc] },
    { Name: 'group-name', Values: [name] },
  ]
  return (await ec2.send(new DescribeSecurityGroupsCommand({ Filters }))).SecurityGroups?.[0]
}

const ALL = '-1'
const [ANYWHERE, ANYWHERE_IPV6] = ['0.0.0.0/0', '::/0'] as const

/** What rules let through: nothing, everything, everything over IPv4, or the rules themselves. */
function rulesText(permissions: readonly IpPermission[] = []): string {
  if (permissions.length === 0) return NOTHING
  const ranges = permissions.filter(({ IpProtocol }) => IpProtocol === ALL).flatMap(rangesOf)
  const isPlain = permissions.every(
    (one) => one.IpProtocol === ALL && rangesOf(one).every((range) => range === ANYWHERE || range === ANYWHERE_IPV6),
  )
  if (!isPlain || !ranges.includes(ANYWHERE)) return JSON.stringify(permissions)
  return ranges.includes(ANYWHERE_IPV6) ? EVERYTHING : EVERYTHING_IPV4
}

const rangesOf = ({ IpRanges = [], Ipv6Ranges = [], PrefixListIds = [], UserIdGroupPairs = [] }: IpPermission) => [
  ...IpRanges.map(({ CidrIp }) => CidrIp),
  ...Ipv6Ranges.map(({ CidrIpv6 }) => CidrIpv6),
  ...PrefixListIds.map(({ PrefixListId }) => PrefixListId),
  ...UserIdGroupPairs.map(({ GroupId }) => GroupId),
]

/** Makes the calls in order; the ids of new groups are known to those that come after. */
async function apply(work: Isolation): Promise<Values> {
  const { calls, made, signal } = work
  const learnt: Record<string, string> = {}
  for (const call of calls) {
    signal.throwIfAborted()
    const { change } = call
    if (call.operation === 'ec2:CreateSecurityGroup') {
      const { id, output } = await createGroup(work, call)
      learnt[placeholderOf(change.after) ?? change.field] = id
      made(written(call, id), output)
      continue
    }
    const after = fill(change.after, learnt)
    if (change.via !== undefined) {
      const via = String(fill(change.via, learnt))
      made(written(call, via), await send(work, written(call, via)))
    }
    made(written(call, after), await send(work, written(call, after)))
  }
  return learnt
}

const written = (call: DeclaredCall, after: DeclaredCall['change']['after']): DeclaredCall => ({
  ...call,
  change: { ...call.change, after },
})

/** What a field is about: the id after its first word. */
const subjectOf = (field: string): string => field.slice(field.indexOf(' ') + 1)

const nameFor = (instance: Ec2Instance, field: string): string =>
  field.startsWith('untracked') ? untrackedGroupName(instance) : isolationGroupName(instance)

/** The new group, or the one that an earlier attempt made and could not tell. */
async function createGroup(
  work: Isolation,
  { change: { field } }: DeclaredCall,
): Promise<{ readonly id: string; readonly output: Acknowledged }> {
  const { write, target } = work
  const GroupName = nameFor(target, field)
  const VpcId = subjectOf(field)
  try {
    const output = await write.ec2.send(
      new CreateSecurityGroupCommand({
        GroupName,
        VpcId,
        Description: `Made by Cordon to isolate ${target.instanceId}`,
        TagSpecifications: [{ ResourceType: 'security-group', Tags: [{ Key: GROUP_TAG, Value: target.instanceId }] }],
      }),
    )
    return { id: output.GroupId ?? '', output }
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'InvalidGroup.Duplicate') throw error
    return { id: (await shownGroup(work, field)).GroupId ?? '', output: ALREADY_SO }
  }
}

async function send(work: Isolation, call: DeclaredCall): Promise<Acknowledged> {
  const { ec2 } = work.write
  const { field, before, after } = call.change
  switch (call.operation) {
    case 'ec2:ModifyNetworkInterfaceAttribute':
      return ec2.send(
        new ModifyNetworkInterfaceAttributeCommand({
          NetworkInterfaceId: subjectOf(field),
          Groups: String(after).split(','),
        }),
      )
    case 'ec2:DeleteSecurityGroup':
      return absentAs(ALREADY_SO, ec2.send(new DeleteSecurityGroupCommand({ GroupId: String(before) })))
    default:
      return setRules(work, call)
  }
}

const everywhere: readonly IpPermission[] = [
  { IpProtocol: ALL, IpRanges: [{ CidrIp: ANYWHERE }], Ipv6Ranges: [{ CidrIpv6: ANYWHERE_IPV6 }] },
]
const everywhereIpv6: readonly IpPermission[] = [{ IpProtocol: ALL, Ipv6Ranges: [{ CidrIpv6: ANYWHERE_IPV6 }] }]

const LOOK_EVERY_MS = 150

/** The group that is there, and that a read may not show yet. */
async function shownGroup({ read, target, signal }: Isolation, field: string): Promise<SecurityGroup> {
  const [name, vpc] = [nameFor(target, field), subjectOf(field)]
  const group = await lookFor({ everyMs: LOOK_EVERY_MS, forMs: SETTLE_MS, signal }, () => findGroup(read, name, vpc))
  if (group === undefined) throw failure('unavailable', `${name} is there and EC2 does not show it yet`)
  return group
}

/** Closes or opens our group, as it is now. One that a lost answer closed already has nothing to revoke, and EC2 takes no empty list. */
async function setRules(work: Isolation, { operation, change }: DeclaredCall) {
  const { ec2 } = work.write
  const { GroupId, IpPermissions = [], IpPermissionsEgress = [] } = await shownGroup(work, change.field)
  switch (operation) {
    case 'ec2:RevokeSecurityGroupEgress':
      return IpPermissionsEgress.length === 0
        ? ALREADY_SO
        : ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions: IpPermissionsEgress }))
    case 'ec2:RevokeSecurityGroupIngress':
      return IpPermissions.length === 0
        ? ALREADY_SO
        : ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions }))
    case 'ec2:AuthorizeSecurityGroupIngress':
      return ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [...everywhere] }))
    case 'ec2:AuthorizeSecurityGroupEgress':
      // A new group lets everything out over IPv4 already; the same rule twice is an error.
      return ec2.send(new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions: [...everywhereIpv6] }))
    default:
      throw failure('internal', `${operation} is no call of isolateInstance`)
  }
}

/** Whatever the isolated interfaces may still let through, and interfaces that were attached since. */
async function letThrough({ read, target, expected }: Reading<Ec2Instance>): Promise<readonly string[]> {
  const before = expected.before as IsolateInstanceState
  const { state } = await isolateInstance.observe(read, target, before)
  const cut = interfacesOf(state.interfaces).filter(({ id, vpc }) =>
    expected.calls.some(({ change }) => change.field === `groups ${id}` && change.after === state[`isolation ${vpc}`]),
  )
  if (cut.length === 0) return []
  const open = [...new Set(cut.map(({ vpc }) => vpc))].flatMap((vpc) =>
    [`in ${vpc}`, `out ${vpc}`].filter((field) => state[field] !== NOTHING),
  )
  const known = new Set(interfacesOf(before.interfaces).map(({ id }) => id))
  const added = interfacesOf(state.interfaces).filter(({ id }) => !known.has(id))
  return [
    ...open.map((field) => `The isolation group lets ${state[field]} ${field}`),
    ...added.map(({ id }) => `${id} was attached since and is not cut off`),
  ]
}
