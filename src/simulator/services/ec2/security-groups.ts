import type {
  CreateSecurityGroupRequest,
  CreateSecurityGroupResult,
  DeleteSecurityGroupRequest,
  DeleteSecurityGroupResult,
  DescribeSecurityGroupsRequest,
  DescribeSecurityGroupsResult,
  SecurityGroup as SecurityGroupShape,
} from '@aws-sdk/client-ec2'
import { resourceId } from '#simulator/identifiers'
import { pageOf } from '#simulator/services/pages'
import { type AnyOperation, type Call, reading, writing } from '#simulator/services/service'
import { tagList } from '#simulator/services/tags'
import type { SecurityGroup, Vpc } from '#simulator/state/tables'
import { all, arnOf, chosen, ec2Fault, type Filters, filtered, put, remove, requireItem } from './places.ts'
import { allTraffic, permissionsOf } from './security-rules.ts'
import { creationConditions, refuseOtherKinds, tagsForNew } from './tag-on-create.ts'

const PAGE_SIZE = 1000
const KIND = 'security-group'

const filters: Filters<SecurityGroup> = {
  'group-id': ({ id }) => [id],
  'group-name': ({ name }) => [name],
  'vpc-id': ({ vpc }) => [vpc],
  description: ({ description }) => [description],
}

export const securityGroups: Readonly<Record<string, AnyOperation>> = {
  DescribeSecurityGroups: reading<DescribeSecurityGroupsRequest, DescribeSecurityGroupsResult>({
    run(input, call) {
      const { GroupNames: names = [] } = input
      const named = chosen(call, 'securityGroup', input.GroupIds).filter(
        ({ name }) => names.length === 0 || names.includes(name),
      )
      const found = filtered(named, input.Filters, filters)
      const page = pageOf(found, { marker: input.NextToken, size: input.MaxResults ?? PAGE_SIZE })
      return { SecurityGroups: page.items.map((group) => groupShape(call, group)), NextToken: page.next }
    },
  }),
  CreateSecurityGroup: writing<CreateSecurityGroupRequest, CreateSecurityGroupResult>({
    resources: (input, call) => [
      arnOf(call, KIND, '*'),
      ...(input.VpcId === undefined ? [] : [arnOf(call, 'vpc', input.VpcId)]),
    ],
    conditions: creationConditions,
    touched: (_input, output) => [{ type: 'AWS::EC2::SecurityGroup', name: output.GroupId ?? '' }],
    run: createSecurityGroup,
  }),
  DeleteSecurityGroup: writing<DeleteSecurityGroupRequest, DeleteSecurityGroupResult>({
    resources: (input, call) => [arnOf(call, KIND, input.GroupId ?? '*')],
    touched: (input) => [{ type: 'AWS::EC2::SecurityGroup', name: input.GroupId ?? '' }],
    run(input, call) {
      const group = requireItem(call, 'securityGroup', input.GroupId ?? '')
      if (group.name === 'default')
        throw ec2Fault('CannotDelete', `the specified group: "${group.id}" name: "default" cannot be deleted by a user`)
      if (isUsed(call, group)) throw ec2Fault('DependencyViolation', `resource ${group.id} has a dependent object`)
      remove(call, 'securityGroup', group.id)
      return { Return: true, GroupId: group.id }
    },
  }),
}

/** Whether an interface has the group, or a rule of another group lets it through. */
function isUsed(call: Call, { id }: SecurityGroup): boolean {
  const others = all(call, 'securityGroup').filter((other) => other.id !== id)
  return (
    all(call, 'networkInterface').some(({ groups }) => groups.includes(id)) ||
    others.some(({ ingress, egress }) => [...ingress, ...egress].some(({ peer }) => peer === id))
  )
}

function createSecurityGroup(input: CreateSecurityGroupRequest, call: Call): CreateSecurityGroupResult {
  const { GroupName: name = '', Description: description = '' } = input
  const vpc = vpcFor(call, input.VpcId)
  refuseOtherKinds(input, [KIND])
  if (all(call, 'securityGroup').some((group) => group.name === name && group.vpc === vpc.id)) {
    throw ec2Fault('InvalidGroup.Duplicate', `The security group '${name}' already exists for VPC '${vpc.id}'`)
  }
  const tags = tagsForNew(input, call, { kind: KIND, action: 'CreateSecurityGroup' })
  const group = { id: resourceId('sg'), name, description, vpc: vpc.id, tags, ingress: [], egress: [allTraffic()] }
  put(call, 'securityGroup', group)
  return { GroupId: group.id, ...tagged(tags), SecurityGroupArn: arnOf(call, KIND, group.id) }
}

function vpcFor(call: Call, wanted: string | undefined): Vpc {
  if (wanted !== undefined) return requireItem(call, 'vpc', wanted)
  const home = all(call, 'vpc').find(({ isDefault }) => isDefault)
  if (!home) throw ec2Fault('VPCIdNotSpecified', 'No default VPC for this user')
  return home
}

const groupShape = (call: Call, group: SecurityGroup): SecurityGroupShape => ({
  GroupId: group.id,
  GroupName: group.name,
  Description: group.description,
  VpcId: group.vpc,
  OwnerId: call.account,
  SecurityGroupArn: arnOf(call, KIND, group.id),
  IpPermissions: permissionsOf(group.ingress, call.account),
  IpPermissionsEgress: permissionsOf(group.egress, call.account),
  Tags: tagList(group.tags),
})

/** The answer to a creation leaves the member out where nothing is tagged. */
const tagged = (tags: SecurityGroup['tags']) => (Object.keys(tags).length === 0 ? {} : { Tags: tagList(tags) })
