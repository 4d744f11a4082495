import { type Band, bandOf } from './finding.ts'

/** How many pages reach a person outside the console within a window, the digest among them; the rest wait for it. */
export interface PageLimit {
  readonly pages: number
  readonly windowMs: number
}

/** Whoever is called more often does not hear the call that counts. */
export const usualPageLimit: PageLimit = { pages: 6, windowMs: 600_000 }

/** Room for the digest, for something critical and for a vote. */
export const LEAST_PAGES = 4

/** What a page is about, from the gravest. */
export const pageKinds = ['critical', 'vote', 'other'] as const
export type PageKind = (typeof pageKinds)[number]

/** How many places a page of the kind leaves free: for the digest, and for what is graver. */
const leavesFree: Readonly<Record<PageKind, number>> = { critical: 1, vote: 2, other: 3 }

/** Whether a page may go out to a person who got so many in the window that ends now. */
export const fits = (kind: PageKind, sent: number, { pages }: PageLimit): boolean => sent < pages - leavesFree[kind]

/** The level of a call that goes to every approver, whatever the ladder says: it is about Cordon’s own safety. */
export const BESIDE_THE_LADDER = 0

interface Called {
  readonly severityMilli: number
  readonly plan: string | null
  readonly level: number
}

export const pageKindOf = ({ severityMilli, plan, level }: Called): PageKind =>
  level === BESIDE_THE_LADDER || band(severityMilli) === 'critical' ? 'critical' : plan === null ? 'other' : 'vote'

const band = (severityMilli: number): Band => bandOf(severityMilli / 1000)

/** A call that waits for the digest. */
export interface HeldCall {
  readonly incident: string
  readonly text: string
  readonly kind: PageKind
}

const LISTED = 10
const words: Readonly<Record<PageKind, string>> = { critical: 'critical', vote: 'for a vote', other: 'other' }

/** What a digest says: how many calls wait and about what, the gravest of them by name. */
export function digestText(calls: readonly HeldCall[]): string {
  const gravestFirst = pageKinds.flatMap((kind) => calls.filter((call) => call.kind === kind))
  const counts = pageKinds.flatMap((kind) => {
    const count = calls.filter((call) => call.kind === kind).length
    return count === 0 ? [] : [`${count} ${words[kind]}`]
  })
  const named = gravestFirst.slice(0, LISTED).map(({ incident, text }) => `${incident}: ${text}`)
  const rest = gravestFirst.length - named.length
  return [
    `${calls.length} more calls wait for you (${counts.join(', ')})`,
    ...named,
    ...(rest === 0 ? [] : [`and ${rest} more in the console`]),
  ].join('; ')
}
