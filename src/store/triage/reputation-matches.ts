import { sql } from 'kysely'
import type { Finding } from '#domain/finding'
import { type Looked, lookedFor, namesAbove, type ReputationMatch } from '#domain/reputation/matches'
import type { Database, Tx } from '#store/database/database'

/** What the findings name of addresses and names that a list in force calls bad. */
export const matchesOf = (db: Database | Tx, findings: readonly Finding[]): Promise<readonly ReputationMatch[]> => {
  const looked = findings.map(lookedFor)
  return reputationOf(db, {
    addresses: [...new Set(looked.flatMap(({ addresses }) => addresses))],
    domains: [...new Set(looked.flatMap(({ domains }) => domains))],
  })
}

/** Of these addresses and names those that a list in force calls bad; what a name is below of counts as well. */
export async function reputationOf(
  db: Database | Tx,
  { addresses, domains }: Looked,
): Promise<readonly ReputationMatch[]> {
  if (addresses.length === 0 && domains.length === 0) return []
  const names = domains.flatMap((seen) => namesAbove(seen).map((name) => ({ seen, name })))
  const { rows } = await sql<Row>`
    with looked as (
      select address as seen, address::inet as address, null as name from unnest(${addresses}::text[]) as address
      union all
      select seen, null, name from unnest(${names.map(({ seen }) => seen)}::text[], ${names.map(({ name }) => name)}::text[]) as n (seen, name)),
    matched as (
      select seen, list, why, valid_from, valid_until from looked join reputation_indicator on network >>= address
      union all
      select seen, list, why, valid_from, valid_until from looked join reputation_indicator on domain = name)
    select seen, reputation_list.name as list, owner, why, valid_from as "from", valid_until as "until"
      from matched join reputation_list on reputation_list.version = matched.list
     where reputation_list.until > clock_timestamp()
     order by seen, list, why`.execute(db)
  return rows.map(({ from, until, ...row }) => ({
    ...row,
    from: from?.toISOString() ?? null,
    until: until?.toISOString() ?? null,
  }))
}

interface Row extends Omit<ReputationMatch, 'from' | 'until'> {
  readonly from: Date | null
  readonly until: Date | null
}
