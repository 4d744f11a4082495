import type { Finding } from './finding.ts'

/** By account: the account that AWS sends its findings to, as it is registered. */
export type Administrators = ReadonlyMap<string, string>

/**
 * Why the sender’s word does not count for the finding; null when it does. An authenticated channel of AWS vouches for an account: findings are
 * of that account, or of one whose registered administrator it is. Anybody may put a finding about anybody into a bus of their own.
 */
export function doubtOf({ account }: Pick<Finding, 'account'>, sender: string, administrators: Administrators) {
  if (sender === account || administrators.get(account) === sender) return null
  return `sent by account ${sender}, which is neither account ${account} nor its registered administrator`
}
