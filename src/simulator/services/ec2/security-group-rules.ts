import type {
  AuthorizeSecurityGroupEgressRequest,
  AuthorizeSecurityGroupIngressResult,
  DescribeSecurityGroupRulesRequest,
  DescribeSecurityGroupRulesResult,
  RevokedSecurityGroupRule,
  RevokeSecurityGroupEgressRequest,
  RevokeSecurityGroupEgressResult,
  SecurityGroupRule,
} from '@aws-sdk/client-ec2'
import { pageOf } from '#simulator/services/pages'
import { type AnyOperation, type Call, reading, writing } from '#simulator/services/service'
import type { SecurityGroup, SecurityRule } from '#simulator/state/tables'
import { all, arnOf, ec2Fault, type Filters, filtered, put, requireItem } from './places.ts'
import { isSameRule, permissionsOf, rulesOf } from './security-rules.ts'

const PAGE_SIZE = 1000

type Direction = 'ingress' | 'egress'

interface OfGroup {
  readonly GroupId?: string | undefined
}

const groupArn = (input: OfGroup, call: Call): readonly string[] => [
  arnOf(call, 'security-group', input.GroupId ?? '*'),
]
const touched = (input: OfGroup) => [{ type: 'AWS::EC2::SecurityGroup', name: input.GroupId ?? '' }]

/** A rule with where it stands. */
interface Standing {
  readonly group: string
  readonly direction: Direction
  readonly rule: SecurityRule
  readonly tags: Readonly<Record<string, never>>
}

const filters: Filters<Standing> = {
  'group-id': ({ group }) => [group],
  'security-group-rule-id': ({ rule }) => [rule.id],
}

export const securityGroupRules: Readonly<Record<string, AnyOperation>> = {
  DescribeSecurityGroupRules: reading<DescribeSecurityGroupRulesRequest, DescribeSecurityGroupRulesResult>({
    run(input, call) {
      const { SecurityGroupRuleIds: ids = [] } = input
      const standing = all(call, 'securityGroup').flatMap(rulesIn)
      const missing = ids.find((id) => !standing.some(({ rule }) => rule.id === id))
      if (missing !== undefined) throw noSuchRule(missing)
      const named = standing.filter(({ rule }) => ids.length === 0 || ids.includes(rule.id))
      const found = filtered(named, input.Filters, filters)
      const page = pageOf(found, { marker: input.NextToken, size: input.MaxResults ?? PAGE_SIZE })
      return { SecurityGroupRules: page.items.map((one) => ruleShape(call, one)), NextToken: page.next }
    },
  }),
  AuthorizeSecurityGroupIngress: authorizing('ingress'),
  AuthorizeSecurityGroupEgress: authorizing('egress'),
  RevokeSecurityGroupIngress: revoking('ingress'),
  RevokeSecurityGroupEgress: revoking('egress'),
}

function authorizing(direction: Direction): AnyOperation {
  return writing<AuthorizeSecurityGroupEgressRequest, AuthorizeSecurityGroupIngressResult>({
    resources: groupArn,
    touched,
    run(input, call) {
      const group = requireItem(call, 'securityGroup', input.GroupId ?? '')
      const added = rulesOf(input)
      const repeated = added.find((rule) => group[direction].some((other) => isSameRule(rule, other)))
      if (repeated)
        throw ec2Fault(
          'InvalidPermission.Duplicate',
          `the specified rule "peer: ${repeated.peer}, protocol: ${repeated.protocol}, ALLOW" already exists`,
        )
      for (const { kind, peer } of added) if (kind === 'group') requireItem(call, 'securityGroup', peer)
      put(call, 'securityGroup', { ...group, [direction]: [...group[direction], ...added] })
      const standing = added.map((rule) => ({ group: group.id, direction, rule, tags: {} }))
      return { Return: true, SecurityGroupRules: standing.map((one) => ruleShape(call, one)) }
    },
  })
}

function revoking(direction: Direction): AnyOperation {
  return writing<RevokeSecurityGroupEgressRequest, RevokeSecurityGroupEgressResult>({
    resources: groupArn,
    touched,
    run(input, call) {
      const group = requireItem(call, 'securityGroup', input.GroupId ?? '')
      const { SecurityGroupRuleIds: ids = [] } = input
      const { goes, unknown } =
        ids.length > 0 ? namedById(group[direction], ids) : namedByValue(group, direction, input)
      if (unknown.length > 0 && !isInDefaultVpc(call, group))
        throw ec2Fault('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.')
      put(call, 'securityGroup', { ...group, [direction]: group[direction].filter((rule) => !goes.includes(rule)) })
      return {
        Return: true,
        UnknownIpPermissions: permissionsOf(unknown, call.account),
        RevokedSecurityGroupRules: goes.map((rule) => revokedShape(group.id, direction, rule)),
      }
    },
  })
}

interface Named {
  readonly goes: readonly SecurityRule[]
  readonly unknown: readonly SecurityRule[]
}

function namedById(rules: readonly SecurityRule[], ids: readonly string[]): Named {
  const missing = ids.find((id) => !rules.some((rule) => rule.id === id))
  if (missing !== undefined) throw noSuchRule(missing)
  return { goes: rules.filter(({ id }) => ids.includes(id)), unknown: [] }
}

function namedByValue(group: SecurityGroup, direction: Direction, input: RevokeSecurityGroupEgressRequest): Named {
  const wanted = rulesOf(input)
  const rules = group[direction]
  return {
    goes: rules.filter((rule) => wanted.some((one) => isSameRule(rule, one))),
    unknown: wanted.filter((one) => !rules.some((rule) => isSameRule(rule, one))),
  }
}

/** Only outside a default VPC is it an error to revoke what is not there (RevokeSecurityGroupEgress in the API reference). */
const isInDefaultVpc = (call: Call, group: SecurityGroup): boolean => requireItem(call, 'vpc', group.vpc).isDefault

const noSuchRule = (id: string) =>
  ec2Fault('InvalidSecurityGroupRuleId.NotFound', `The security group rule ID '${id}' does not exist`)

const rulesIn = (group: SecurityGroup): readonly Standing[] =>
  (['ingress', 'egress'] as const).flatMap((direction) =>
    group[direction].map((rule) => ({ group: group.id, direction, rule, tags: {} })),
  )

const peerShape = ({ kind, peer }: SecurityRule) => ({
  CidrIpv4: kind === 'ipv4' ? peer : undefined,
  CidrIpv6: kind === 'ipv6' ? peer : undefined,
})

/** Ports that do not apply read -1. */
const portShape = ({ protocol, from = -1, to = -1 }: SecurityRule) => ({
  IpProtocol: protocol,
  FromPort: from,
  ToPort: to,
})

const ruleShape = (call: Call, { group, direction, rule }: Standing): SecurityGroupRule => ({
  SecurityGroupRuleId: rule.id,
  SecurityGroupRuleArn: arnOf(call, 'security-group-rule', rule.id),
  GroupId: group,
  GroupOwnerId: call.account,
  IsEgress: direction === 'egress',
  ...portShape(rule),
  ...peerShape(rule),
  ...(rule.kind === 'group' ? { ReferencedGroupInfo: { GroupId: rule.peer, UserId: call.account } } : {}),
  Description: rule.description,
  Tags: [],
})

const revokedShape = (group: string, direction: Direction, rule: SecurityRule): RevokedSecurityGroupRule => ({
  SecurityGroupRuleId: rule.id,
  GroupId: group,
  IsEgress: direction === 'egress',
  ...portShape(rule),
  ...peerShape(rule),
  ReferencedGroupId: rule.kind === 'group' ? rule.peer : undefined,
  Description: rule.description,
})
