import { distinct, type Entity, type OwnedKind, type SeenKind } from '#domain/entity'
import type { Credential } from '#domain/finding'
import { listAt, textAt, textsAt } from '#intake/member'
import { entityOfType, owned, type Place, present, seen } from '#intake/named-entity'

interface About extends Place {
  readonly credential: Credential
}

/** Where a kind of entity is named: the place of one or of a list of them, and in each the id. */
interface Named<Kind> {
  readonly kind: Kind
  readonly in: string
  readonly id: string
  readonly prefix?: string
}

const details: readonly Named<OwnedKind>[] = [
  { kind: 'access-key', in: 'resource.accessKeyDetails', id: 'accessKeyId' },
  { kind: 'instance', in: 'resource.instanceDetails', id: 'instanceId' },
  { kind: 'bucket', in: 'resource.s3BucketDetails', id: 'name' },
  { kind: 'function', in: 'resource.lambdaDetails', id: 'functionName' },
  { kind: 'db-instance', in: 'resource.rdsDbInstanceDetails', id: 'dbInstanceIdentifier' },
  { kind: 'db-cluster', in: 'resource.rdsDbInstanceDetails', id: 'dbClusterIdentifier' },
  { kind: 'db-cluster', in: 'resource.rdsLimitlessDbDetails', id: 'dbClusterIdentifier' },
  { kind: 'cluster', in: 'resource.eksClusterDetails', id: 'name', prefix: 'eks/' },
  { kind: 'cluster', in: 'resource.ecsClusterDetails', id: 'name', prefix: 'ecs/' },
]

const action = 'service.action'

const around: readonly Named<SeenKind>[] = [
  { kind: 'address', in: `${action}.awsApiCallAction.remoteIpDetails`, id: 'ipAddressV4' },
  { kind: 'address', in: `${action}.awsApiCallAction.remoteIpDetails`, id: 'ipAddressV6' },
  { kind: 'address', in: `${action}.networkConnectionAction.remoteIpDetails`, id: 'ipAddressV4' },
  { kind: 'address', in: `${action}.networkConnectionAction.remoteIpDetails`, id: 'ipAddressV6' },
  { kind: 'address', in: `${action}.kubernetesApiCallAction.remoteIpDetails`, id: 'ipAddressV4' },
  { kind: 'address', in: `${action}.rdsLoginAttemptAction.remoteIpDetails`, id: 'ipAddressV4' },
  { kind: 'address', in: `${action}.portProbeAction.portProbeDetails`, id: 'remoteIpDetails.ipAddressV4' },
  { kind: 'address', in: 'service.detection.sequence.endpoints', id: 'ip' },
  { kind: 'domain', in: `${action}.dnsRequestAction`, id: 'domain' },
  { kind: 'domain', in: `${action}.awsApiCallAction.domainDetails`, id: 'domain' },
  { kind: 'domain', in: 'service.detection.sequence.endpoints', id: 'domain' },
  { kind: 'file', in: 'service.runtimeDetails.process', id: 'executableSha256' },
  { kind: 'file', in: 'service.evidence.threatIntelligenceDetails', id: 'threatFileSha256' },
  {
    kind: 'file',
    in: 'service.ebsVolumeScanDetails.scanDetections.threatDetectedByName.threatNames.filePaths',
    id: 'hash',
  },
  { kind: 'file', in: 'service.malwareScanDetails.threats.itemPaths', id: 'hash' },
]

/** More name nothing new to a reader, and an attack sequence may name hundreds. */
const MAX_ENTITIES = 64

/** Every entity that the finding names: whose credential, on what, from where. Source: GuardDuty, Resource, Action, Sequence. */
export function entitiesIn(raw: unknown, { credential, ...place }: About): readonly Entity[] {
  const named = details.flatMap(({ kind, in: path, id, prefix = '' }) =>
    everyAt(raw, path).map((one) => {
      const found = textAt(one, id)
      return owned(kind, found === null ? null : `${prefix}${found}`, place)
    }),
  )
  const far = around.flatMap(({ kind, in: path, id }) => everyAt(raw, path).map((one) => seen(kind, textAt(one, id))))
  const addresses = textsAt(raw, `${action}.kubernetesApiCallAction.sourceIPs`)
  return distinct(
    present([
      principalOf(credential, place),
      ...named,
      ...objectsIn(raw, place),
      workloadIn(raw, place),
      ...sequenceEntities(raw, place),
      ...far,
      ...addresses.map((address) => seen('address', address)),
    ]),
  ).slice(0, MAX_ENTITIES)
}

/** Whatever is at the path, where each step may be one thing or a list of them. */
function everyAt(value: unknown, path: string): readonly unknown[] {
  let found: readonly unknown[] = [value]
  for (const name of path.split('.')) found = found.flatMap((one) => listAt(one, name))
  return found
}

/** The owner of the credential, by what cannot change. */
export function principalOf(credential: Credential, place: Place): Entity | null {
  switch (credential.kind) {
    case 'user-key':
      return owned('principal', credential.user.userId, place)
    case 'role-session':
      return owned('principal', credential.role.roleId, place)
    case 'root':
      return owned('principal', 'root', place)
    case 'unknown':
      return null
  }
}

const objectsIn = (raw: unknown, place: Place): readonly (Entity | null)[] =>
  everyAt(raw, 'resource.s3BucketDetails').flatMap((bucket) =>
    everyAt(bucket, 's3ObjectDetails').map((object) => {
      const [name, key] = [textAt(bucket, 'name'), textAt(object, 'key')]
      return name === null || key === null ? null : owned('object', `${name}/${key}`, place)
    }),
  )

function workloadIn(raw: unknown, place: Place): Entity | null {
  const at = (name: string) => textAt(raw, `resource.kubernetesDetails.kubernetesWorkloadDetails.${name}`)
  const [name, namespace, cluster] = [at('name'), at('namespace'), textAt(raw, 'resource.eksClusterDetails.name')]
  return name === null ? null : owned('workload', [cluster ?? '', namespace ?? '', name].join('/'), place)
}

const sequenceEntities = (raw: unknown, place: Place): readonly (Entity | null)[] => [
  ...everyAt(raw, 'service.detection.sequence.resources').map((resource) =>
    entityOfType(textAt(resource, 'resourceType'), textAt(resource, 'uid'), {
      account: textAt(resource, 'accountId') ?? place.account,
      region: textAt(resource, 'region') ?? place.region,
    }),
  ),
  ...everyAt(raw, 'service.detection.sequence.actors').flatMap((actor) => [
    owned('principal', textAt(actor, 'user.uid'), place),
    owned('access-key', textAt(actor, 'user.credentialUid'), place),
  ]),
]
