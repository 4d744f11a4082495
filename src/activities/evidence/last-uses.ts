import {
  type AccessKeyMetadata,
  GetAccessKeyLastUsedCommand,
  type IAMClient,
  paginateListAccessKeys,
  type Role,
  type User,
} from '@aws-sdk/client-iam'
import type { LastUse } from '#domain/reach'

/** IAM writes this where a key was never used. Source: IAM AccessKeyLastUsed. */
const NOWHERE = 'N/A'

const place = (service: string | undefined, region: string | undefined): string | null =>
  [service, region].filter((one) => one !== undefined && one !== NOWHERE).join(' in ') || null

/** When each key of the user, and the user’s password, was last used. */
export async function lastUsesOfUser(iam: IAMClient, user: User): Promise<readonly LastUse[]> {
  const uses: LastUse[] = []
  const { UserName, PasswordLastUsed: password } = user
  for await (const { AccessKeyMetadata: keys = [] } of paginateListAccessKeys({ client: iam }, { UserName }))
    for (const key of keys) uses.push(await lastUseOfKey(iam, key))
  if (password !== undefined) uses.push({ what: `password of ${UserName}`, at: password.toISOString(), where: null })
  return uses
}

async function lastUseOfKey(iam: IAMClient, { AccessKeyId, Status, UserName }: AccessKeyMetadata): Promise<LastUse> {
  const { AccessKeyLastUsed: used } = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }))
  return {
    what: `access key ${AccessKeyId} of ${UserName}, ${Status?.toLowerCase()}`,
    at: used?.LastUsedDate?.toISOString() ?? null,
    where: place(used?.ServiceName, used?.Region),
  }
}

/** When a session of the role was last used, as its description says it. */
export const lastUsesOfRole = ({ RoleName, RoleLastUsed: used }: Role): readonly LastUse[] => [
  { what: `role ${RoleName}`, at: used?.LastUsedDate?.toISOString() ?? null, where: place(undefined, used?.Region) },
]
