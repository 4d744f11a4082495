import type { IpPermission } from '@aws-sdk/client-ec2'
import { resourceId } from '#simulator/identifiers'
import type { SecurityRule } from '#simulator/state/tables'
import { notImplemented } from '#simulator/wire/fault'
import { ec2Fault } from './places.ts'

export const ANYWHERE = '0.0.0.0/0'
const EVERY_PROTOCOL = '-1'

/** The egress rule that every new group has: everything to everywhere, by IPv4. */
export const allTraffic = (): SecurityRule => ({
  id: resourceId('sgr'),
  protocol: EVERY_PROTOCOL,
  kind: 'ipv4',
  peer: ANYWHERE,
})

/** Lets a TCP port through from a range. */
export const tcpFrom = (port: number, peer: string): SecurityRule => ({
  id: resourceId('sgr'),
  protocol: 'tcp',
  from: port,
  to: port,
  kind: 'ipv4',
  peer,
})

/** How a request names rules: as permissions, or one by its members. */
export interface AskedRules {
  readonly IpPermissions?: readonly IpPermission[] | undefined
  readonly IpProtocol?: string | undefined
  readonly FromPort?: number | undefined
  readonly ToPort?: number | undefined
  readonly CidrIp?: string | undefined
}

/** The rules of a request, one for each peer. */
export function rulesOf(input: AskedRules): readonly SecurityRule[] {
  const { IpPermissions: permissions, IpProtocol, FromPort, ToPort, CidrIp } = input
  if (permissions && permissions.length > 0) return permissions.flatMap(rulesOfPermission)
  if (IpProtocol === undefined)
    throw ec2Fault('MissingParameter', 'The request must contain the parameter ipPermissions')
  return rulesOfPermission({ IpProtocol, FromPort, ToPort, IpRanges: CidrIp === undefined ? [] : [{ CidrIp }] })
}

function rulesOfPermission(permission: IpPermission): readonly SecurityRule[] {
  const { IpRanges = [], Ipv6Ranges = [], UserIdGroupPairs = [], PrefixListIds = [] } = permission
  if (PrefixListIds.length > 0) throw notImplemented('security group rules for prefix lists')
  const peers = [
    ...IpRanges.map(({ CidrIp, Description }) => ({ kind: 'ipv4' as const, peer: CidrIp, description: Description })),
    ...Ipv6Ranges.map(({ CidrIpv6, Description }) => ({
      kind: 'ipv6' as const,
      peer: CidrIpv6,
      description: Description,
    })),
    ...UserIdGroupPairs.map(({ GroupId, Description }) => ({
      kind: 'group' as const,
      peer: GroupId,
      description: Description,
    })),
  ]
  return peers.map(({ kind, peer = '', description }) => ({
    id: resourceId('sgr'),
    ...portsOf(permission),
    kind,
    peer,
    ...(description === undefined ? {} : { description }),
  }))
}

/** Rules for every protocol have no ports, whatever was given. */
function portsOf({ IpProtocol: protocol = EVERY_PROTOCOL, FromPort: from, ToPort: to }: IpPermission) {
  if (protocol === EVERY_PROTOCOL || from === undefined || to === undefined) return { protocol }
  return { protocol, from, to }
}

/** Whether two rules let the same through; neither id nor description counts. */
export const isSameRule = (left: SecurityRule, right: SecurityRule): boolean =>
  left.protocol === right.protocol &&
  left.from === right.from &&
  left.to === right.to &&
  left.kind === right.kind &&
  left.peer === right.peer

/** Whether a rule lets a TCP port through. */
export const letsThrough = ({ protocol, from = 0, to = 65_535 }: SecurityRule, port: number): boolean =>
  protocol === EVERY_PROTOCOL || (protocol === 'tcp' && from <= port && port <= to)

/** Rules as DescribeSecurityGroups answers them: those with the same ports together. */
export function permissionsOf(rules: readonly SecurityRule[], account: string): IpPermission[] {
  const together = new Map<string, SecurityRule[]>()
  for (const rule of rules) {
    const ports = `${rule.protocol} ${rule.from} ${rule.to}`
    together.set(ports, [...(together.get(ports) ?? []), rule])
  }
  return [...together.values()].map((same) => permissionOf(same, account))
}

function permissionOf(rules: readonly SecurityRule[], account: string): IpPermission {
  const [first] = rules
  const of = (kind: SecurityRule['kind']) => rules.filter((rule) => rule.kind === kind)
  return {
    IpProtocol: first?.protocol,
    FromPort: first?.from,
    ToPort: first?.to,
    IpRanges: of('ipv4').map(({ peer, description }) => ({ CidrIp: peer, Description: description })),
    Ipv6Ranges: of('ipv6').map(({ peer, description }) => ({ CidrIpv6: peer, Description: description })),
    UserIdGroupPairs: of('group').map(({ peer, description }) => ({
      GroupId: peer,
      UserId: account,
      Description: description,
    })),
    PrefixListIds: [],
  }
}
