import { type Entity, type OwnedKind, ownedEntity, type SeenKind } from '#domain/entity'
import { type Arn, arnOf } from './arn.ts'

/** Where a finding is from: what an id that says nothing of it belongs to. */
export interface Place {
  readonly account: string
  readonly region: string
}

/** What producers call the kinds, without `AWS`, and without what is no letter or digit: `AWS::EC2::Instance`, `AwsEc2Instance`, `EC2_INSTANCE`. */
// A map: a producer may call a type `constructor`.
const kindsByType: ReadonlyMap<string, OwnedKind> = new Map<string, OwnedKind>(
  Object.entries({
    iamaccesskey: 'access-key',
    accesskey: 'access-key',
    iamuser: 'principal',
    iamrole: 'principal',
    ec2instance: 'instance',
    s3bucket: 'bucket',
    s3object: 'object',
    lambdafunction: 'function',
    rdsdbinstance: 'db-instance',
    rdsdbcluster: 'db-cluster',
    ekscluster: 'cluster',
    ecscluster: 'cluster',
    kubernetesworkload: 'workload',
  } satisfies Readonly<Record<string, OwnedKind>>),
)

interface Naming {
  readonly service: string
  /** Its first group is the id. */
  readonly resource: RegExp
  readonly kind: OwnedKind
  /** What stands before the id, where names of two services could be the same. */
  readonly prefix?: string
}

const namings: readonly Naming[] = [
  { service: 'iam', resource: /^((?:user|role)\/.+)$/s, kind: 'principal' },
  { service: 'sts', resource: /^assumed-(role\/[^/]+)/, kind: 'principal' },
  { service: 'ec2', resource: /^instance\/(.+)$/, kind: 'instance' },
  { service: 's3', resource: /^([^/]+)$/, kind: 'bucket' },
  { service: 's3', resource: /^([^/]+\/.+)$/s, kind: 'object' },
  { service: 'lambda', resource: /^function:([^:]+)/, kind: 'function' },
  { service: 'rds', resource: /^db:(.+)$/, kind: 'db-instance' },
  { service: 'rds', resource: /^cluster:(.+)$/, kind: 'db-cluster' },
  { service: 'eks', resource: /^cluster\/([^/]+)/, kind: 'cluster', prefix: 'eks/' },
  { service: 'ecs', resource: /^cluster\/([^/]+)/, kind: 'cluster', prefix: 'ecs/' },
]

/** Beyond it an index over the text would fail; no name of AWS is that long but an object’s. */
const MAX_ID = 512

/** The entity that the ARN names, or null when it is of a kind that nobody asks for. */
export function entityOfArn(arn: Arn, place: Place): Entity | null {
  for (const { service, resource, kind, prefix = '' } of namings) {
    const id = arn.service === service ? resource.exec(arn.resource)?.[1] : undefined
    if (id !== undefined) return owned(kind, `${prefix}${id}`, { ...place, ...said(arn) })
  }
  return null
}

const said = ({ account, region }: Arn): Partial<Place> => ({
  ...(account === '' ? {} : { account }),
  ...(region === '' ? {} : { region }),
})

/** An entity of the account, or null when the id is missing or too long for one. */
export const owned = (kind: OwnedKind, id: string | null, place: Place): Entity | null =>
  id === null || id === '' || id.length > MAX_ID ? null : ownedEntity(kind, { ...place, id })

/** An address, a domain or a file, or null. */
export const seen = (kind: SeenKind, id: string | null): Entity | null =>
  id === null || id === '' || id.length > MAX_ID ? null : { kind, id }

/** The entity that a producer names by its type and an id, which may be an ARN. */
export function entityOfType(type: string | null, id: string | null, place: Place): Entity | null {
  if (id === null) return null
  // Some write the type before the id again.
  const bare = type !== null && id.startsWith(`${type}:`) ? id.slice(type.length + 1) : id
  const arn = arnOf(bare)
  if (arn !== null) return entityOfArn(arn, place)
  const named = (type ?? '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .replace(/^aws/, '')
  const kind = kindsByType.get(named)
  return kind === undefined ? null : owned(kind, clusterPrefix(kind, type) + bare, place)
}

const clusterPrefix = (kind: OwnedKind, type: string | null): string =>
  kind === 'cluster' ? (/ecs/i.test(type ?? '') ? 'ecs/' : 'eks/') : ''

/** Those that are there. */
export const present = (entities: readonly (Entity | null)[]): readonly Entity[] =>
  entities.filter((entity) => entity !== null)
