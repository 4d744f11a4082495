import type { ContextEntry } from './context.ts'
import type { Tags } from './tags.ts'

/** An account as AWS Organizations describes it. */
export interface OrganizationAccount {
  readonly id: string
  readonly name: string
  /** Its organizational units by name, the outermost first. */
  readonly units: readonly string[]
  readonly tags: Tags
}

/** The account that administers a detector for the organisation. Source: Organizations, ListDelegatedAdministrators. */
export interface DelegatedAdministrator {
  readonly service: string
  readonly account: string
}

const PRODUCTION = /^(prod|production|live)$/i
const GRAVE = ['high', 'critical'] as const

/**
 * An entry for each account that no asset of the context names yet. A tag or the name of a unit counts only where it makes Cordon look closer: production, and
 * a high criticality. What would make something quieter is for people to write.
 */
export function entriesOfAccounts(
  accounts: readonly OrganizationAccount[],
  present: readonly ContextEntry[],
): readonly ContextEntry[] {
  const named = new Set(present.flatMap(({ kind, accounts: ids = [] }) => (kind === 'asset' ? ids : [])))
  const ids = new Set(present.map(({ id }) => id))
  return accounts
    .filter(({ id }) => !named.has(id) && !ids.has(`account-${id}`))
    .toSorted((one, other) => (one.id < other.id ? -1 : 1))
    .map(entryOf)
}

function entryOf({ id, name, units, tags }: OrganizationAccount): ContextEntry {
  const said = (...keys: readonly string[]) => valueOf(tags, keys)
  const isProduction = [said('environment', 'env', 'stage') ?? '', ...units].some((word) => PRODUCTION.test(word))
  const criticality = GRAVE.find((level) => level === said('criticality')?.toLowerCase())
  const repository = said('repository', 'repo')
  return {
    id: `account-${id}`,
    kind: 'asset',
    owner: said('owner', 'team') ?? 'nobody is named: find the owner',
    reason: `account ${name} in ${units.join(' / ') || 'no organizational unit'}, by AWS Organizations`,
    accounts: [id],
    ...(isProduction ? { environment: 'production' } : {}),
    ...(criticality === undefined ? {} : { criticality }),
    ...(repository === undefined ? {} : { repositories: [repository] }),
  }
}

/** The first of the keys that is a tag, however its letters are written. */
function valueOf(tags: Tags, keys: readonly string[]): string | undefined {
  const byKey = new Map(Object.entries(tags).map(([key, value]) => [key.toLowerCase(), value.trim()]))
  return keys.map((key) => byKey.get(key)).find((value) => value !== undefined && value !== '')
}
