import type { Credential } from '#domain/finding'
import { textAt } from './member.ts'

/**
 * Whose credential the finding is about, from `resource.accessKeyDetails`: a long-term key of a user (`AIDA…` with `AKIA…`),
 * a session of a role (`AROA…:session`), root, or unknown.
 * Source: GuardDuty AccessKeyDetails; IAM identifiers, unique id prefixes.
 */
export function credentialOf(raw: unknown, account: string): Credential {
  const text = (name: string): string => textAt(raw, `resource.accessKeyDetails.${name}`) ?? ''
  const [accessKeyId, principalId, name, type] = [
    text('accessKeyId'),
    text('principalId'),
    text('userName'),
    text('userType').toLowerCase(),
  ]
  if (type === 'root') return { kind: 'root', account, accessKeyId }
  const [unique = '', ...session] = principalId.split(':')
  if (isId(unique, 'AIDA') && accessKeyId.startsWith('AKIA') && name !== '')
    return { kind: 'user-key', account, accessKeyId, user: { kind: 'iam-user', account, userId: unique, name } }
  if (isId(unique, 'AROA') && name !== '')
    return {
      kind: 'role-session',
      account,
      accessKeyId,
      role: { kind: 'iam-role', account, roleId: unique, name },
      session: session.join(':'),
    }
  return { kind: 'unknown', account }
}

const isId = (text: string, prefix: string): boolean => text.startsWith(prefix) && /^[A-Z0-9]{5,128}$/.test(text)
