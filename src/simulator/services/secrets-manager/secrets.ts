import type { DescribeSecretResponse } from '@aws-sdk/client-secrets-manager'
import { fault } from '#simulator/services/absent'
import type { Call } from '#simulator/services/service'
import { tagList } from '#simulator/services/tags'
import type { Secret, SecretVersion } from '#simulator/state/tables'

/** Finds a secret by name, by ARN, or by ARN without its random end. */
export function findSecret(call: Call, id = ''): Secret | undefined {
  return call.state
    .list('secret', `${call.account}/${call.region}/`)
    .find(({ name, arn }) => name === id || arn === id || arn.slice(0, -7) === id)
}

export function requireAnySecret(call: Call, id: string | undefined): Secret {
  const secret = findSecret(call, id)
  if (!secret) throw fault('ResourceNotFoundException', "Secrets Manager can't find the specified secret.")
  return secret
}

export function requireSecret(call: Call, id: string | undefined): Secret {
  const secret = requireAnySecret(call, id)
  if (secret.deletedAt !== undefined) {
    throw fault(
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was marked for deletion.",
    )
  }
  return secret
}

export const putSecret = (call: Call, secret: Secret): void =>
  call.state.put('secret', `${call.account}/${call.region}/${secret.name}`, secret)

/** Versions and their stages. */
export const stagesOf = (versions: readonly SecretVersion[]): Record<string, string[]> =>
  Object.fromEntries(versions.map(({ id, stages }) => [id, [...stages]]))

/** What may be said of a secret without its value. */
export const describe = (secret: Secret): DescribeSecretResponse => ({
  ARN: secret.arn,
  Name: secret.name,
  ...(secret.description === undefined ? {} : { Description: secret.description }),
  CreatedDate: new Date(secret.createdAt),
  LastChangedDate: new Date(secret.changedAt),
  ...(secret.deletedAt === undefined ? {} : { DeletedDate: new Date(secret.deletedAt) }),
  Tags: tagList(secret.tags),
  VersionIdsToStages: stagesOf(secret.versions),
})
