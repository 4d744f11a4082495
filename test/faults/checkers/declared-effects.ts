import type { PlannedStep } from '#domain/plan'
import type { DeclaredCall } from '#domain/state'
import type { CallRow } from '#simulator/calls'
import type { FaultRun, Row } from '../run.ts'
import { list, object, text } from './record.ts'

/** A write beside the step that it should belong to. */
export interface Compared {
  readonly run: FaultRun
  readonly call: CallRow
  readonly step: PlannedStep
  /** Placeholders that the permit or its outcome knows, and every id that the step’s calls made. */
  readonly known: Known
}

export interface Known {
  readonly values: Row
  /** Ids of groups that are the step’s own. */
  readonly groups: ReadonlySet<string>
}

type Fits = (compared: Compared, declared: DeclaredCall) => boolean

/** Whether a request is exactly a call that was declared: the resource, the field and the value. */
export function isDeclared(compared: Compared, declared: DeclaredCall): boolean {
  const { operation } = compared.call
  if (operation === 'iam:DeleteAccessKey' && declared.operation === 'iam:CreateAccessKey')
    return isLostKey(compared, declared)
  return operation === declared.operation && (rules[operation]?.(compared, declared) ?? false)
}

/** The calls of a step, with the one for members that join later. */
export const declaredOf = ({ calls, members }: PlannedStep): readonly DeclaredCall[] =>
  members === undefined ? calls : [...calls, members.call]

const asked = ({ call }: Compared): Row => object(call.parameters)

const endsWith = (resource: string, name: string): boolean => name !== '' && resource.endsWith(`/${name}`)

const isUser: Fits = (compared, { resource }) => endsWith(resource, text(asked(compared), 'userName'))
const isRole: Fits = (compared, { resource }) => endsWith(resource, text(asked(compared), 'roleName'))
const isInstance: Fits = (compared, { resource }) => endsWith(resource, text(asked(compared), 'instanceId'))

/** `after` with the values filled in that are known; a placeholder that is left stands for anything. */
function isAfter({ known }: Compared, after: unknown, now: unknown): boolean {
  if (typeof after !== 'string') return after === now
  const parts = after.split(/(\{[A-Za-z][\w-]*\})/)
  const pattern = parts.map((part, index) => {
    const value = known.values[part.slice(1, -1)]
    if (index % 2 === 0) return escaped(part)
    return typeof value === 'string' ? escaped(value) : '.+'
  })
  return new RegExp(`^${pattern.join('')}$`).test(String(now))
}

const escaped = (literal: string): string => literal.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)

/** The names under which Cordon keeps its policies; another one would be somebody’s own. */
const ourPolicyNames: Readonly<Record<string, (step: PlannedStep) => string>> = {
  denyUser: () => 'CordonDenyAll',
  revokeRoleSessions: () => 'CordonRevokeSessions',
  denyInstanceSessions: ({ target }) =>
    `CordonDenySessions-${target.kind === 'instance-sessions' ? target.instance.instanceId : ''}`,
}

export const ourPolicyName = (step: PlannedStep): string => ourPolicyNames[step.action]?.(step) ?? ''

const isOurPolicy: Fits = (compared) => text(asked(compared), 'policyName') === ourPolicyName(compared.step)
const putsPolicy: Fits = (compared, { change }) =>
  change.after !== null && isAfter(compared, change.after, asked(compared)['policyDocument'])

const both =
  (...all: readonly Fits[]): Fits =>
  (compared, declared) =>
    all.every((fits) => fits(compared, declared))

/** A key that an earlier attempt made and whose secret was lost: never one that the plan saw. */
function isLostKey(compared: Compared, declared: DeclaredCall): boolean {
  const known = text(compared.step.before as Row, 'keys').split(',')
  return isUser(compared, declared) && !known.includes(text(asked(compared), 'accessKeyId'))
}

const attribute: Fits = (compared, { change: { field, after } }) => {
  const parameters = asked(compared)
  const [mapping] = list(parameters, 'blockDeviceMappings').map(object)
  if (!field.startsWith('deleteOnTermination '))
    return mapping === undefined && attributesIn(parameters).length === 1 && attributeIn(parameters, field) === after
  const volume = field.slice('deleteOnTermination '.length)
  const { device } = object(
    Object.entries(compared.run.state['volume'] ?? {}).find(([key]) => key.endsWith(`/${volume}`))?.[1],
  )
  return text(mapping, 'deviceName') === device && object(mapping?.['ebs'])['deleteOnTermination'] === after
}

const attributesIn = (parameters: Row): readonly string[] =>
  Object.keys(parameters).filter((name) => name !== 'instanceId')

const attributeIn = (parameters: Row, field: string): unknown =>
  object(parameters[field === 'shutdownBehavior' ? 'instanceInitiatedShutdownBehavior' : field])['value']

const ruleVerbs: Readonly<Record<string, string>> = {
  in: 'Ingress',
  out: 'Egress',
  'untracked-in': 'Ingress',
  'untracked-out': 'Egress',
}

/** Rules of a group that is the step’s own, in the direction of the field. */
const ownGroup: Fits = ({ known, call, ...compared }, { change: { field } }) =>
  known.groups.has(text(asked({ call, known, ...compared }), 'groupId')) &&
  call.operation.endsWith(ruleVerbs[field.split(' ')[0] ?? ''] ?? 'nothing')

const swapped: Fits = (compared, { change: { field, after, via } }) => {
  const parameters = asked(compared)
  const groups = list(parameters, 'groups').map(String).toSorted().join(',')
  const isOwn = (wanted: unknown): boolean =>
    isAfter(compared, wanted, groups) && (!/\{/.test(String(wanted)) || compared.known.groups.has(groups))
  return (
    field === `groups ${text(parameters, 'networkInterfaceId')}` && (isOwn(after) || (via !== undefined && isOwn(via)))
  )
}

const isGroupOf: Fits = (compared, { resource }) =>
  resource.endsWith(`autoScalingGroupName/${text(asked(compared), 'autoScalingGroupName')}`)

const onlyTarget: Fits = (compared) => {
  const { target } = compared.step
  const ids = list(asked(compared), 'instanceIds')
  return target.kind === 'ec2-instance' && ids.length === 1 && ids[0] === target.instanceId
}

const named =
  (place: string, parameter: string): Fits =>
  (compared, { resource }) =>
    endsWith(resource, text(asked(compared), parameter)) && resource.includes(`:${place}/`)

const isSecret =
  (parameter: string): Fits =>
  (compared, { resource }) => {
    const name = text(asked(compared), parameter)
    return name !== '' && resource.endsWith(`:secret:${name}-*`)
  }

const isOwnName: Fits = (compared) => {
  const { target } = compared.step
  const name = text(asked(compared), 'groupName')
  return (
    target.kind === 'ec2-instance' &&
    [`CordonIsolated-${target.instanceId}`, `CordonUntracked-${target.instanceId}`].includes(name)
  )
}

const rules: Readonly<Record<string, Fits>> = {
  'iam:PutUserPolicy': both(isUser, isOurPolicy, putsPolicy),
  'iam:DeleteUserPolicy': both(isUser, isOurPolicy, (_, { change }) => change.after === null),
  'iam:PutRolePolicy': both(isRole, isOurPolicy, putsPolicy),
  'iam:DeleteRolePolicy': both(isRole, isOurPolicy, (_, { change }) => change.after === null),
  'iam:UpdateAccessKey': both(isUser, (compared, { change: { field, after } }) => {
    const { accessKeyId, status } = asked(compared)
    return (field === accessKeyId || field === '{accessKeyId}') && status === after
  }),
  'iam:CreateAccessKey': isUser,
  'iam:DeleteAccessKey': both(isUser, (compared, { change }) => change.before === asked(compared)['accessKeyId']),
  'secretsmanager:CreateSecret': isSecret('name'),
  'secretsmanager:DeleteSecret': isSecret('secretId'),
  'ec2:ModifyInstanceAttribute': both(isInstance, attribute),
  'ec2:CreateSecurityGroup': both(named('vpc', 'vpcId'), isOwnName),
  'ec2:RevokeSecurityGroupEgress': ownGroup,
  'ec2:RevokeSecurityGroupIngress': ownGroup,
  'ec2:AuthorizeSecurityGroupEgress': ownGroup,
  'ec2:AuthorizeSecurityGroupIngress': ownGroup,
  'ec2:ModifyNetworkInterfaceAttribute': swapped,
  'ec2:DeleteSecurityGroup': named('security-group', 'groupId'),
  'ec2:CreateSnapshots': (compared, { resource }) =>
    endsWith(resource, text(object(asked(compared)['instanceSpecification']), 'instanceId')),
  'autoscaling:SetInstanceProtection': both(
    isGroupOf,
    onlyTarget,
    (compared, { change }) => asked(compared)['protectedFromScaleIn'] === change.after,
  ),
  'autoscaling:UpdateAutoScalingGroup': both(isGroupOf, (compared, { change }) => {
    const { autoScalingGroupName: _, ...rest } = asked(compared)
    return Object.keys(rest).length === 1 && rest['minSize'] === change.after
  }),
  'autoscaling:EnterStandby': both(isGroupOf, onlyTarget),
  'autoscaling:ExitStandby': both(isGroupOf, onlyTarget),
  'ssm:SendCommand': both(onlyTarget, (compared) => asked(compared)['documentName'] === 'AWS-RunShellScript'),
}
