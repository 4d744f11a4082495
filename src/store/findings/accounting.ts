import { sql } from 'kysely'
import { clock } from '#store/database/clock'
import type { Database } from '#store/database/database'

/** Of what was received in a time; both ISO 8601, the end not included. */
export interface AccountingQuery {
  readonly since: string
  readonly until?: string
}

/** The classes; everything that was received is in one, and in no other. */
export const findingClasses = ['incidents', 'folded', 'benign', 'suppressed', 'quarantined'] as const
export type FindingClass = (typeof findingClasses)[number]

export type Tally = Readonly<Record<FindingClass | 'received' | 'unaccounted', number>>

/** How what one account, Region and day brought was answered. */
export interface AccountingRow extends Tally {
  /** In UTC, as `2026-11-27`. */
  readonly day: string
  /** Null for what could not be read: it names none. */
  readonly account: string | null
  readonly region: string | null
  readonly benignBy: readonly { readonly rule: string; readonly count: number }[]
  readonly suppressedBy: readonly { readonly entry: string; readonly owner: string | null; readonly count: number }[]
}

interface Line {
  readonly day: string
  readonly account: string
  readonly region: string
  readonly class: FindingClass | 'received'
  readonly by: string | null
  readonly owner: string | null
  readonly count: number
}

/**
 * Of each account, Region and day: what was received, and how it is answered as of now. `unaccounted` is 0, or something is wrong: what was
 * received is counted where it is kept, and the classes over the incidents that it is in.
 */
export async function accounting(db: Database, query: AccountingQuery): Promise<readonly AccountingRow[]> {
  const places = new Map<string, Line[]>()
  for (const line of await linesOf(db, query)) {
    const place = `${line.day} ${line.account} ${line.region}`
    places.set(place, [...(places.get(place) ?? []), line])
  }
  return [...places.values()].flatMap((lines) => lines.slice(0, 1).map((first) => rowOf(first, lines)))
}

/** The same over all accounts, Regions and days. */
export const totalOf = (rows: readonly Tally[]): Tally => tally((name) => sum(rows.map((row) => row[name])))

const DAY_MS = 86_400_000

/** Of the last 24 hours by the database’s clock. */
export async function tallyOfLastDay(db: Database): Promise<Tally> {
  const now = Date.parse(await clock(db))
  return totalOf(await accounting(db, { since: new Date(now - DAY_MS).toISOString() }))
}

function rowOf({ day, account, region }: Line, lines: readonly Line[]): AccountingRow {
  const of = (name: Line['class']) => lines.filter((line) => line.class === name)
  return {
    day,
    account: account === '' ? null : account,
    region: region === '' ? null : region,
    ...tally((name) => sum(of(name).map(({ count }) => count))),
    benignBy: of('benign').map(({ by, count }) => ({ rule: by ?? 'none', count })),
    suppressedBy: of('suppressed').map(({ by, owner, count }) => ({ entry: by ?? 'none', owner, count })),
  }
}

function tally(countOf: (name: FindingClass | 'received') => number): Tally {
  const [received, incidents, folded] = [countOf('received'), countOf('incidents'), countOf('folded')]
  const [benign, suppressed, quarantined] = [countOf('benign'), countOf('suppressed'), countOf('quarantined')]
  const unaccounted = received - incidents - folded - benign - suppressed - quarantined
  return { received, incidents, folded, benign, suppressed, quarantined, unaccounted }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)

const dayOf = (at: string) => sql`to_char(${sql.ref(at)} at time zone 'utc', 'YYYY-MM-DD')`

/**
 * The one query. On one side every version and everything that waits in quarantine, by what they say themselves; on the other side the same by
 * the incidents that they are in. What Cordon itself tells was not received.
 */
async function linesOf(db: Database, { since, until }: AccountingQuery): Promise<readonly Line[]> {
  const isAsked = (at: string) =>
    sql`${sql.ref(at)} >= ${since}::timestamptz and ${sql.ref(at)} < ${until ?? 'infinity'}::timestamptz`
  const { rows } = await sql<Line>`
    with received as (
      select received_at as at, account, region
        from finding_version where ${isAsked('received_at')} and source <> 'cordon'
      union all
      select received_at, '', '' from quarantine where ${isAsked('received_at')} and read_at is null),
    touched as (
      select distinct finding.incident
        from finding join finding_version version on version.finding = finding.key where ${isAsked('version.received_at')}),
    version as (
      select version.received_at as at, finding.key, finding.account, finding.region, incident.verdict, incident.verdict_by,
             row_number() over (partition by incident.id order by version.received_at, version.finding, version.digest) as place
        from incident join finding on finding.incident = incident.id join finding_version version on version.finding = finding.key
       where incident.id in (select incident from touched) and finding.source <> 'cordon'),
    answered as (
      select at, account, region,
             case when verdict is distinct from 'benign-expected' then case when place = 1 then 'incidents' else 'folded' end
                  when maker.entry is null then 'benign' else 'suppressed' end as class,
             coalesce(maker.entry, maker.rule) as by, maker.owner
        from version left join lateral (${makerOfVersion}) as maker on verdict = 'benign-expected'
       where ${isAsked('at')}
      union all
      select received_at, '', '', 'quarantined', null, null from quarantine where ${isAsked('received_at')} and read_at is null)
    select ${dayOf('at')} as day, account, region, class, by, owner, count(*)::int as count
      from (select at, account, region, 'received' as class, null as by, null as owner from received
            union all select at, account, region, class, by, owner from answered) as line
     group by 1, 2, 3, 4, 5, 6 order by 1 desc, 2, 3, 4, 5, 6`.execute(db)
  return rows
}

/** Of several that made the verdict of `version`: an entry that fits this very finding, else a rule alone, else the first. */
export const makerOfVersion = sql`
  select maker ->> 'rule' as rule, maker ->> 'entry' as entry, maker ->> 'owner' as owner
    from jsonb_array_elements(version.verdict_by) with ordinality as made (maker, place)
    left join context_use used on used.entry = maker ->> 'entry' and used.finding = version.key
   order by case when used.entry is not null then 0 when maker ->> 'entry' is null then 1 else 2 end, made.place
   limit 1`
