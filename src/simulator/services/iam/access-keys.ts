import type {
  AccessKeyMetadata,
  CreateAccessKeyRequest,
  CreateAccessKeyResponse,
  DeleteAccessKeyRequest,
  GetAccessKeyLastUsedRequest,
  GetAccessKeyLastUsedResponse,
  ListAccessKeysRequest,
  ListAccessKeysResponse,
  UpdateAccessKeyRequest,
} from '@aws-sdk/client-iam'
import { accessKeyId, secretAccessKey } from '#simulator/identifiers'
import { fault } from '#simulator/services/absent'
import { type AnyOperation, type Call, reading, writing } from '#simulator/services/service'
import type { AccessKey } from '#simulator/state/tables'
import { iamPage, keysOf, limitExceeded, noSuchEntity, requireUser, touchedUser, userResource } from './entities.ts'

const MAX_KEYS = 2

const touchedKey = (input: { readonly UserName?: string | undefined; readonly AccessKeyId?: string | undefined }) => [
  ...touchedUser({ UserName: input.UserName }),
  { type: 'AWS::IAM::AccessKey', name: input.AccessKeyId ?? '' },
]

export const accessKeys: Readonly<Record<string, AnyOperation>> = {
  CreateAccessKey: writing<CreateAccessKeyRequest, CreateAccessKeyResponse>({
    resources: userResource,
    touched: (input, output) => touchedKey({ UserName: input.UserName, AccessKeyId: output.AccessKey?.AccessKeyId }),
    run: createAccessKey,
  }),
  ListAccessKeys: reading<ListAccessKeysRequest, ListAccessKeysResponse>({
    resources: userResource,
    touched: touchedUser,
    run(input, call) {
      const keys = keysOf(call, requireUser(call, input.UserName)).toSorted(
        (left, right) => left.createdAt - right.createdAt,
      )
      const { items, ...page } = iamPage(keys, input)
      return { AccessKeyMetadata: items.map(keyShape), ...page }
    },
  }),
  UpdateAccessKey: writing<UpdateAccessKeyRequest, Record<string, never>>({
    resources: userResource,
    touched: touchedKey,
    run(input, call) {
      const key = requireKey(call, input)
      const { Status: status } = input
      if (status !== 'Active' && status !== 'Inactive') {
        throw fault(
          'ValidationError',
          `Value '${status}' at 'status' failed to satisfy constraint: Member must satisfy enum value set: [Active, Inactive]`,
        )
      }
      call.state.put('accessKey', key.id, { ...key, status })
      return {}
    },
  }),
  DeleteAccessKey: writing<DeleteAccessKeyRequest, Record<string, never>>({
    resources: userResource,
    touched: touchedKey,
    run(input, call) {
      call.state.remove('accessKey', requireKey(call, input).id)
      return {}
    },
  }),
  GetAccessKeyLastUsed: reading<GetAccessKeyLastUsedRequest, GetAccessKeyLastUsedResponse>({
    resources: ownerOfKey,
    run: getAccessKeyLastUsed,
  }),
}

const keyShape = (key: AccessKey): AccessKeyMetadata => ({
  UserName: key.user,
  AccessKeyId: key.id,
  Status: key.status,
  CreateDate: new Date(key.createdAt),
})

function ownerOfKey({ AccessKeyId: id = '' }: GetAccessKeyLastUsedRequest, call: Call): readonly string[] {
  const key = call.state.get('accessKey', id)
  return key?.account === call.account ? userResource({ UserName: key.user }, call) : ['*']
}

function createAccessKey(input: CreateAccessKeyRequest, call: Call): CreateAccessKeyResponse {
  const user = requireUser(call, input.UserName)
  if (keysOf(call, user).length >= MAX_KEYS)
    throw limitExceeded(`Cannot exceed quota for AccessKeysPerUser: ${MAX_KEYS}`)
  const id = accessKeyId('AKIA')
  const secret = secretAccessKey()
  call.state.put('accessKey', id, {
    id,
    secret,
    account: user.account,
    user: user.name,
    userId: user.id,
    status: 'Active',
    createdAt: call.at,
  })
  return {
    AccessKey: {
      UserName: user.name,
      AccessKeyId: id,
      Status: 'Active',
      SecretAccessKey: secret,
      CreateDate: new Date(call.at),
    },
  }
}

function requireKey(call: Call, input: UpdateAccessKeyRequest | DeleteAccessKeyRequest): AccessKey {
  const user = requireUser(call, input.UserName)
  const key = keysOf(call, user).find(({ id }) => id === input.AccessKeyId)
  if (!key) throw noSuchEntity(`The Access Key with id ${input.AccessKeyId} cannot be found.`)
  return key
}

function getAccessKeyLastUsed(input: GetAccessKeyLastUsedRequest, call: Call): GetAccessKeyLastUsedResponse {
  const key = call.state.get('accessKey', input.AccessKeyId ?? '')
  if (key?.account !== call.account) {
    // AWS hides whether the key of another account exists.
    throw fault(
      'AccessDenied',
      `User: ${call.caller.arn} is not authorized to perform: iam:GetAccessKeyLastUsed on resource: access key ${input.AccessKeyId}`,
      403,
    )
  }
  const { lastUsed } = key
  return {
    UserName: key.user,
    AccessKeyLastUsed: lastUsed
      ? { LastUsedDate: new Date(lastUsed.at), ServiceName: lastUsed.service, Region: lastUsed.region }
      : { LastUsedDate: undefined, ServiceName: 'N/A', Region: 'N/A' },
  }
}
