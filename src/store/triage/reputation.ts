import { sql } from 'kysely'
import { digestOf } from '#audit/digest'
import { shortHash } from '#domain/ids'
import type { Json } from '#domain/json'
import type { Indicator, ReputationFormat } from '#domain/reputation/indicator'
import { entryOfList } from '#domain/reputation/matches'
import { readReputation } from '#domain/reputation/read-list'
import type { Person } from '#domain/votes'
import { clock } from '#store/database/clock'
import type { Database, Tx } from '#store/database/database'
import { oneByOne } from '#store/database/one-by-one'
import { refusal } from '#store/database/refusal'
import { raiseWakesOfOpen } from '#store/incidents/wake'
import { record } from '#store/log/events'

export interface WantedList {
  readonly name: string
  readonly owner: string
  readonly reason: string
  /** ISO 8601; then it ends. */
  readonly until: string
  readonly format: ReputationFormat
  readonly source: string
  readonly person: Person
}

export interface ImportedList {
  readonly version: number
  readonly digest: string
  readonly indicators: number
  readonly skipped: readonly { readonly what: string; readonly count: number }[]
}

const DAY_MS = 86_400_000
/** As an exception of a context: within a year somebody says again that it is still good. */
const LONGEST_DAYS = 366

/**
 * Brings a version of a list into force in the place of the one with its name. It only ever adds gravity, so it needs nobody’s vote. Throws
 * `unprocessable` with every wrong line.
 */
export async function importReputation(db: Database, wanted: WantedList): Promise<ImportedList> {
  const { indicators, skipped, problems } = readReputation(wanted.format, wanted.source)
  if (problems.length > 0)
    throw refusal(
      'unprocessable',
      `The list cannot be used: ${problems.map(({ place, message }) => `${place}: ${message}`).join('; ')}`,
    )
  return db.transaction().execute(async (tx) => {
    await oneByOne(tx)
    await requireEnd(tx, wanted.until)
    const digest = digestOf('reputation', indicators as unknown as Json)
    const version = await storeList(tx, wanted, { digest, indicators })
    await raiseWakesOfOpen(tx)
    await record(tx, {
      stream: 'system',
      type: 'reputation.imported',
      actor: { kind: 'person', id: wanted.person.id },
      text: `List ${wanted.name} of ${wanted.owner}, ${shortHash(digest)}, with ${indicators.length} addresses and names is in force until ${wanted.until}`,
      refs: { reputation: String(version) },
      body: { digest, owner: wanted.owner, reason: wanted.reason, indicators: indicators.length },
    })
    return { version, digest, indicators: indicators.length, skipped }
  })
}

async function requireEnd(tx: Tx, until: string): Promise<void> {
  const days = (Date.parse(until) - Date.parse(await clock(tx))) / DAY_MS
  if (days <= 0 || days > LONGEST_DAYS)
    throw refusal('unprocessable', `A list ends in the future, and within ${LONGEST_DAYS} days: ${until} is not there`)
}

interface Content {
  readonly digest: string
  readonly indicators: readonly Indicator[]
}

async function storeList(tx: Tx, wanted: WantedList, { digest, indicators }: Content): Promise<number> {
  const { name, owner, reason, until, format, person } = wanted
  const body = JSON.stringify(indicators)
  const { version } = await tx
    .insertInto('reputation_list')
    .values({
      name,
      owner,
      reason,
      until: new Date(until),
      format,
      digest,
      indicators: indicators.length,
      body,
      person: person.id,
    })
    .returning('version')
    .executeTakeFirstOrThrow()
  await sql`
    delete from reputation_indicator using reputation_list
     where reputation_list.version = reputation_indicator.list and reputation_list.name = ${name}`.execute(tx)
  await sql`
    insert into reputation_indicator (list, network, domain, why, valid_from, valid_until)
    select ${version}, case when kind = 'network' then value::inet end, case when kind = 'domain' then value end, why, "from", "until"
      from jsonb_to_recordset(${body}::jsonb) as one (kind text, value text, why text, "from" timestamptz, "until" timestamptz)`.execute(
    tx,
  )
  return version
}

/** The newest version of each list, with how many findings it said something of. */
export async function reputationLists(db: Database) {
  const rows = await db
    .selectFrom('reputation_list')
    .distinctOn('name')
    .select(['name', 'version', 'owner', 'reason', 'format', 'digest', 'indicators', 'person', 'until', 'at'])
    .select(sql<boolean>`until > clock_timestamp()`.as('is_in_force'))
    .select((of) => [
      of
        .selectFrom('context_use')
        .select((use) => use.fn.countAll<number>().as('findings'))
        .where('entry', '=', sql<string>`${entryOfList('')} || reputation_list.name`)
        .as('findings'),
    ])
    .orderBy('name')
    .orderBy('version', 'desc')
    .execute()
  return rows.map(({ until, at, is_in_force, findings, ...row }) => ({
    ...row,
    until: until.toISOString(),
    at: at.toISOString(),
    isInForce: is_in_force,
    findings: Number(findings),
  }))
}
