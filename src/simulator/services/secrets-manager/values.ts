import { randomUUID } from 'node:crypto'
import type {
  CreateSecretRequest,
  CreateSecretResponse,
  GetSecretValueRequest,
  GetSecretValueResponse,
  PutSecretValueRequest,
  PutSecretValueResponse,
} from '@aws-sdk/client-secrets-manager'
import { hexId } from '#simulator/identifiers'
import { fault } from '#simulator/services/absent'
import type { Call } from '#simulator/services/service'
import { tagsOf } from '#simulator/services/tags'
import type { Secret, SecretVersion } from '#simulator/state/tables'
import { findSecret, putSecret, requireSecret } from './secrets.ts'

const CURRENT = 'AWSCURRENT'
const PREVIOUS = 'AWSPREVIOUS'

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

export function createSecret(input: CreateSecretRequest, call: Call): CreateSecretResponse {
  const { Name: name = '', Description: description, Tags } = input
  const versions = hasValue(input) ? [versionOf(input, call, [CURRENT])] : []
  const existing = findSecret(call, name)
  if (existing) return createAgain(existing, input, call)
  const secret: Secret = {
    account: call.account,
    region: call.region,
    arn: `arn:aws:secretsmanager:${call.region}:${call.account}:secret:${name}-${hexId(6)}`,
    name,
    ...(description === undefined ? {} : { description }),
    createdAt: call.at,
    changedAt: call.at,
    tags: tagsOf(Tags),
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

export function putSecretValue(input: PutSecretValueRequest, call: Call): PutSecretValueResponse {
  const secret = requireSecret(call, input.SecretId)
  if (!hasValue(input))
    throw fault('InvalidParameterException', 'You must provide either SecretString or SecretBinary.')
  const stages = stagesOfNew(secret, input.VersionStages)
  const version = versionOf(input, call, stages)
  const existing = secret.versions.find(({ id }) => id === version.id)
  if (existing && !sameValue(existing, version)) {
    throw fault('ResourceExistsException', `A resource with the ID ${version.id} already exists with another value.`)
  }
  const added = existing ? secret.versions : withVersion(secret.versions, version)
  putSecret(call, { ...secret, changedAt: call.at, versions: added })
  return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: [...stages] }
}

/** The first version of a secret is the current one, whatever stages were asked for. */
function stagesOfNew(secret: Secret, wanted: readonly string[] = [CURRENT]): readonly string[] {
  return secret.versions.length > 0 || wanted.includes(CURRENT) ? wanted : [CURRENT, ...wanted]
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

export function getSecretValue(input: GetSecretValueRequest, call: Call): GetSecretValueResponse {
  const secret = requireSecret(call, input.SecretId)
  const stage = input.VersionStage ?? CURRENT
  const version = secret.versions.find(({ id, stages }) =>
    input.VersionId === undefined ? stages.includes(stage) : id === input.VersionId,
  )
  if (version && input.VersionStage !== undefined && !version.stages.includes(input.VersionStage)) {
    const message = 'You provided a VersionStage that is not associated to the provided VersionId.'
    throw fault('InvalidRequestException', message)
  }
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
