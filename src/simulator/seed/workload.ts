import { createHash } from 'node:crypto'
import { hexId, instanceProfileArn, resourceId, roleArn } from '#simulator/identifiers'
import type { Instance, SecurityGroup, Subnet, Vpc } from '#simulator/state/tables'
import type { Seeding } from './principals.ts'

const ALL_TRAFFIC = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }] as const
const HTTPS_FROM_ANYWHERE = [
  { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
] as const
const VOLUME_GIB = 20
const WEB_SERVER_IMAGE = 'ami-0a1b2c3d4e5f60718'

interface Network {
  readonly vpc: Vpc
  readonly subnet: Subnet
  readonly group: SecurityGroup
}

/** The default network of one Region. */
export function seedNetwork({ draft, plan }: Seeding, region: string): Network {
  const place = `${plan.id}/${region}`
  const vpc: Vpc = { id: resourceId('vpc'), cidr: '172.31.0.0/16', isDefault: true, tags: {} }
  const subnet: Subnet = { id: resourceId('subnet'), vpc: vpc.id, cidr: '172.31.0.0/20', zone: `${region}a`, tags: {} }
  const group: SecurityGroup = {
    id: resourceId('sg'),
    name: 'default',
    description: 'default VPC security group',
    vpc: vpc.id,
    tags: {},
    ingress: [],
    egress: ALL_TRAFFIC,
  }
  draft.put('vpc', `${place}/${vpc.id}`, vpc)
  draft.put('subnet', `${place}/${subnet.id}`, subnet)
  draft.put('securityGroup', `${place}/${group.id}`, group)
  return { vpc, subnet, group }
}

/** What runs in a member account: two instances, one of them in an Auto Scaling group, a function, a database, a bucket. */
export function seedWorkload(seeding: Seeding): void {
  const [region = 'eu-central-1'] = seeding.plan.regions
  const network = webNetwork(seeding, region)
  const grouped = seedInstance(seeding, {
    region,
    network,
    name: `${seeding.plan.workload}-web`,
    address: '172.31.0.21',
  })
  seedInstance(seeding, { region, network, name: `${seeding.plan.workload}-admin`, address: '172.31.0.35' })
  seedGroup(seeding, { region, grouped })
  seedFunction(seeding, region)
  seedDatabase(seeding, { region, network })
  seedBucket(seeding, region)
}

function webNetwork({ draft, plan }: Seeding, region: string): Network {
  const place = `${plan.id}/${region}`
  const [vpc] = draft.list('vpc', `${place}/`)
  const [subnet] = draft.list('subnet', `${place}/`)
  if (!vpc || !subnet) throw new Error(`Region ${region} of ${plan.id} has no network to put instances in`)
  const group: SecurityGroup = {
    id: resourceId('sg'),
    name: `${plan.workload}-web`,
    description: 'HTTPS from anywhere',
    vpc: vpc.id,
    tags: { Name: `${plan.workload}-web` },
    ingress: HTTPS_FROM_ANYWHERE,
    egress: ALL_TRAFFIC,
  }
  draft.put('securityGroup', `${place}/${group.id}`, group)
  return { vpc, subnet, group }
}

interface InstanceSeed {
  readonly region: string
  readonly network: Network
  readonly name: string
  readonly address: string
}

function seedInstance({ draft, plan, at }: Seeding, { region, network, name, address }: InstanceSeed): Instance {
  const volume = {
    id: resourceId('vol'),
    device: '/dev/xvda',
    sizeGib: VOLUME_GIB,
    zone: network.subnet.zone,
    createdAt: at,
    tags: {},
  }
  const instance: Instance = {
    id: resourceId('i'),
    reservation: resourceId('r'),
    image: WEB_SERVER_IMAGE,
    type: 't3.small',
    state: 'running',
    launchedAt: at,
    vpc: network.vpc.id,
    subnet: network.subnet.id,
    zone: network.subnet.zone,
    privateAddress: address,
    networkInterface: resourceId('eni'),
    securityGroups: [network.group.id],
    instanceProfile: instanceProfileArn({ account: plan.id, path: '/', name: `${plan.workload}-web` }),
    volume: volume.id,
    tags: { Name: name },
  }
  draft.put('volume', `${plan.id}/${region}/${volume.id}`, { ...volume, instance: instance.id })
  draft.put('instance', `${plan.id}/${region}/${instance.id}`, instance)
  return instance
}

function seedGroup(
  { draft, plan, at }: Seeding,
  { region, grouped }: { readonly region: string; readonly grouped: Instance },
): void {
  const name = `${plan.workload}-web`
  const tagged = { ...grouped, tags: { ...grouped.tags, 'aws:autoscaling:groupName': name } }
  draft.put('instance', `${plan.id}/${region}/${grouped.id}`, tagged)
  draft.put('autoScalingGroup', `${plan.id}/${region}/${name}`, {
    name,
    arn: `arn:aws:autoscaling:${region}:${plan.id}:autoScalingGroup:${hexId(8)}-${hexId(4)}-${hexId(4)}-${hexId(4)}-${hexId(12)}:autoScalingGroupName/${name}`,
    min: 1,
    max: 3,
    desired: 1,
    zones: [grouped.zone],
    subnets: [grouped.subnet],
    instances: [grouped.id],
    createdAt: at,
    tags: { Name: name },
  })
}

function seedFunction({ draft, plan, at }: Seeding, region: string): void {
  const name = `${plan.workload}-orders`
  draft.put('function', `${plan.id}/${region}/${name}`, {
    name,
    arn: `arn:aws:lambda:${region}:${plan.id}:function:${name}`,
    role: roleArn({ account: plan.id, path: '/', name }),
    runtime: 'nodejs22.x',
    modifiedAt: at,
    tags: {},
  })
}

function seedDatabase(
  { draft, plan, at }: Seeding,
  { region, network }: { readonly region: string; readonly network: Network },
): void {
  const id = `${plan.workload}-db`
  draft.put('database', `${plan.id}/${region}/${id}`, {
    id,
    arn: `arn:aws:rds:${region}:${plan.id}:db:${id}`,
    resourceId: `db-${hexId(26).toUpperCase()}`,
    engine: 'postgres',
    engineVersion: '17.5',
    vpc: network.vpc.id,
    securityGroups: [network.group.id],
    createdAt: at,
    tags: {},
  })
}

function seedBucket({ draft, plan, at }: Seeding, region: string): void {
  const name = `${plan.name}-artifacts-${plan.id}`
  draft.put('bucket', name, { name, account: plan.id, region, createdAt: at, versioning: 'Enabled' })
  const objects = {
    'releases/1.0.0.txt': 'first release\n',
    'releases/1.1.0.txt': 'second release\n',
    'config/settings.json': '{"theme":"light"}\n',
  }
  Object.entries(objects).forEach(([key, text], index) => {
    const version = hexId(32)
    draft.put('object', `${name}/${key}/${version}`, {
      key,
      version,
      sequence: index + 1,
      modifiedAt: at,
      contentType: 'text/plain',
      etag: createHash('md5').update(text).digest('hex'),
      size: Buffer.byteLength(text),
      content: Buffer.from(text).toString('base64'),
      metadata: {},
    })
  })
}
