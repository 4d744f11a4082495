import { randomUUID } from 'node:crypto'
import type {
  CreateSecretRequest,
  CreateSecretResponse,
  DeleteSecretRequest,
  DeleteSecretResponse,
  DescribeSecretRequest,
  DescribeSecretResponse,
  GetSecretValueRequest,
  GetSecretValueResponse,
  ListSecretsRequest,
  ListSecretsResponse,
  PutSecretValueRequest,
  PutSecretValueResponse,
  RestoreSecretRequest,
  RestoreSecretResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-secrets-manager'
import { hexId } from '#simulator/identifiers'
import type { Secret, SecretVersion } from '#simulator/state/tables'
import { fault } from './absent.ts'
import { pageOf } from './pages.ts'
import { type Call, reading, type Service, writing } from './service.ts'
import { tagList, tagsOf, withoutTags } from './tags.ts'

const MS_PER_DAY = 86_400_000
const DEFAULT_RECOVERY_DAYS = 30
const PAGE_SIZE = 100
const CURRENT = 'AWSCURRENT'
const PREVIOUS = 'AWSPREVIOUS'

interface Named {
  readonly SecretId?: string | undefined
}

const byId = (input: Named, call: Call): readonly string[] => [
  findSecret(call, input.SecretId)?.arn ??
    `arn:aws:secretsmanager:${call.region}:${call.account}:secret:${input.SecretId}`,
]
const touchedSecret = ({ SecretId }: Named) => [{ type: 'AWS::SecretsManager::Secret', name: SecretId ?? '' }]

export const secretsManager: Service = {
  signingName: 'secretsmanager',
  protocol: 'awsJson1_1',
  xmlNamespace: '',
  eventSource: 'secretsmanager.amazonaws.com',
  scope: 'regional',
  load: () => import('@aws-sdk/client-secrets-manager'),
  operations: {
    CreateSecret: writing<CreateSecretRequest, CreateSecretResponse>({
      resources: (input, call) => [`arn:aws:secretsmanager:${call.region}:${call.account}:secret:${input.Name}`],
      touched: (input) => touchedSecret({ SecretId: input.Name }),
      run: createSecret,
    }),
    PutSecretValue: writing<PutSecretValueRequest, PutSecretValueResponse>({
      resources: byId,
      touched: touchedSecret,
      run: putSecretValue,
    }),
    GetSecretValue: reading<GetSecretValueRequest, GetSecretValueResponse>({
      resources: byId,
      touched: touchedSecret,
      run: getSecretValue,
    }),
    DescribeSecret: reading<DescribeSecretRequest, DescribeSecretResponse>({
      resources: byId,
      touched: touchedSecret,
      run: (input, call) => describe(requireSecret(call, input.SecretId)),
    }),
    ListSecrets: reading<ListSecretsRequest, ListSecretsResponse>({
      run(input, call) {
        if (input.Filters && input.Filters.length > 0)
          throw fault('InvalidParameterException', 'Filters are not implemented by the simulator.')
        const living = call.state
          .list('secret', `${call.account}/${call.region}/`)
          .filter((secret) => secret.deletedAt === undefined || input.IncludePlannedDeletion)
        const page = pageOf(living, { marker: input.NextToken, size: input.MaxResults ?? PAGE_SIZE })
        return {
          SecretList: page.items.map(({ versions, ...secret }) => ({
            ...describe({ versions, ...secret }),
            SecretVersionsToStages: stagesOf(versions),
          })),
          NextToken: page.next,
        }
      },
    }),
    DeleteSecret: writing<DeleteSecretRequest, DeleteSecretResponse>({
      resources: byId,
      touched: touchedSecret,
      run: deleteSecret,
    }),
    RestoreSecret: writing<RestoreSecretRequest, RestoreSecretResponse>({
      resources: byId,
      touched: touchedSecret,
      run(input, call) {
        const { deletedAt: _deletedAt, ...secret } = requireAnySecret(call, input.SecretId)
        putSecret(call, secret)
        return { ARN: secret.arn, Name: secret.name }
      },
    }),
    TagResource: writing<TagResourceRequest, Record<string, never>>({
      resources: byId,
      touched: touchedSecret,
      run(input, call) {
        const secret = requireSecret(call, input.SecretId)
        putSecret(call, { ...secret, tags: { ...secret.tags, ...tagsOf(input.Tags) } })
        return {}
      },
    }),
    UntagResource: writing<UntagResourceRequest, Record<string, never>>({
      resources: byId,
      touched: touchedSecret,
      run(input, call) {
        const secret = requireSecret(call, input.SecretId)
        putSecret(call, { ...secret, tags: withoutTags(secret.tags, input.TagKeys) })
        return {}
      },
    }),
  },
}

/** Finds a secret by name, by ARN, or by ARN without its random end. */
function findSecret(call: Call, id = ''): Secret | undefined {
  return call.state
    .list('secret', `${call.account}/${call.region}/`)
    .find(({ name, arn }) => name === id || arn === id || arn.slice(0, -7) === id)
}

function requireAnySecret(call: Call, id: string | undefined): Secret {
  const secret = findSecret(call, id)
  if (!secret) throw fault('ResourceNotFoundException', "Secrets Manager can't find the specified secret.")
  return secret
}

function requireSecret(call: Call, id: string | undefined): Secret {
  const secret = requireAnySecret(call, id)
  if (secret.deletedAt !== undefined) {
    throw fault(
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was marked for deletion.",
    )
  }
  return secret
}

const putSecret = (call: Call, secret: Secret): void =>
  call.state.put('secret', `${call.account}/${call.region}/${secret.name}`, secret)

interface Value {
  readonly ClientRequestToken?: string | undefined
  readonly SecretString?: string | undefined
  readonly SecretBinary?: Uint8Array | undefined
}

function versionOf(value: Value, call: Call, stages: readonly string[]): SecretVersion {
  return {
    id: value.ClientRequestToken ?? randomUUID(),
    stages,
    createdAt: call.at,
    ...(value.SecretString === undefined ? {} : { text: value.SecretString }),
    ...(value.SecretBinary === undefined ? {} : { binary: Buffer.from(value.SecretBinary).toString('base64') }),
  }
}

const sameValue = (left: SecretVersion, right: SecretVersion): boolean =>
  left.text === right.text && left.binary === right.binary

const hasValue = (value: Value): boolean => value.SecretString !== undefined || value.SecretBinary !== undefined

function createSecret(input: CreateSecretRequest, call: Call): CreateSecretResponse {
  const { Name: name = '' } = input
  const existing = findSecret(call, name)
  if (existing) return createAgain(existing, input, call)
  const versions = hasValue(input) ? [versionOf(input, call, [CURRENT])] : []
  const secret: Secret = {
    account: call.account,
    region: call.region,
    arn: `arn:aws:secretsmanager:${call.region}:${call.account}:secret:${name}-${hexId(6)}`,
    name,
    ...(input.Description === undefined ? {} : { description: input.Description }),
    createdAt: call.at,
    changedAt: call.at,
    tags: tagsOf(input.Tags),
    versions,
  }
  putSecret(call, secret)
  return { ARN: secret.arn, Name: name, VersionId: versions[0]?.id }
}

/** The same request token makes a retry a success; anything else exists already. */
function createAgain(existing: Secret, input: CreateSecretRequest, call: Call): CreateSecretResponse {
  if (existing.deletedAt !== undefined) {
    throw fault(
      'InvalidRequestException',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    )
  }
  const version = existing.versions.find(({ id }) => id === input.ClientRequestToken)
  if (version && sameValue(version, versionOf(input, call, [])))
    return { ARN: existing.arn, Name: existing.name, VersionId: version.id }
  throw fault('ResourceExistsException', `The operation failed because the secret ${existing.name} already exists.`)
}

function putSecretValue(input: PutSecretValueRequest, call: Call): PutSecretValueResponse {
  const secret = requireSecret(call, input.SecretId)
  if (!hasValue(input))
    throw fault('InvalidParameterException', 'You must provide either SecretString or SecretBinary.')
  const stages = input.VersionStages ?? [CURRENT]
  const version = versionOf(input, call, stages)
  const existing = secret.versions.find(({ id }) => id === version.id)
  if (existing && !sameValue(existing, version)) {
    throw fault('ResourceExistsException', `A resource with the ID ${version.id} already exists with another value.`)
  }
  const added = existing ? secret.versions : withVersion(secret.versions, version)
  putSecret(call, { ...secret, changedAt: call.at, versions: added })
  return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: [...stages] }
}

/** A stage belongs to one version; what was current becomes previous. Versions without a stage are forgotten. */
function withVersion(versions: readonly SecretVersion[], added: SecretVersion): readonly SecretVersion[] {
  const isReplacing = added.stages.includes(CURRENT)
  const moved = versions.map((version) => {
    const wasCurrent = isReplacing && version.stages.includes(CURRENT)
    const kept = version.stages.filter((stage) => !added.stages.includes(stage) && !(isReplacing && stage === PREVIOUS))
    return { ...version, stages: wasCurrent ? [...kept, PREVIOUS] : kept }
  })
  return [...moved.filter(({ stages }) => stages.length > 0), added]
}

function getSecretValue(input: GetSecretValueRequest, call: Call): GetSecretValueResponse {
  const secret = requireSecret(call, input.SecretId)
  const stage = input.VersionStage ?? CURRENT
  const version = secret.versions.find(({ id, stages }) =>
    input.VersionId === undefined ? stages.includes(stage) : id === input.VersionId,
  )
  if (!version)
    throw fault(
      'ResourceNotFoundException',
      "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    )
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    VersionStages: [...version.stages],
    CreatedDate: new Date(version.createdAt),
    ...(version.text === undefined ? {} : { SecretString: version.text }),
    ...(version.binary === undefined ? {} : { SecretBinary: new Uint8Array(Buffer.from(version.binary, 'base64')) }),
  }
}

function deleteSecret(input: DeleteSecretRequest, call: Call): DeleteSecretResponse {
  if (input.ForceDeleteWithoutRecovery) {
    const secret = findSecret(call, input.SecretId)
    if (secret) call.state.remove('secret', `${call.account}/${call.region}/${secret.name}`)
    return { ARN: secret?.arn, Name: secret?.name ?? input.SecretId, DeletionDate: new Date(call.at) }
  }
  const secret = requireSecret(call, input.SecretId)
  const days = input.RecoveryWindowInDays ?? DEFAULT_RECOVERY_DAYS
  putSecret(call, { ...secret, deletedAt: call.at })
  return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(call.at + days * MS_PER_DAY) }
}

const stagesOf = (versions: readonly SecretVersion[]): Record<string, string[]> =>
  Object.fromEntries(versions.map(({ id, stages }) => [id, [...stages]]))

const describe = (secret: Secret): DescribeSecretResponse => ({
  ARN: secret.arn,
  Name: secret.name,
  ...(secret.description === undefined ? {} : { Description: secret.description }),
  CreatedDate: new Date(secret.createdAt),
  LastChangedDate: new Date(secret.changedAt),
  ...(secret.deletedAt === undefined ? {} : { DeletedDate: new Date(secret.deletedAt) }),
  Tags: tagList(secret.tags),
  VersionIdsToStages: stagesOf(secret.versions),
})
