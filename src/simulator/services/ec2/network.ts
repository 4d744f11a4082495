import type {
  Address,
  DescribeAddressesRequest,
  DescribeAddressesResult,
  DescribeRegionsRequest,
  DescribeRegionsResult,
  DescribeSubnetsRequest,
  DescribeSubnetsResult,
  DescribeVpcsRequest,
  DescribeVpcsResult,
} from '@aws-sdk/client-ec2'
import { type AnyOperation, type Call, reading } from '#simulator/services/service'
import { tagList } from '#simulator/services/tags'
import type { NetworkInterface, Subnet, Vpc } from '#simulator/state/tables'
import { all, arnOf, chosen, type Filters, filtered } from './places.ts'

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

const addressFilters: Filters<NetworkInterface> = {
  'instance-id': ({ attachment }) => [attachment?.instance],
  'network-interface-id': ({ id }) => [id],
  'allocation-id': ({ elastic }) => [elastic?.allocation],
  'public-ip': ({ elastic }) => [elastic?.address],
}

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
  DescribeAddresses: reading<DescribeAddressesRequest, DescribeAddressesResult>({
    run(input, call) {
      const { AllocationIds: allocations = [], PublicIps: addresses = [] } = input
      const held = all(call, 'networkInterface').filter(({ elastic }) => elastic !== undefined)
      const named = held.filter(
        ({ elastic }) =>
          (allocations.length === 0 || allocations.includes(elastic?.allocation ?? '')) &&
          (addresses.length === 0 || addresses.includes(elastic?.address ?? '')),
      )
      return { Addresses: filtered(named, input.Filters, addressFilters).map((one) => addressShape(call, one)) }
    },
  }),
}

const addressShape = (call: Call, { id, elastic, attachment, privateAddress }: NetworkInterface): Address => ({
  AllocationId: elastic?.allocation,
  AssociationId: elastic?.association,
  PublicIp: elastic?.address,
  Domain: 'vpc',
  InstanceId: attachment?.instance,
  NetworkInterfaceId: id,
  NetworkInterfaceOwnerId: call.account,
  PrivateIpAddress: privateAddress,
  Tags: [],
})
