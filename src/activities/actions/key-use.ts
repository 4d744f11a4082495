import { type AccessKeyMetadata, GetAccessKeyLastUsedCommand, ListAccessKeysCommand } from '@aws-sdk/client-iam'
import type { ReadSession } from '#activities/aws/sessions'
import type { IamUser } from '#domain/targets'

export type ListedKey = AccessKeyMetadata & { readonly AccessKeyId: string }

/** The user’s access keys, oldest first. A user has at most two, so there is one page. */
export async function listKeys({ iam }: ReadSession, user: IamUser): Promise<readonly ListedKey[]> {
  const { AccessKeyMetadata: keys = [] } = await iam.send(new ListAccessKeysCommand({ UserName: user.name }))
  const age = ({ CreateDate }: AccessKeyMetadata): number => CreateDate?.getTime() ?? 0
  return keys
    .flatMap((key) => (key.AccessKeyId === undefined ? [] : [{ ...key, AccessKeyId: key.AccessKeyId }]))
    .toSorted((one, other) => age(one) - age(other))
}

/** When the key was last used, or null when it never was. */
export async function lastUse({ iam }: ReadSession, AccessKeyId: string): Promise<string | null> {
  const { AccessKeyLastUsed: use } = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }))
  return use?.LastUsedDate === undefined
    ? null
    : `${use.LastUsedDate.toISOString()} for ${use.ServiceName ?? 'a service'} in ${use.Region ?? 'a region'}`
}

/** What stops when the keys do, for approvers: who still uses them shows in when they were used last. */
export async function keyUses(read: ReadSession, keys: readonly ListedKey[]): Promise<readonly string[]> {
  const active = keys.filter(({ Status }) => Status === 'Active')
  return Promise.all(
    active.map(async ({ AccessKeyId }) => {
      const used = await lastUse(read, AccessKeyId)
      return `Access key ${AccessKeyId} ${used === null ? 'was never used' : `was last used at ${used}`}`
    }),
  )
}
