import type { DeclaredCall, Grant } from '#domain/state'
import type { Ec2Instance } from '#domain/targets'
import { defineEntry, type Terms } from './entry.ts'

/**
 * Fields, for each interface and each of their VPCs: `groups eni-…` (its security groups, in order), `isolation vpc-…` and
 * `untracked vpc-…` (the id of our group of that name, or null), `out vpc-…`, `in vpc-…` (what our isolation group lets through) and
 * `untracked-out vpc-…`, `untracked-in vpc-…` (the same of the other).
 */
export interface IsolateInstanceState {
  readonly [field: string]: string | null
  /** The interfaces that can be changed, each with its VPC: `eni-1 vpc-1,eni-2 vpc-1`. One that comes or goes is drift. */
  readonly interfaces: string
  /** Interfaces that AWS’s services manage and nobody else may change. */
  readonly managed: string
}

/** What rules of a group let through, as far as it matters here; anything else is the rules as a text. */
export const NOTHING = 'nothing'
export const EVERYTHING = 'everything'
/** What AWS gives a new group, IPv6 only where the VPC has it. Source: EC2 CreateSecurityGroup. */
export const EVERYTHING_IPV4 = 'everything over IPv4'

/** Our two groups of an instance, one of each in every VPC of its interfaces. */
export const isolationGroupName = ({ instanceId }: Ec2Instance): string => `CordonIsolated-${instanceId}`
export const untrackedGroupName = ({ instanceId }: Ec2Instance): string => `CordonUntracked-${instanceId}`

/** The tag that makes a group ours to change, and nobody else’s. */
export const GROUP_TAG = 'cordon:isolates'

const create = { operation: 'ec2:CreateSecurityGroup', permissions: ['ec2:CreateSecurityGroup'] } as const
const tag = ['ec2:CreateTags'] as const
const closeOut = { operation: 'ec2:RevokeSecurityGroupEgress', permissions: ['ec2:RevokeSecurityGroupEgress'] } as const
const closeIn = {
  operation: 'ec2:RevokeSecurityGroupIngress',
  permissions: ['ec2:RevokeSecurityGroupIngress'],
} as const
const openOut = {
  operation: 'ec2:AuthorizeSecurityGroupEgress',
  permissions: ['ec2:AuthorizeSecurityGroupEgress'],
} as const
const openIn = {
  operation: 'ec2:AuthorizeSecurityGroupIngress',
  permissions: ['ec2:AuthorizeSecurityGroupIngress'],
} as const
const swap = {
  operation: 'ec2:ModifyNetworkInterfaceAttribute',
  permissions: ['ec2:ModifyNetworkInterfaceAttribute'],
} as const
const drop = { operation: 'ec2:DeleteSecurityGroup', permissions: ['ec2:DeleteSecurityGroup'] } as const

const ec2Arn = ({ account }: Ec2Instance, resource: string): string =>
  `arn:{partition}:ec2:{region}:${account}:${resource}`

const ANY_INTERFACE = 'arn:{partition}:ec2:*:{account}:network-interface/*'
const ANY_SECURITY_GROUP = 'arn:{partition}:ec2:*:{account}:security-group/*'
const TAGGED_AS_OURS = { [`aws:RequestTag/${GROUP_TAG}`]: 'i-*' }
/** Groups of ours, whatever instance they isolate. */
const ANY_OF_OUR_GROUPS = {
  resource: ANY_SECURITY_GROUP,
  condition: { StringLike: { [`aws:ResourceTag/${GROUP_TAG}`]: 'i-*' } },
}

/** Groups whose ids nobody can know yet: those that carry our tag for this instance. */
const ourGroups = (instance: Ec2Instance): Pick<Grant, 'resource' | 'condition'> => ({
  resource: ec2Arn(instance, 'security-group/*'),
  condition: { StringEquals: { [`aws:ResourceTag/${GROUP_TAG}`]: instance.instanceId } },
})

export const isolateInstance = defineEntry<Ec2Instance, IsolateInstanceState>()({
  title: 'Cut an instance off from every network',
  target: 'ec2-instance',
  phase: 'contain',
  tier: 'R2',
  reversible: true,
  operations: [
    { ...create, permissions: [...create.permissions, ...tag] },
    closeOut,
    closeIn,
    openOut,
    openIn,
    swap,
    drop,
  ],
  grants: {
    apply: [
      { permissions: create.permissions, resource: 'arn:{partition}:ec2:*:{account}:vpc/*' },
      { permissions: create.permissions, resource: ANY_SECURITY_GROUP, condition: { StringLike: TAGGED_AS_OURS } },
      {
        permissions: tag,
        resource: ANY_SECURITY_GROUP,
        condition: { StringEquals: { 'ec2:CreateAction': 'CreateSecurityGroup' }, StringLike: TAGGED_AS_OURS },
      },
      {
        permissions: [
          ...closeOut.permissions,
          ...closeIn.permissions,
          ...openOut.permissions,
          ...openIn.permissions,
          ...swap.permissions,
        ],
        ...ANY_OF_OUR_GROUPS,
      },
      { permissions: swap.permissions, resource: ANY_INTERFACE },
    ],
    revert: [
      { permissions: swap.permissions, resource: ANY_INTERFACE },
      // The groups that the interface had before: anybody’s.
      { permissions: swap.permissions, resource: ANY_SECURITY_GROUP },
      { permissions: drop.permissions, ...ANY_OF_OUR_GROUPS },
    ],
  },
  reads: [
    { operation: 'ec2:DescribeInstances', permissions: ['ec2:DescribeInstances'] },
    { operation: 'ec2:DescribeNetworkInterfaces', permissions: ['ec2:DescribeNetworkInterfaces'] },
    { operation: 'ec2:DescribeSecurityGroups', permissions: ['ec2:DescribeSecurityGroups'] },
  ],
  revertedWhen: ['false-positive', 'accepted-risk'],
  sources: ['EC2 ModifyNetworkInterfaceAttribute', 'EC2, security group connection tracking', 'ATT&CK M1030'],
  describe: ({ instanceId }, { interfaces }, { untracks }) =>
    `Every network interface of ${instanceId} (${interfacesOf(interfaces).length}) gets a security group without rules in place of its own. ${
      untracks
        ? 'Before that, for a moment, a group that lets everything through, so that open connections are no longer tracked and end.'
        : 'Open connections are not ended.'
    }`,
  residual: (_instance, { managed }, { untracks }) => [
    ...(untracks ? [] : ['Connections that are open now live on until they are idle: for TCP up to 5 days']),
    'Flows through NAT gateways, network load balancers and private links stay tracked: those that are open live on until they are idle',
    'DNS through the VPC’s resolver is not filtered by security groups',
    ...(managed === '' ? [] : [`Interfaces that an AWS service manages keep their groups: ${managed}`]),
  ],
  calls: (instance, before, { untracks }) => {
    const interfaces = interfacesOf(before.interfaces)
    const vpcs = [...new Set(interfaces.map(({ vpc }) => vpc))]
    return [
      ...vpcs.flatMap((vpc) => made(instance, before, { ...isolation, vpc })),
      ...(untracks ? vpcs.flatMap((vpc) => made(instance, before, { ...untracked, vpc })) : []),
      ...interfaces.map((one) => isolated(instance, before, { ...one, untracks })),
    ]
  },
  undo: (instance, done, live) => {
    const ours = done.filter(({ change }) => live[change.field] === change.after)
    const interfaces = ours.filter(({ operation }) => operation === swap.operation)
    const groups = ours.filter(({ operation }) => operation === create.operation)
    return [
      ...interfaces.map((call) => putBack(instance, call)),
      ...groups.map(({ change }) => dropped(instance, change)),
    ]
  },
})

interface Interface {
  readonly id: string
  readonly vpc: string
}

/** The interfaces in the text of the state’s field. */
export const interfacesOf = (text: string): readonly Interface[] =>
  text === ''
    ? []
    : text.split(',').map((pair) => {
        const [id = '', vpc = ''] = pair.split(' ')
        return { id, vpc }
      })

/** The placeholder of a group’s id in a VPC. */
const idOf = (group: 'isolation' | 'untracked', vpc: string): string => `{${group}-${vpc}}`

/** The group’s id, or its placeholder while there is no group. */
const groupIn = (before: IsolateInstanceState, group: 'isolation' | 'untracked', vpc: string): string =>
  before[`${group} ${vpc}`] ?? idOf(group, vpc)

function created(instance: Ec2Instance, group: 'isolation' | 'untracked', vpc: string): DeclaredCall {
  const anyGroup = ec2Arn(instance, 'security-group/*')
  // A group of another name or instance in the VPC would be none of this step’s.
  const ours = { [`aws:RequestTag/${GROUP_TAG}`]: instance.instanceId }
  return {
    ...create,
    resource: ec2Arn(instance, `vpc/${vpc}`),
    grants: [
      { permissions: create.permissions, resource: anyGroup, condition: { StringEquals: ours } },
      {
        permissions: tag,
        resource: anyGroup,
        condition: { StringEquals: { 'ec2:CreateAction': 'CreateSecurityGroup', ...ours } },
      },
    ],
    change: { field: `${group} ${vpc}`, before: null, after: idOf(group, vpc) },
  }
}

/** One of our groups: what it is to let through, and the calls and fields by which it comes to that. */
interface OurGroup {
  readonly group: 'isolation' | 'untracked'
  readonly lets: typeof NOTHING | typeof EVERYTHING
  readonly inwards: { readonly call: typeof closeIn | typeof openIn; readonly field: string }
  readonly outwards: { readonly call: typeof closeOut | typeof openOut; readonly field: string }
}

const isolation: OurGroup = {
  group: 'isolation',
  lets: NOTHING,
  inwards: { call: closeIn, field: 'in' },
  outwards: { call: closeOut, field: 'out' },
}
const untracked: OurGroup = {
  group: 'untracked',
  lets: EVERYTHING,
  inwards: { call: openIn, field: 'untracked-in' },
  outwards: { call: openOut, field: 'untracked-out' },
}

/** What is still to be done for the group in the VPC. */
function made(
  instance: Ec2Instance,
  before: IsolateInstanceState,
  { vpc, group, lets, inwards, outwards }: OurGroup & Pick<Interface, 'vpc'>,
): readonly DeclaredCall[] {
  const ruled = [inwards, outwards].flatMap(({ call, field: name }): readonly DeclaredCall[] => {
    const field = `${name} ${vpc}`
    if (before[field] === lets) return []
    return [{ ...call, ...ourGroups(instance), change: { field, before: before[field] ?? null, after: lets } }]
  })
  return [...(before[`${group} ${vpc}`] === null ? [created(instance, group, vpc)] : []), ...ruled]
}

function isolated(
  instance: Ec2Instance,
  before: IsolateInstanceState,
  { id, vpc, untracks }: Interface & Pick<Terms, 'untracks'>,
): DeclaredCall {
  const field = `groups ${id}`
  return {
    ...swap,
    resource: ec2Arn(instance, `network-interface/${id}`),
    grants: [{ permissions: swap.permissions, ...ourGroups(instance) }],
    change: {
      field,
      before: before[field] ?? null,
      after: groupIn(before, 'isolation', vpc),
      ...(untracks ? { via: groupIn(before, 'untracked', vpc) } : {}),
    },
  }
}

function putBack(instance: Ec2Instance, { resource, change: { field, before, after } }: DeclaredCall): DeclaredCall {
  const groups = String(before).split(',')
  const grants = groups.map((id) => ({
    permissions: swap.permissions,
    resource: ec2Arn(instance, `security-group/${id}`),
  }))
  return { ...swap, resource, grants, change: { field, before: after, after: before } }
}

const dropped = (instance: Ec2Instance, { field, after }: DeclaredCall['change']): DeclaredCall => ({
  ...drop,
  resource: ec2Arn(instance, `security-group/${String(after)}`),
  change: { field, before: after, after: null },
})
