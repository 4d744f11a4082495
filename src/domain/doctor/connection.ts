import type { AccountSeen, AccountsSeen, Refused, ResponderSeen } from './accounts.ts'
import { judgeAccounts } from './accounts.ts'
import type { Diagnosis } from './check.ts'

/** Whether an account is connected as it must be; where it is not, `reasons` says why. */
export interface Connection extends Diagnosis {
  readonly reasons: readonly string[]
}

/** GuardDuty is worth a word, and no reason to keep an account out. */
const NO_REASON = /^guardduty\//

/** What the executor saw of one account, as a decision: everything must have been looked at, and be well. */
export function judgeConnection(account: string, seen: AccountsSeen): Connection {
  const { checks, notes } = judgeAccounts({ ...seen, accounts: seen.accounts.filter((one) => one.account === account) })
  const missing = checks.filter(({ name, ok }) => !ok && !NO_REASON.test(name)).map(({ text }) => text)
  const looked = seen.accounts.find((one) => one.account === account)
  return { checks, notes, reasons: [...missing, ...unseenIn(looked).map((what) => `${what} could not be looked at`)] }
}

function unseenIn(seen: AccountSeen | undefined): readonly string[] {
  if (seen === undefined) return ['The account']
  if (seen.kind === 'closed') return []
  const { reads, responder, restorer, limits = [] } = seen
  return [
    ...(wasAsked(reads) ? [] : ['What CordonReader may read']),
    ...(wasSeen(responder) ? [] : ['CordonResponder']),
    ...(restorer !== undefined && wasSeen(restorer) ? [] : ['CordonRestorer']),
    ...limits.filter(({ kind }) => kind === 'unread').map(({ role }) => `What ${role} allows`),
    ...(limits.length === 0 ? ['What the roles allow'] : []),
  ]
}

const wasAsked = ({ kind }: Refused): boolean => kind === 'asked'

/** One that is missing was seen to be. */
const wasSeen = (seen: ResponderSeen): boolean =>
  seen.kind === 'missing' || (seen.kind === 'there' && wasAsked(seen.writes))
