import { type Credential, isAwsAccount } from '#domain/finding'

/** What producers say of an access key and whose it is; empty where they say nothing. */
export interface KeyDetails {
  readonly accessKeyId: string
  readonly principalId: string
  readonly userName: string
  readonly userType: string
}

/**
 * Whose credential it is: a long-term key of a user (`AIDA…` with `AKIA…`), a session of a role (`AROA…:session`), root, or unknown.
 * Source: GuardDuty AccessKeyDetails; Security Hub AwsIamAccessKeyDetails; IAM identifiers, unique id prefixes.
 */
export function credentialOf(details: KeyDetails, account: string): Credential {
  const { accessKeyId, principalId, userName: name } = details
  const type = details.userType.toLowerCase()
  if (!isAwsAccount(account)) return { kind: 'unknown', account }
  if (type === 'root') return { kind: 'root', account, accessKeyId }
  const [unique = '', ...session] = principalId.split(':')
  if (isIdOf(unique, { type, says: ['iamuser'], prefix: 'AIDA' }) && accessKeyId.startsWith('AKIA') && name !== '')
    return { kind: 'user-key', account, accessKeyId, user: { kind: 'iam-user', account, userId: unique, name } }
  if (isIdOf(unique, { type, says: ['assumedrole', 'role'], prefix: 'AROA' }) && name !== '')
    return {
      kind: 'role-session',
      account,
      accessKeyId,
      role: { kind: 'iam-role', account, roleId: unique, name },
      session: session.join(':'),
    }
  return { kind: 'unknown', account }
}

interface Wanted {
  /** What the finding says the principal is; it may say nothing. */
  readonly type: string
  readonly says: readonly string[]
  readonly prefix: string
}

/** Where the finding says what the principal is, its id need not look like AWS’s: emulators make ids of their own. */
const isIdOf = (id: string, { type, says, prefix }: Wanted): boolean =>
  /^[A-Za-z0-9]{5,128}$/.test(id) && (says.includes(type) || (id.startsWith(prefix) && id === id.toUpperCase()))
