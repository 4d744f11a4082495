import { type RawBuilder, type Selectable, sql } from 'kysely'
import type { Database } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import type { Finding as FindingTable } from '#store/database/schema.generated'
import type { Page } from '#store/incidents/views'
import { type FindingClass, makerOfVersion } from './accounting.ts'

export interface FindingRow {
  readonly id: string
  readonly source: string | null
  readonly version: string | null
  readonly type: string | null
  readonly title: string | null
  readonly account: string | null
  readonly region: string | null
  readonly severity: number | null
  readonly state: 'accepted' | 'quarantined'
  /** How it is answered as of now; null for what Cordon itself tells, which was not received. */
  readonly answer: FindingClass | null
  readonly incident: string | null
  readonly reason: string | null
  readonly receivedAt: string
}

export interface FindingFilter {
  readonly state?: string
  readonly incident?: string
  readonly account?: string
  readonly answer?: string
  /** A part of what it is called, is about or says. */
  readonly q?: string
  readonly limit: number
  /** `<time> <id>` of the last row of the page before. */
  readonly cursor?: string
}

interface Row extends Omit<FindingRow, 'receivedAt' | 'severity'> {
  readonly key: string
  readonly verdict: string | null
  readonly verdict_by: unknown
  readonly severity_milli: number | null
  readonly received_at: Date
  /** Its time to the microsecond, which a Date does not have. */
  readonly moment: string
}

/** Findings and what could not be read, newest first. Throws `invalid_input` for a cursor that no page gave. */
export async function listFindings(db: Database, filter: FindingFilter): Promise<Page<FindingRow>> {
  const { limit } = filter
  const { rows } = await sql<Row>`
    select page.*, to_char(received_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US') as moment
      from (${newestOf(accepted, filter)} union all ${newestOf(quarantined, filter)}) as page
     order by received_at desc, key desc limit ${limit + 1}`.execute(db)
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(asRow),
    next: rows.length > limit && last !== undefined ? `${last.moment} ${last.key}` : null,
  }
}

const accepted = sql`
  select key collate "C" as key, finding_id as id, finding.source, finding.updated_at || '/' || count as version, type, body ->> 'title' as title,
         finding.account, finding.region, finding.severity_milli, 'accepted' as state, incident, null as reason, received_at,
         verdict, verdict_by
    from finding join incident on incident.id = finding.incident`

const quarantined = sql`
  select id collate "C" as key, id, null as source, null as version, null as type, null as title, null as account, null as region,
         null::bigint as severity_milli, 'quarantined' as state, null as incident, reason, received_at, null as verdict, null::jsonb as verdict_by
    from quarantine where read_at is null`

/** Of one half what the page may need, in the order of its index: so it is read from its end, and no further than that. */
const newestOf = (half: RawBuilder<unknown>, filter: FindingFilter) => sql`
  (select version.*, answered.answer from (${half}) as version, lateral (${answerOfVersion}) as answered
    where ${isWanted(filter)} order by received_at desc, key desc limit ${filter.limit + 1})`

/** The class of the accounting that the first version of a finding is in. */
const answerOfVersion = sql`
  select case when version.state = 'quarantined' then 'quarantined' when version.source = 'cordon' then null
              when version.verdict is distinct from 'benign-expected' then
                case when exists (select from finding other where other.incident = version.incident
                       and (other.received_at, other.key) < (version.received_at, version.key)) then 'folded' else 'incidents' end
              else (select case when maker.entry is null then 'benign' else 'suppressed' end
                      from (select 1) as one left join lateral (${makerOfVersion}) as maker on true) end as answer`

function isWanted({ state, incident, account, answer, q, cursor }: FindingFilter) {
  const is = (column: string, wanted: string | undefined) =>
    sql`(${wanted ?? null}::text is null or ${sql.ref(column)} = ${wanted ?? null})`
  const says = (column: string) => sql`position(lower(${q ?? null}) in lower(coalesce(${sql.ref(column)}, ''))) > 0`
  const said = sql.join(['id', 'type', 'title', 'version.account', 'reason'].map(says), sql` or `)
  return sql`${is('state', state)} and ${is('version.incident', incident)} and ${is('version.account', account)}
    and ${is('answer', answer)} and (${q ?? null}::text is null or ${said})
    and ${cursor === undefined ? sql`true` : isAfter(cursor)}`
}

const CURSOR = /^(?<at>\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}) (?<key>.+)$/s

/** Whether the row stands after the last one of the page before. */
function isAfter(cursor: string) {
  const { at, key } = CURSOR.exec(cursor)?.groups ?? {}
  if (at === undefined || key === undefined || Number.isNaN(Date.parse(`${at}Z`)))
    throw refusal('invalid_input', 'The cursor is none that a page gave')
  return sql`(received_at, key) < (${`${at}Z`}::timestamptz, ${key})`
}

const asRow = ({ severity_milli, received_at, id, source, version, type, title, ...row }: Row): FindingRow => ({
  id,
  source,
  version,
  type,
  title,
  account: row.account,
  region: row.region,
  state: row.state,
  answer: row.answer,
  incident: row.incident,
  reason: row.reason,
  severity: severity_milli === null ? null : Number(severity_milli) / 1000,
  receivedAt: received_at.toISOString(),
})

/** More than a person looks through; `listFindings` has all of them, page by page. */
const MOST_SHOWN = 500

/** The findings of the incident, as Cordon reads their latest versions: the gravest of them, in the order in which they came, and how many more there are. */
export async function findingsOf(db: Database, incident: string) {
  const rows = await db
    .selectFrom('finding')
    .selectAll()
    .select((of) => of.fn.countAll<number>().over().as('all'))
    .where('incident', '=', incident)
    .orderBy('severity_milli', 'desc')
    .orderBy('received_at')
    .orderBy('key')
    .limit(MOST_SHOWN)
    .execute()
  const beyond = Number(rows[0]?.all ?? 0) - rows.length
  const came = rows.toSorted((one, other) => one.received_at.getTime() - other.received_at.getTime())
  return { findings: came.map(shown), beyond }
}

const shown = (row: Selectable<FindingTable>) => ({
  id: row.finding_id,
  key: row.key,
  source: row.source,
  version: `${row.updated_at}/${row.count}`,
  type: row.type,
  account: row.account,
  region: row.region,
  severity: row.severity_milli / 1000,
  state: 'accepted' as const,
  incident: row.incident,
  reason: null,
  receivedAt: row.received_at.toISOString(),
  finding: row.body,
})

/** One finding with all its versions, or what was quarantined. Throws `not_found`. */
export async function findingDetail(db: Database, id: string) {
  const row = await db
    .selectFrom('finding')
    .selectAll()
    .where((where) => where.or([where('finding_id', '=', id), where('key', '=', id)]))
    .executeTakeFirst()
  if (row === undefined) return quarantinedDetail(db, id)
  const versions = await db
    .selectFrom('finding_version')
    .selectAll()
    .where('finding', '=', row.key)
    .orderBy('received_at')
    .execute()
  return {
    ...shown(row),
    versions: versions.map((version) => ({
      updatedAt: version.updated_at,
      count: version.count,
      digest: version.digest,
      channel: version.channel,
      receivedAt: version.received_at.toISOString(),
      finding: version.body,
      raw: version.raw,
    })),
  }
}

async function quarantinedDetail(db: Database, id: string) {
  const row = await db.selectFrom('quarantine').selectAll().where('id', '=', id).executeTakeFirst()
  if (row === undefined) throw refusal('not_found', `There is no finding ${id}`)
  const { reason, channel, raw, received_at } = row
  return {
    id,
    state: 'quarantined' as const,
    incident: null,
    reason,
    channel,
    raw,
    receivedAt: received_at.toISOString(),
    versions: [],
  }
}
