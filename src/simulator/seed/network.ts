import { resourceId } from '#simulator/identifiers'
import { type Moment, put } from '#simulator/services/ec2/places'
import { ANYWHERE, allTraffic, tcpFrom } from '#simulator/services/ec2/security-rules'
import type { NetworkInterface, SecurityGroup, Subnet, Tags, Vpc } from '#simulator/state/tables'
import type { Seeding } from './principals.ts'

const HTTPS = 443
const HTTP = 80

export interface Network {
  readonly vpc: Vpc
  readonly subnet: Subnet
  /** What the web servers have. */
  readonly group: SecurityGroup
}

/** One account and Region while it is filled. */
export const placeIn = ({ draft, plan, at }: Seeding, region: string): Moment => ({
  state: draft,
  account: plan.id,
  region,
  at,
})

/** The default network of one Region. */
export function seedNetwork(place: Moment): void {
  putVpc(place, { cidr: '172.31.0.0/16', isDefault: true, tags: {} })
}

/** The network of what runs in a member account, beside the default one. */
export function seedWorkloadNetwork(place: Moment, workload: string): Network {
  const tags = { Name: workload }
  const { vpc, subnet } = putVpc(place, { cidr: '10.20.0.0/16', isDefault: false, tags })
  const group = {
    ...newGroup(vpc, { name: `${workload}-web`, description: 'HTTP and HTTPS from anywhere' }),
    ingress: [tcpFrom(HTTPS, ANYWHERE), tcpFrom(HTTP, ANYWHERE)],
    tags: { Name: `${workload}-web` },
  }
  put(place, 'securityGroup', group)
  return { vpc, subnet, group }
}

function putVpc(
  place: Moment,
  wanted: { readonly cidr: string; readonly isDefault: boolean; readonly tags: Tags },
): Pick<Network, 'vpc' | 'subnet'> {
  const vpc: Vpc = { id: resourceId('vpc'), ...wanted }
  const subnet: Subnet = {
    id: resourceId('subnet'),
    vpc: vpc.id,
    cidr: wanted.cidr.replace('/16', '/20'),
    zone: `${place.region}a`,
    tags: wanted.tags,
  }
  put(place, 'vpc', vpc)
  put(place, 'subnet', subnet)
  put(place, 'securityGroup', newGroup(vpc, { name: 'default', description: 'default VPC security group' }))
  return { vpc, subnet }
}

const newGroup = (vpc: Vpc, named: { readonly name: string; readonly description: string }): SecurityGroup => ({
  id: resourceId('sg'),
  ...named,
  vpc: vpc.id,
  tags: {},
  ingress: [],
  egress: [allTraffic()],
})

/** A network interface that a service made for its own use. */
export function seedManagedInterface(
  place: Moment,
  { subnet, group }: Network,
  wanted: Pick<NetworkInterface, 'description' | 'privateAddress'> & { readonly instance?: string },
): void {
  const { instance, ...said } = wanted
  const id = resourceId('eni-attach')
  const attachment =
    instance === undefined
      ? {}
      : { attachment: { id, instance, deviceIndex: 1, attachedAt: place.at, deleteOnTermination: true } }
  put(place, 'networkInterface', {
    id: resourceId('eni'),
    vpc: subnet.vpc,
    subnet: subnet.id,
    zone: subnet.zone,
    groups: [group.id],
    requesterManaged: true,
    sourceDestCheck: true,
    ...said,
    ...attachment,
    tags: {},
  })
}
