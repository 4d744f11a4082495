import { randomInt } from 'node:crypto'
import { resourceId } from '#simulator/identifiers'
import type { Instance, Subnet, Tags } from '#simulator/state/tables'
import { ROOT_DEVICE } from './attached.ts'
import { type Moment, put } from './places.ts'

type Chosen = 'image' | 'type' | 'keyName' | 'clientToken' | 'lifecycle'
type Protection = 'terminationProtected' | 'stopProtected' | 'shutdownBehavior'

/** A disk that an instance starts with. */
export interface Disk {
  readonly device: string
  readonly sizeGib: number
  readonly encrypted: boolean
  readonly deleteOnTermination: boolean
}

/** All that decides what a new instance is. */
export interface Launch extends Pick<Instance, Chosen>, Partial<Pick<Instance, Protection>> {
  readonly subnet: Subnet
  readonly groups: readonly string[]
  readonly profileArn?: string
  readonly privateAddress?: string
  readonly disks: readonly Disk[]
  readonly reservation: string
  readonly tags: { readonly instance: Tags; readonly volume: Tags }
}

export const rootDisk = (sizeGib: number): Disk => ({
  device: ROOT_DEVICE,
  sizeGib,
  encrypted: false,
  deleteOnTermination: true,
})

/** Starts an instance with its network interface and its disks; it runs at once. */
export function launchInstance(place: Moment, launch: Launch): Instance {
  const { subnet, groups, profileArn, disks, tags, privateAddress = freeAddress(subnet), ...chosen } = launch
  const instance: Instance = {
    terminationProtected: false,
    stopProtected: false,
    shutdownBehavior: 'stop',
    ...chosen,
    id: resourceId('i'),
    state: 'running',
    launchedAt: place.at,
    vpc: subnet.vpc,
    subnet: subnet.id,
    zone: subnet.zone,
    privateAddress,
    ...(profileArn === undefined ? {} : { instanceProfile: newAssociation(profileArn, place.at) }),
    tags: tags.instance,
  }
  put(place, 'instance', instance)
  putPrimaryInterface(place, instance, groups)
  for (const disk of disks) {
    const volume = { ...disk, id: resourceId('vol'), instance: instance.id, zone: subnet.zone, createdAt: place.at }
    put(place, 'volume', { ...volume, tags: tags.volume })
  }
  return instance
}

function putPrimaryInterface(place: Moment, instance: Instance, groups: readonly string[]): void {
  const { vpc, subnet, zone, privateAddress } = instance
  put(place, 'networkInterface', {
    id: resourceId('eni'),
    vpc,
    subnet,
    zone,
    privateAddress,
    groups,
    description: '',
    requesterManaged: false,
    sourceDestCheck: true,
    attachment: {
      id: resourceId('eni-attach'),
      instance: instance.id,
      deviceIndex: 0,
      attachedAt: place.at,
      deleteOnTermination: true,
    },
    tags: {},
  })
}

export const newAssociation = (arn: string, since: number): NonNullable<Instance['instanceProfile']> => ({
  id: resourceId('iip-assoc'),
  arn,
  since,
})

/** Some address of a subnet; the seeded subnets have room for 16 networks of 256. */
export function freeAddress({ cidr }: Subnet): string {
  const [first, second] = cidr.split('.')
  return `${first}.${second}.${randomInt(1, 15)}.${randomInt(4, 254)}`
}
