import type { AccountRole } from '#domain/roles/account-roles'
import { type Diagnosis, ill, well } from './check.ts'

/** In which ways a role can be opened, and what it allows, beyond what is declared. */
export type LimitsSeen =
  | {
      readonly role: AccountRole
      readonly kind: 'read'
      readonly opened: readonly string[]
      readonly allowed: readonly string[]
    }
  | { readonly role: AccountRole; readonly kind: 'unread'; readonly reason: string }

/** Longer lists help nobody: whoever mends the first ones sees the rest. */
const MOST_NAMED = 5

/** Whether Cordon’s roles in the account can be opened and used as declared, and no further. */
export function judgeLimits(account: string, limits: readonly LimitsSeen[]): Diagnosis {
  const name = `limits/${account}` as const
  const found = limits.flatMap(phrasesOf)
  const notes = limits.flatMap((seen) =>
    seen.kind === 'unread'
      ? [`What ${seen.role} of account ${account} allows beyond its needs could not be checked: ${seen.reason}`]
      : [],
  )
  if (found.length > 0)
    return {
      checks: [
        ill(
          name,
          `In account ${account} ${found.join('; ')}`,
          `Put the roles of account ${account} back to their templates: cordon roles generate --account ${account}`,
        ),
      ],
      notes,
    }
  const isSeen = limits.some(({ kind }) => kind === 'read')
  return {
    checks: isSeen
      ? [well(name, `The roles of account ${account} can be opened and used as declared, and no further`)]
      : [],
    notes,
  }
}

function phrasesOf(seen: LimitsSeen): readonly string[] {
  if (seen.kind === 'unread') return []
  return [
    ...(seen.opened.length > 0 ? [`${seen.role} can be opened ${listed(seen.opened)}`] : []),
    ...(seen.allowed.length > 0 ? [`${seen.role} allows ${listed(seen.allowed)}`] : []),
  ]
}

const listed = (phrases: readonly string[]): string => {
  const more = phrases.length - MOST_NAMED
  return `${phrases.slice(0, MOST_NAMED).join(', ')}${more > 0 ? `, and ${more} more` : ''}`
}
