import type {
  AuthorizeSecurityGroupIngressRequest,
  AuthorizeSecurityGroupIngressResult,
  CreateSecurityGroupRequest,
  CreateSecurityGroupResult,
  DescribeRegionsRequest,
  DescribeRegionsResult,
  DescribeSecurityGroupsRequest,
  DescribeSecurityGroupsResult,
  DescribeSubnetsRequest,
  DescribeSubnetsResult,
  DescribeVolumesRequest,
  DescribeVolumesResult,
  DescribeVpcsRequest,
  DescribeVpcsResult,
  IpPermission,
  SecurityGroup as SecurityGroupShape,
  Volume as VolumeShape,
} from '@aws-sdk/client-ec2'
import { resourceId } from '#simulator/identifiers'
import { type AnyOperation, type Call, reading, writing } from '#simulator/services/service'
import { tagList, tagsOf } from '#simulator/services/tags'
import type { SecurityGroup, Subnet, Volume, Vpc } from '#simulator/state/tables'
import { all, arnOf, chosen, ec2Fault, endDryRun, type Filters, filtered, put, requireItem } from './places.ts'

const vpcFilters: Filters<Vpc> = {
  'vpc-id': ({ id }) => [id],
  cidr: ({ cidr }) => [cidr],
  'is-default': ({ isDefault }) => [String(isDefault)],
  isDefault: ({ isDefault }) => [String(isDefault)],
}

const subnetFilters: Filters<Subnet> = {
  'subnet-id': ({ id }) => [id],
  'vpc-id': ({ vpc }) => [vpc],
  'availability-zone': ({ zone }) => [zone],
  'default-for-az': () => ['true'],
}

const groupFilters: Filters<SecurityGroup> = {
  'group-id': ({ id }) => [id],
  'group-name': ({ name }) => [name],
  'vpc-id': ({ vpc }) => [vpc],
  description: ({ description }) => [description],
}

const volumeFilters: Filters<Volume> = {
  'volume-id': ({ id }) => [id],
  'attachment.instance-id': ({ instance }) => [instance],
  'availability-zone': ({ zone }) => [zone],
  status: () => ['in-use'],
}

const ALL_TRAFFIC = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }] as const

export const network: Readonly<Record<string, AnyOperation>> = {
  DescribeRegions: reading<DescribeRegionsRequest, DescribeRegionsResult>({
    mayIgnore: ['AllRegions'],
    run(input, call) {
      const regions = call.state.get('account', call.account)?.regions ?? []
      const found = input.RegionNames ? regions.filter((region) => input.RegionNames?.includes(region)) : regions
      return {
        Regions: found.map((RegionName) => ({
          RegionName,
          Endpoint: `ec2.${RegionName}.amazonaws.com`,
          OptInStatus: 'opt-in-not-required',
        })),
      }
    },
  }),
  DescribeVpcs: reading<DescribeVpcsRequest, DescribeVpcsResult>({
    mayIgnore: ['MaxResults'],
    run: (input, call) => ({
      Vpcs: filtered(chosen(call, 'vpc', input.VpcIds), input.Filters, vpcFilters).map((vpc) => ({
        VpcId: vpc.id,
        CidrBlock: vpc.cidr,
        IsDefault: vpc.isDefault,
        State: 'available',
        OwnerId: call.account,
        InstanceTenancy: 'default',
        Tags: tagList(vpc.tags),
      })),
    }),
  }),
  DescribeSubnets: reading<DescribeSubnetsRequest, DescribeSubnetsResult>({
    mayIgnore: ['MaxResults'],
    run: (input, call) => ({
      Subnets: filtered(chosen(call, 'subnet', input.SubnetIds), input.Filters, subnetFilters).map((subnet) => ({
        SubnetId: subnet.id,
        VpcId: subnet.vpc,
        CidrBlock: subnet.cidr,
        AvailabilityZone: subnet.zone,
        DefaultForAz: true,
        State: 'available',
        OwnerId: call.account,
        SubnetArn: arnOf(call, 'subnet', subnet.id),
        Tags: tagList(subnet.tags),
      })),
    }),
  }),
  DescribeVolumes: reading<DescribeVolumesRequest, DescribeVolumesResult>({
    mayIgnore: ['MaxResults'],
    run: (input, call) => ({
      Volumes: filtered(chosen(call, 'volume', input.VolumeIds), input.Filters, volumeFilters).map(volumeShape),
    }),
  }),
  DescribeSecurityGroups: reading<DescribeSecurityGroupsRequest, DescribeSecurityGroupsResult>({
    mayIgnore: ['MaxResults'],
    run(input, call) {
      const named = chosen(call, 'securityGroup', input.GroupIds).filter(
        ({ name }) => !input.GroupNames || input.GroupNames.includes(name),
      )
      return { SecurityGroups: filtered(named, input.Filters, groupFilters).map((group) => groupShape(call, group)) }
    },
  }),
  CreateSecurityGroup: writing<CreateSecurityGroupRequest, CreateSecurityGroupResult>({
    resources: (_input, call) => [arnOf(call, 'security-group', '*')],
    touched: (_input, output) => [{ type: 'AWS::EC2::SecurityGroup', name: output.GroupId ?? '' }],
    run: createSecurityGroup,
  }),
  AuthorizeSecurityGroupIngress: writing<AuthorizeSecurityGroupIngressRequest, AuthorizeSecurityGroupIngressResult>({
    resources: (input, call) => [arnOf(call, 'security-group', input.GroupId ?? '*')],
    touched: (input) => [{ type: 'AWS::EC2::SecurityGroup', name: input.GroupId ?? '' }],
    run(input, call) {
      const group = requireItem(call, 'securityGroup', input.GroupId ?? '')
      const added = permissionsOf(input)
      const existing = new Set(group.ingress.map((rule) => JSON.stringify(rule)))
      const repeated = added.find((rule) => existing.has(JSON.stringify(rule)))
      if (repeated) throw ec2Fault('InvalidPermission.Duplicate', 'the specified rule already exists')
      endDryRun(input)
      put(call, 'securityGroup', { ...group, ingress: [...group.ingress, ...added.map((rule) => ({ ...rule }))] })
      return { Return: true, SecurityGroupRules: [] }
    },
  }),
}

function permissionsOf(input: AuthorizeSecurityGroupIngressRequest): readonly IpPermission[] {
  if (input.IpPermissions) return input.IpPermissions
  const { IpProtocol, FromPort, ToPort, CidrIp } = input
  return [{ IpProtocol, FromPort, ToPort, IpRanges: CidrIp === undefined ? [] : [{ CidrIp }] }]
}

function createSecurityGroup(input: CreateSecurityGroupRequest, call: Call): CreateSecurityGroupResult {
  const { GroupName: name = '', Description: description = '' } = input
  const vpc =
    input.VpcId === undefined
      ? all(call, 'vpc').find(({ isDefault }) => isDefault)
      : requireItem(call, 'vpc', input.VpcId)
  if (!vpc) throw ec2Fault('VPCIdNotSpecified', 'No default VPC for this user')
  if (all(call, 'securityGroup').some((group) => group.name === name && group.vpc === vpc.id)) {
    throw ec2Fault('InvalidGroup.Duplicate', `The security group '${name}' already exists for VPC '${vpc.id}'`)
  }
  endDryRun(input)
  const tags = tagsOf(
    input.TagSpecifications?.filter(({ ResourceType }) => ResourceType === 'security-group').flatMap(
      ({ Tags }) => Tags ?? [],
    ),
  )
  const group: SecurityGroup = {
    id: resourceId('sg'),
    name,
    description,
    vpc: vpc.id,
    tags,
    ingress: [],
    egress: ALL_TRAFFIC,
  }
  put(call, 'securityGroup', group)
  return { GroupId: group.id, Tags: tagList(tags), SecurityGroupArn: arnOf(call, 'security-group', group.id) }
}

const groupShape = (call: Call, group: SecurityGroup): SecurityGroupShape => ({
  GroupId: group.id,
  GroupName: group.name,
  Description: group.description,
  VpcId: group.vpc,
  OwnerId: call.account,
  SecurityGroupArn: arnOf(call, 'security-group', group.id),
  IpPermissions: [...group.ingress],
  IpPermissionsEgress: [...group.egress],
  Tags: tagList(group.tags),
})

const volumeShape = (volume: Volume): VolumeShape => ({
  VolumeId: volume.id,
  Size: volume.sizeGib,
  State: 'in-use',
  VolumeType: 'gp3',
  AvailabilityZone: volume.zone,
  CreateTime: new Date(volume.createdAt),
  Encrypted: false,
  Attachments: [
    {
      InstanceId: volume.instance,
      VolumeId: volume.id,
      Device: volume.device,
      State: 'attached',
      AttachTime: new Date(volume.createdAt),
      DeleteOnTermination: true,
    },
  ],
  Tags: tagList(volume.tags),
})
