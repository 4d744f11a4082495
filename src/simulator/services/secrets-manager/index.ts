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
  SecretListEntry,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-secrets-manager'
import { fault } from '#simulator/services/absent'
import { pageOf } from '#simulator/services/pages'
import { type Call, reading, type Service, writing } from '#simulator/services/service'
import { tagsOf, withoutTags } from '#simulator/services/tags'
import type { Secret } from '#simulator/state/tables'
import { describe, findSecret, putSecret, requireAnySecret, requireSecret, stagesOf } from './secrets.ts'
import { createSecret, getSecretValue, putSecretValue } from './values.ts'

const MS_PER_DAY = 86_400_000
/** Also the most. */
const DEFAULT_RECOVERY_DAYS = 30
const LEAST_RECOVERY_DAYS = 7
const PAGE_SIZE = 100

interface Named {
  readonly SecretId?: string | undefined
}

/** The ARN of a secret that does not exist yet; its random end is not known. */
const unknownArn = ({ account, region }: Call, name: string | undefined): string =>
  `arn:aws:secretsmanager:${region}:${account}:secret:${name}-XXXXXX`

const byId = (input: Named, call: Call): readonly string[] => [
  findSecret(call, input.SecretId)?.arn ?? unknownArn(call, input.SecretId),
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
      resources: (input, call) => [unknownArn(call, input.Name)],
      touched: (input) => touchedSecret({ SecretId: input.Name }),
      mayIgnore: ['ClientRequestToken'],
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
      // Also one that is scheduled for deletion: its DeletedDate says so.
      run: (input, call) => describe(requireAnySecret(call, input.SecretId)),
    }),
    ListSecrets: reading<ListSecretsRequest, ListSecretsResponse>({
      run(input, call) {
        const { IncludePlannedDeletion: withDeleted = false } = input
        const living = call.state
          .list('secret', `${call.account}/${call.region}/`)
          .filter((secret) => secret.deletedAt === undefined || withDeleted)
        const page = pageOf(living, { marker: input.NextToken, size: input.MaxResults ?? PAGE_SIZE })
        return {
          SecretList: page.items.map(listed),
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

function listed(secret: Secret): SecretListEntry {
  const { VersionIdsToStages: _stages, ...entry } = describe(secret)
  return { ...entry, SecretVersionsToStages: stagesOf(secret.versions) }
}

function recoveryDaysOf(input: DeleteSecretRequest): number {
  const { RecoveryWindowInDays: days = DEFAULT_RECOVERY_DAYS, ForceDeleteWithoutRecovery: isForced } = input
  if (isForced && input.RecoveryWindowInDays !== undefined) {
    const message = "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays."
    throw fault('InvalidParameterException', message)
  }
  if (days < LEAST_RECOVERY_DAYS || days > DEFAULT_RECOVERY_DAYS) {
    const message = `RecoveryWindowInDays must be between ${LEAST_RECOVERY_DAYS} and ${DEFAULT_RECOVERY_DAYS} days (inclusive).`
    throw fault('InvalidParameterException', message)
  }
  return days
}

function deleteSecret(input: DeleteSecretRequest, call: Call): DeleteSecretResponse {
  const days = recoveryDaysOf(input)
  if (input.ForceDeleteWithoutRecovery) {
    const secret = findSecret(call, input.SecretId)
    if (secret) call.state.remove('secret', `${call.account}/${call.region}/${secret.name}`)
    return { ARN: secret?.arn, Name: secret?.name ?? input.SecretId, DeletionDate: new Date(call.at) }
  }
  const secret = requireSecret(call, input.SecretId)
  putSecret(call, { ...secret, deletedAt: call.at })
  return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(call.at + days * MS_PER_DAY) }
}
