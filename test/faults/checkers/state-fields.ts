import type { PlannedStep } from '#domain/plan'
import type { FaultRun, Row } from '../run.ts'
import { ourPolicyName } from './declared-effects.ts'
import { list, object, text } from './record.ts'

/** What the simulated accounts show of a guard field, read without Cordon’s own reading; undefined when this cannot tell. */
export function fieldNow({ state }: FaultRun, step: PlannedStep, field: string): unknown {
  const kind = field.split(' ')[0] ?? ''
  const read = readers[step.action]?.[kind] ?? readers[step.action]?.['*']
  return read?.({ state, step, field, name: field.slice(kind.length + 1) })
}

interface Asked {
  readonly state: FaultRun['state']
  readonly step: PlannedStep
  readonly field: string
  /** What follows the field’s first word: an interface, a VPC, a volume. */
  readonly name: string
}

type Read = (asked: Asked) => unknown

const document = (state: FaultRun['state'], table: string, key: string): Row => object(state[table]?.[key])

const userPolicy: Read = ({ state, step }) =>
  step.target.kind === 'iam-user'
    ? (object(document(state, 'user', `${step.target.account}/${step.target.name}`)['inline'])[ourPolicyName(step)] ??
      null)
    : undefined

const rolePolicy: Read = ({ state, step: { target, ...step } }) => {
  const role = target.kind === 'instance-sessions' ? target.role : target
  if (role.kind !== 'iam-role') return undefined
  return (
    object(document(state, 'role', `${role.account}/${role.name}`)['inline'])[ourPolicyName({ ...step, target })] ??
    null
  )
}

const ofInstance =
  (table: string, member: string, known: (asked: Asked) => string = ({ step }) => idOf(step)): Read =>
  (asked) =>
    regional(asked, table, known(asked))[member]

const idOf = ({ target }: PlannedStep): string => (target.kind === 'ec2-instance' ? target.instanceId : '')

const regional = ({ state, step: { target, region } }: Asked, table: string, id: string): Row =>
  document(state, table, `${target.account}/${region}/${id}`)

const groupsOfInterface: Read = (asked) =>
  list(regional(asked, 'networkInterface', asked.name), 'groups')
    .map(String)
    .toSorted()
    .join(',')

/** The id of our group of the name in the VPC, or null. */
const ownGroup =
  (prefix: string): Read =>
  ({ state, step, name }) => {
    const own = Object.values(state['securityGroup'] ?? {})
      .map(object)
      .find((group) => text(group, 'vpc') === name && text(group, 'name') === `${prefix}-${idOf(step)}`)
    return own === undefined ? null : text(own, 'id')
  }

const member = (asked: Asked): Row =>
  object(
    list(autoScalingGroup(asked), 'members')
      .map(object)
      .find((one) => text(one, 'instance') === idOf(asked.step)),
  )

const autoScalingGroup = ({ state, step }: Asked): Row =>
  object(
    Object.values(state['autoScalingGroup'] ?? {}).find((group) =>
      list(object(group), 'members').some((one) => text(object(one), 'instance') === idOf(step)),
    ),
  )

/** A state on the way to another counts as that one, as for AWS. */
const settled: Readonly<Record<string, string>> = { EnteringStandby: 'Standby', Pending: 'InService' }

const lifecycle: Read = (asked) => {
  const now = text(member(asked), 'lifecycle')
  return settled[now] ?? now
}

const keyOfUser =
  (status: 'status' | 'id'): Read =>
  ({ state, field }) =>
    document(state, 'accessKey', field)[status] ?? null

const secret: Read = ({ state, step }) => {
  const { target } = step
  if (target.kind !== 'user-key') return undefined
  const found = document(state, 'secret', `${target.account}/${step.region}/cordon/rotated/${target.user.name}`)
  return found['deletedAt'] === undefined ? (object(found['tags'])['cordon:key-id'] ?? null) : null
}

const newKey: Read = ({ state, step }) => {
  const { target, before } = step
  if (target.kind !== 'user-key') return undefined
  const known = String(before['keys']).split(',')
  const others = Object.values(state['accessKey'] ?? {})
    .map(object)
    .filter((key) => text(key, 'account') === target.account && text(key, 'user') === target.user.name)
    .map((key) => text(key, 'id'))
    .filter((id) => !known.includes(id))
  return others.length === 0 ? null : others.toSorted().join(',')
}

const readers: Readonly<Record<string, Readonly<Record<string, Read>>>> = {
  denyUser: { ourPolicy: userPolicy },
  revokeRoleSessions: { ourPolicy: rolePolicy },
  denyInstanceSessions: { ourPolicy: rolePolicy },
  deactivateAccessKeys: { '*': keyOfUser('status') },
  rotateAccessKey: { newKey, secret },
  protectInstance: {
    disableApiTermination: ofInstance('instance', 'terminationProtected'),
    disableApiStop: ofInstance('instance', 'stopProtected'),
    shutdownBehavior: ofInstance('instance', 'shutdownBehavior'),
    deleteOnTermination: ofInstance('volume', 'deleteOnTermination', ({ name }) => name),
  },
  isolateInstance: {
    groups: groupsOfInterface,
    isolation: ownGroup('CordonIsolated'),
    untracked: ownGroup('CordonUntracked'),
  },
  suspendReplacement: {
    protectedFromScaleIn: (asked) => member(asked)['protectedFromScaleIn'],
    minSize: (asked) => autoScalingGroup(asked)['min'],
    lifecycle,
  },
}
