import { GetRoleCommand, GetUserCommand, type Role, type User } from '@aws-sdk/client-iam'
import type { Tags } from '#domain/tags'
import { type IamRole, type IamUser, targetText } from '#domain/targets'
import { absentAs } from './absent.ts'
import type { ReadSession } from './sessions.ts'
import { failure } from './translate-error.ts'

/** The live user behind the identity. Fails with `target_gone` when there is none of that name, or another one has taken the name. */
export async function requireUser({ iam }: ReadSession, user: IamUser): Promise<User & { readonly Arn: string }> {
  const found = await absentAs(undefined, iam.send(new GetUserCommand({ UserName: user.name })))
  const live = found?.User
  if (live?.UserId !== user.userId || live.Arn === undefined) throw gone(user, live?.UserId)
  return { ...live, Arn: live.Arn }
}

/** The live role behind the identity. Fails with `target_gone` when there is none of that name, or another one has taken the name. */
export async function requireRole({ iam }: ReadSession, role: IamRole): Promise<Role & { readonly Arn: string }> {
  const found = await absentAs(undefined, iam.send(new GetRoleCommand({ RoleName: role.name })))
  const live = found?.Role
  if (live?.RoleId !== role.roleId || live.Arn === undefined) throw gone(role, live?.RoleId)
  return { ...live, Arn: live.Arn }
}

function gone(target: IamUser | IamRole, other: string | undefined) {
  const why = other === undefined ? 'no longer exists' : `no longer exists: ${other} has its name`
  return failure('target_gone', `${targetText(target)} ${why}`)
}

/** The tags on what AWS describes. */
export const tagsOf = ({ Tags = [] }: { readonly Tags?: readonly AwsTag[] | undefined }): Tags =>
  Object.fromEntries(Tags.flatMap(({ Key, Value }) => (Key === undefined ? [] : [[Key, Value ?? '']])))

interface AwsTag {
  readonly Key?: string | undefined
  readonly Value?: string | undefined
}
