import { prefixOf } from '#domain/network'

/** An address range or a name that somebody calls bad, and for which time. */
export interface Indicator {
  readonly kind: 'network' | 'domain'
  /** A range as CIDR writes it, or a name in small letters; a name stands for those below it. */
  readonly value: string
  readonly why: string
  /** ISO 8601; null where the list does not say it. */
  readonly from: string | null
  readonly until: string | null
}

export const reputationFormats = ['stix', 'csv', 'misp'] as const
export type ReputationFormat = (typeof reputationFormats)[number]

export interface ReputationProblem {
  /** `line 4`, `objects[3]` or `Attribute[2]`. */
  readonly place: string
  readonly message: string
}

/** What a file has, and how much of it is about something else than addresses and names. */
export interface ReadList {
  readonly indicators: readonly Indicator[]
  readonly skipped: readonly { readonly what: string; readonly count: number }[]
  readonly problems: readonly ReputationProblem[]
}

/** What one entry of a file comes to. */
export type ReadEntry =
  | { readonly kind: 'indicators'; readonly indicators: readonly Indicator[] }
  | { readonly kind: 'skipped'; readonly what: string }
  | { readonly kind: 'problem'; readonly message: string }

export const skipped = (what: string): ReadEntry => ({ kind: 'skipped', what })
export const problem = (message: string): ReadEntry => ({ kind: 'problem', message })

const MOST_WORDS = 200
/** Wider than what one provider was ever given: such a line is a mistake, and would be about half of the Internet. */
const LEAST_PREFIX = { v4: 8, v6: 16 } as const
/** Source: RFC 1035, RFC 8552 for the underscore. */
const NAME = /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/

export interface Said {
  readonly value: string
  readonly why: string
  readonly from?: string | null | undefined
  readonly until?: string | null | undefined
}

/** An address, a range or a name as somebody wrote it, or what is wrong with it. */
export function indicatorOf({ value, why, from, until }: Said): ReadEntry {
  const text = value.trim().toLowerCase().replace(/\.$/, '')
  const kind = NAME.test(text) ? 'domain' : 'network'
  const wrong = kind === 'network' ? rangeProblem(text) : null
  if (wrong !== null) return problem(wrong)
  const times = { from: from ?? null, until: until ?? null }
  const unread = Object.values(times).find((time) => time !== null && Number.isNaN(Date.parse(time)))
  if (unread !== undefined) return problem(`${unread} is no time`)
  return { kind: 'indicators', indicators: [{ kind, value: text, why: why.trim().slice(0, MOST_WORDS), ...times }] }
}

function rangeProblem(text: string): string | null {
  const prefix = prefixOf(text)
  if (prefix === null)
    return `${text.slice(0, MOST_WORDS)} is neither an address, a range of addresses nor a domain name`
  const least = text.includes(':') ? LEAST_PREFIX.v6 : LEAST_PREFIX.v4
  return prefix < least ? `${text} is wider than /${least}` : null
}

/** All entries of a file together. */
export function listOf(entries: readonly { readonly place: string; readonly entry: ReadEntry }[]): ReadList {
  const counts = new Map<string, number>()
  for (const { entry } of entries)
    if (entry.kind === 'skipped') counts.set(entry.what, (counts.get(entry.what) ?? 0) + 1)
  const indicators = entries.flatMap(({ entry }) => (entry.kind === 'indicators' ? entry.indicators : []))
  return {
    indicators: [...new Map(indicators.map((one) => [JSON.stringify(one), one])).values()],
    skipped: [...counts].map(([what, count]) => ({ what, count })),
    problems: entries.flatMap(({ place, entry }) =>
      entry.kind === 'problem' ? [{ place, message: entry.message }] : [],
    ),
  }
}
