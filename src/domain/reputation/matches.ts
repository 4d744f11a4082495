import type { Finding } from '#domain/finding'
import { prefixOf } from '#domain/network'
import type { ContextFact } from '#domain/triage/facts'

/** An address or a name that a list calls bad. */
export interface ReputationMatch {
  /** What was looked for. */
  readonly seen: string
  readonly list: string
  readonly owner: string
  readonly why: string
  readonly from: string | null
  readonly until: string | null
}

/** What can be looked for in the lists. */
export interface Looked {
  readonly addresses: readonly string[]
  readonly domains: readonly string[]
}

const MOST_FACTS = 5

/** What a finding says of places outside: the remote address, and the addresses and names among its entities. */
export function lookedFor({ remoteAddress, entities = [] }: Finding): Looked {
  const seen = (kind: 'address' | 'domain') => entities.flatMap((one) => (one.kind === kind ? [one.id] : []))
  return {
    addresses: readable([...(remoteAddress === null ? [] : [remoteAddress]), ...seen('address')]),
    domains: [...new Set(seen('domain').map((name) => name.toLowerCase().replace(/\.$/, '')))],
  }
}

/** The addresses that are some, each once. */
export const readable = (addresses: readonly string[]): readonly string[] =>
  [...new Set(addresses)].filter((address) => !address.includes('/') && prefixOf(address) !== null)

/** A name and those above it, but for the last label. */
export function namesAbove(name: string): readonly string[] {
  const labels = name.split('.')
  return labels.slice(0, -1).map((_, from) => labels.slice(from).join('.'))
}

/** How a fact of a list is cited: no entry of a context can have such an id. */
export const entryOfList = (list: string): string => `reputation/${list}`

export const matchText = ({ seen, list, owner, why }: ReputationMatch): string =>
  `${seen} is on ${list}: ${why} (${owner})`

/** What the lists say of the finding at the time of its version. Where that cannot be read, a match counts: it only adds gravity. */
export function reputationFacts(matches: readonly ReputationMatch[], finding: Finding): readonly ContextFact[] {
  const { addresses, domains } = lookedFor(finding)
  const seen = new Set([...addresses, ...domains])
  return matches
    .filter((match) => seen.has(match.seen) && holdsAt(match, Date.parse(finding.updatedAt)))
    .slice(0, MOST_FACTS)
    .map((match) => ({ fact: 'bad reputation', entry: entryOfList(match.list), text: matchText(match) }))
}

const holdsAt = ({ from, until }: ReputationMatch, at: number): boolean =>
  Number.isNaN(at) || ((from === null || at >= Date.parse(from)) && (until === null || at < Date.parse(until)))
