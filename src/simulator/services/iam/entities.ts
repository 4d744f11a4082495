import type { Role as RoleShape, User as UserShape } from '@aws-sdk/client-iam'
import { roleArn, userArn } from '#simulator/identifiers'
import { pageOf } from '#simulator/services/pages'
import type { Call } from '#simulator/services/service'
import { tagList } from '#simulator/services/tags'
import type { AccessKey, Role, User } from '#simulator/state/tables'
import { AwsFault } from '#simulator/wire/fault'

const PAGE_SIZE = 100

export const noSuchEntity = (message: string): AwsFault => new AwsFault('NoSuchEntity', message, { status: 404 })
export const alreadyExists = (message: string): AwsFault =>
  new AwsFault('EntityAlreadyExists', message, { status: 409 })
export const limitExceeded = (message: string): AwsFault => new AwsFault('LimitExceeded', message, { status: 409 })
export const deleteConflict = (message: string): AwsFault => new AwsFault('DeleteConflict', message, { status: 409 })

export function requireUser(call: Call, name: string | undefined): User {
  const user = findUser(call, name)
  if (!user) throw noSuchEntity(`The user with name ${name} cannot be found.`)
  return user
}

/** The named user; without a name, the user who asks. */
export function findUser(call: Call, name: string | undefined): User | undefined {
  if (name !== undefined) return call.state.get('user', `${call.account}/${name}`)
  if (call.caller.kind === 'user') return call.state.get('user', `${call.account}/${call.caller.user.name}`)
  throw new AwsFault('ValidationError', 'Must specify userName when calling with non-User credentials')
}

export const putUser = (call: Call, user: User): void => call.state.put('user', `${user.account}/${user.name}`, user)

export function requireRole(call: Call, name: string | undefined): Role {
  const role = call.state.get('role', `${call.account}/${name}`)
  if (!role) throw noSuchEntity(`The role with name ${name} cannot be found.`)
  return role
}

export const putRole = (call: Call, role: Role): void => call.state.put('role', `${role.account}/${role.name}`, role)

export const keysOf = (call: Call, user: User): readonly AccessKey[] =>
  call.state.list('accessKey', '').filter((key) => key.account === user.account && key.user === user.name)

interface Paging {
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}

/** One page of a list, with what IAM says about the next one. */
export function iamPage<Item>(
  items: readonly Item[],
  { Marker: marker, MaxItems: size = PAGE_SIZE }: Paging,
): { readonly items: Item[]; readonly IsTruncated: boolean; readonly Marker: string | undefined } {
  const page = pageOf(items, { marker, size })
  return { items: [...page.items], IsTruncated: page.next !== undefined, Marker: page.next }
}

type Named<Name extends string> = { readonly [Key in Name]?: string | undefined }

/** The ARN that access to a user is judged by; a path is known only when the user exists. */
export const userResource = (input: Named<'UserName'>, call: Call): readonly string[] => {
  const user = findUser(call, input.UserName)
  return [user ? userArn(user) : userArn({ account: call.account, path: '/', name: input.UserName ?? '' })]
}

export const roleResource = (input: Named<'RoleName'>, call: Call): readonly string[] => {
  const role = call.state.get('role', `${call.account}/${input.RoleName}`)
  return [role ? roleArn(role) : roleArn({ account: call.account, path: '/', name: input.RoleName ?? '' })]
}

export const touchedUser = ({ UserName }: Named<'UserName'>) => [{ type: 'AWS::IAM::User', name: UserName ?? '' }]
export const touchedRole = ({ RoleName }: Named<'RoleName'>) => [{ type: 'AWS::IAM::Role', name: RoleName ?? '' }]

export const userShape = (user: User): UserShape => ({
  Path: user.path,
  UserName: user.name,
  UserId: user.id,
  Arn: userArn(user),
  CreateDate: new Date(user.createdAt),
  ...(user.passwordLastUsedAt === undefined ? {} : { PasswordLastUsed: new Date(user.passwordLastUsedAt) }),
})

export const userDetail = (user: User): UserShape => ({
  ...userShape(user),
  ...(Object.keys(user.tags).length > 0 ? { Tags: tagList(user.tags) } : {}),
})

export const roleShape = (role: Role): RoleShape => ({
  Path: role.path,
  RoleName: role.name,
  RoleId: role.id,
  Arn: roleArn(role),
  CreateDate: new Date(role.createdAt),
  AssumeRolePolicyDocument: encodeDocument(role.trust),
  ...(role.description === undefined ? {} : { Description: role.description }),
  MaxSessionDuration: role.maxSessionSeconds,
})

export const roleDetail = (role: Role): RoleShape => ({
  ...roleShape(role),
  ...(Object.keys(role.tags).length > 0 ? { Tags: tagList(role.tags) } : {}),
  RoleLastUsed: role.lastUsed ? { LastUsedDate: new Date(role.lastUsed.at), Region: role.lastUsed.region } : {},
})

/** IAM answers documents percent-encoded by RFC 3986. */
export const encodeDocument = (document: string): string =>
  encodeURIComponent(document).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
