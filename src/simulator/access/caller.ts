import { roleArn, userArn } from '#simulator/identifiers'
import type { View } from '#simulator/state/store'
import type { AccessKey, Role, Session, User } from '#simulator/state/tables'
import type { SigningSecret } from '#simulator/wire/signature'

/** Who signed a request. */
export type Caller = UserCaller | RoleCaller

interface SomeCaller {
  readonly account: string
  readonly accessKeyId: string
  /** The ARN that GetCallerIdentity answers. */
  readonly arn: string
  /** The IAM ARN of the user or role that policies and trust policies name. */
  readonly principalArn: string
  /** `AIDA…`, or `AROA…:<session name>`: what `aws:userid` holds. */
  readonly userId: string
  readonly session?: Session
}

export interface UserCaller extends SomeCaller {
  readonly kind: 'user'
  readonly user: User
}

export interface RoleCaller extends SomeCaller {
  readonly kind: 'role'
  readonly role: Role
  readonly session: Session
  readonly sessionName: string
}

export type Identified =
  | { readonly outcome: 'known'; readonly caller: Caller; readonly secret: SigningSecret }
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'expired' }

interface Views {
  /** IAM as it is effective, which can be seconds behind. */
  readonly effective: View
  readonly now: View
  readonly at: number
}

const UNKNOWN = { outcome: 'unknown' } as const

/** Finds the principal of an access key; a disabled key is as unknown as one that never was. */
export function identify(views: Views, accessKeyId: string, token: string | undefined): Identified {
  const session = views.now.get('session', accessKeyId)
  if (session) return session.token === token ? identifySession(views, session) : UNKNOWN
  const key = views.effective.get('accessKey', accessKeyId)
  if (!key || key.status !== 'Active' || token !== undefined) return UNKNOWN
  return identifyKey(views, key)
}

function identifyKey({ effective }: Views, key: AccessKey): Identified {
  const user = effective.get('user', `${key.account}/${key.user}`)
  if (!user || user.id !== key.userId) return UNKNOWN
  const caller = userCaller({ user, accessKeyId: key.id })
  return { outcome: 'known', caller, secret: { accessKeyId: key.id, secretAccessKey: key.secret } }
}

function identifySession({ effective, at }: Views, session: Session): Identified {
  if (session.expiresAt <= at) return { outcome: 'expired' }
  const secret = { accessKeyId: session.id, secretAccessKey: session.secret, sessionToken: session.token }
  const caller = callerOfSession(effective, session)
  return caller ? { outcome: 'known', caller, secret } : UNKNOWN
}

function callerOfSession(view: View, session: Session): Caller | undefined {
  const { principal, account } = session
  if (principal.kind === 'user') {
    const user = view.get('user', `${account}/${principal.user}`)
    return user?.id === principal.userId ? userCaller({ user, accessKeyId: session.id, session }) : undefined
  }
  const role = view.get('role', `${account}/${principal.role}`)
  return role?.id === principal.roleId ? roleCaller(role, session, principal.sessionName) : undefined
}

function userCaller(parts: {
  readonly user: User
  readonly accessKeyId: string
  readonly session?: Session
}): UserCaller {
  const arn = userArn(parts.user)
  return { kind: 'user', account: parts.user.account, arn, principalArn: arn, userId: parts.user.id, ...parts }
}

function roleCaller(role: Role, session: Session, sessionName: string): RoleCaller {
  return {
    kind: 'role',
    role,
    session,
    sessionName,
    account: role.account,
    accessKeyId: session.id,
    arn: `arn:aws:sts::${role.account}:assumed-role/${role.name}/${sessionName}`,
    principalArn: roleArn(role),
    userId: `${role.id}:${sessionName}`,
  }
}
