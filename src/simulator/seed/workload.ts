import { createHash, randomUUID } from 'node:crypto'
import { hexId, instanceProfileArn, resourceId, roleArn } from '#simulator/identifiers'
import { putGroup } from '#simulator/services/auto-scaling/members'
import { groupArn } from '#simulator/services/auto-scaling/named'
import { interfacesOf } from '#simulator/services/ec2/attached'
import { launchInstance, rootDisk } from '#simulator/services/ec2/launch'
import { type Moment, put } from '#simulator/services/ec2/places'
import { targetGroupArn } from '#simulator/services/elastic-load-balancing/index'
import { putTargetGroup } from '#simulator/services/elastic-load-balancing/targets'
import type { Instance } from '#simulator/state/tables'
import { type Network, placeIn, seedManagedInterface, seedWorkloadNetwork } from './network.ts'
import type { Seeding } from './principals.ts'

const VOLUME_GIB = 20
const HTTP = 80
const WEB_ADDRESSES = ['10.20.0.21', '10.20.0.22']
/** How many web servers the group has in peace. */
export const FLEET = WEB_ADDRESSES.length
const WEB_SERVER_IMAGE = 'ami-0a1b2c3d4e5f60718'

/** What runs in a member account: web servers in an Auto Scaling group and one instance beside it, a function, a database, a bucket. */
export function seedWorkload(seeding: Seeding): void {
  const { workload, regions } = seeding.plan
  const [region = 'eu-central-1'] = regions
  const place = placeIn(seeding, region)
  const network = seedWorkloadNetwork(place, workload)
  const servers = { network, workload }
  seedGroup(place, servers)
  seedAdminInstance(place, servers)
  seedFunction(seeding, region)
  seedDatabase(seeding, { region, network })
  seedManagedInterface(place, network, { description: 'RDSNetworkInterface', privateAddress: '10.20.0.50' })
  seedBucket(seeding, region)
}

interface Servers {
  readonly network: Network
  readonly workload: string
}

function seedInstance(
  place: Moment,
  { network, workload }: Servers,
  { name, address }: { readonly name: string; readonly address: string },
): Instance {
  return launchInstance(place, {
    image: WEB_SERVER_IMAGE,
    type: 't3.small',
    subnet: network.subnet,
    groups: [network.group.id],
    profileArn: instanceProfileArn({ account: place.account, path: '/', name: `${workload}-web` }),
    privateAddress: address,
    disks: [rootDisk(VOLUME_GIB)],
    reservation: resourceId('r'),
    tags: { instance: { Name: name }, volume: { Name: name } },
  })
}

/** The way in for administrators: with an address of its own, and a second interface that a service manages. */
function seedAdminInstance(place: Moment, servers: Servers): void {
  const admin = seedInstance(place, servers, { name: `${servers.workload}-admin`, address: '10.20.0.35' })
  const [primary] = interfacesOf(place, admin.id)
  if (!primary) throw new Error(`The instance ${admin.id} has no network interface`)
  const elastic = { allocation: resourceId('eipalloc'), association: resourceId('eipassoc'), address: '203.0.113.35' }
  put(place, 'networkInterface', { ...primary, elastic })
  seedManagedInterface(place, servers.network, {
    description: 'managed by a service',
    privateAddress: '10.20.0.36',
    instance: admin.id,
  })
}

/** The web servers: a group behind a target group, whose health decides whether they live. */
function seedGroup(place: Moment, servers: Servers): void {
  const { network, workload } = servers
  const name = `${workload}-web`
  const members = WEB_ADDRESSES.map((address) => seedInstance(place, servers, { name, address }))
  for (const one of members)
    put(place, 'instance', { ...one, tags: { ...one.tags, 'aws:autoscaling:groupName': name } })
  const targets = members.map(({ id }) => ({ id, port: HTTP, state: 'healthy' as const, since: place.at }))
  const arn = targetGroupArn(place, name)
  const made = { createdAt: place.at, tags: { Name: name } }
  putTargetGroup(place, { name, arn, vpc: network.vpc.id, protocol: 'HTTP', port: HTTP, targets, ...made })
  putGroup(place, {
    name,
    arn: groupArn(place, name, randomUUID()),
    min: 1,
    max: 4,
    desired: members.length,
    zones: [network.subnet.zone],
    subnets: [network.subnet.id],
    members: members.map(({ id }) => ({
      instance: id,
      lifecycle: 'InService',
      protectedFromScaleIn: false,
      health: 'Healthy',
    })),
    healthCheck: 'ELB',
    suspended: [],
    targetGroups: [arn],
    template: {
      image: WEB_SERVER_IMAGE,
      type: 't3.small',
      groups: [network.group.id],
      profileArn: instanceProfileArn({ account: place.account, path: '/', name }),
      sizeGib: VOLUME_GIB,
      tags: { Name: name },
    },
    ...made,
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
