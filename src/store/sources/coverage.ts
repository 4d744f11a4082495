import { sql } from 'kysely'
import { type DayCount, type GapKind, gapKinds, type SeenGapKind } from '#domain/coverage'
import type { Origin } from '#domain/reread'
import type { Database, Tx } from '#store/database/database'
import { noteUnarchived } from '#store/findings/archived-findings'
import { askAgain } from '#store/findings/rereads'

const now = sql<Date>`clock_timestamp()`

interface Place {
  readonly account: string
  readonly region: string
}

/** Whether nobody looked at the place for so long; sooner again while something of the Region is missing. */
export async function isCoverageDue(
  db: Database,
  { account, region }: Place,
  { usualMs, whileMissingMs }: { readonly usualMs: number; readonly whileMissingMs: number },
): Promise<boolean> {
  const { rows } = await sql`
    select from coverage_look look where account = ${account} and region = ${region}
       and looked_at > clock_timestamp() - interval '1 millisecond' *
           case when exists (select from coverage where coverage.region = look.region and missing > 0)
                then ${whileMissingMs}::float8 else ${usualMs}::float8 end`.execute(db)
  return rows.length === 0
}

export interface SeenGap {
  readonly account: string
  readonly kind: SeenGapKind
  readonly detail?: string
}

/** What a look at a place found, in place of what the last one did. */
export interface CoverageSeen {
  readonly days: readonly DayCount[]
  readonly gaps: readonly SeenGap[]
  /** What did not come: it is read now. */
  readonly missing: readonly Origin[]
  /** What Cordon archived and somebody took out again. */
  readonly unarchived: readonly string[]
}

/** Keeps what a look found, and has what did not come read from its producer, in one transaction. */
export const keepCoverage = (db: Database, place: Place, seen: CoverageSeen): Promise<void> =>
  db.transaction().execute(async (tx) => {
    const { days, gaps, missing, unarchived } = seen
    await keepGaps(tx, place, gaps)
    await noteUnarchived(tx, place, unarchived)
    for (const { account, day, emitted, hidden, missing: gone } of days)
      await tx
        .insertInto('coverage')
        .values({ account, region: place.region, day, emitted, hidden, missing: gone })
        .onConflict((conflict) =>
          conflict
            .columns(['account', 'region', 'day'])
            .doUpdateSet({ emitted, hidden, missing: gone, looked_at: now }),
        )
        .execute()
    await askAgain(
      tx,
      missing.map((origin) => ({ origin, reason: 'missing' })),
    )
    await tx
      .insertInto('coverage_look')
      .values({ ...place })
      .onConflict((conflict) => conflict.columns(['account', 'region']).doUpdateSet({ looked_at: now }))
      .execute()
  })

/** What is still so keeps its time. */
async function keepGaps(tx: Tx, { account, region }: Place, gaps: readonly SeenGap[]): Promise<void> {
  const keys = gaps.map((gap) => [gap.account, gap.kind, gap.detail ?? ''].join(' '))
  await tx
    .deleteFrom('coverage_gap')
    .where('region', '=', region)
    .where('holder', '=', account)
    .where(sql<boolean>`account || ' ' || kind || ' ' || detail <> all (${keys}::text[])`)
    .execute()
  if (gaps.length === 0) return
  await tx
    .insertInto('coverage_gap')
    .values(
      gaps.map((gap) => ({ holder: account, account: gap.account, region, kind: gap.kind, detail: gap.detail ?? '' })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** The ids that are known, of these. */
export async function knownIds(db: Database, region: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('finding')
    .select('finding_id')
    .where('region', '=', region)
    .where('source', '=', 'guardduty')
    .where(sql<boolean>`finding_id = any (${[...ids]}::text[])`)
    .execute()
  return new Set(rows.map(({ finding_id }) => finding_id))
}

/** How many findings of GuardDuty are here by account, with their last change in that time. */
export async function receivedBetween(
  db: Database,
  region: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('finding')
    .select(['account', (of) => of.fn.countAll<number>().as('count')])
    .where('region', '=', region)
    .where('source', '=', 'guardduty')
    .where('updated_at', '>=', from)
    .where('updated_at', '<', to)
    .groupBy('account')
    .execute()
  return new Map(rows.map(({ account, count }) => [account, Number(count)]))
}

export interface CoverageDay {
  readonly account: string
  readonly region: string
  readonly day: string
  readonly emitted: number
  readonly received: number
  readonly hidden: number
  readonly missing: number
  readonly lookedAt: string
}

export interface CoverageGap {
  readonly account: string
  readonly region: string
  readonly kind: GapKind
  readonly text: string
  readonly since: string
}

export interface Coverage {
  readonly days: readonly CoverageDay[]
  readonly gaps: readonly CoverageGap[]
  /** What is being read again from its producer and has not come yet; the oldest since then. */
  readonly rereads: { readonly waiting: number; readonly oldest: string | null }
}

/** What of the findings that GuardDuty made in the last days came, and where it cannot be said or nothing is made. */
export async function readCoverage(db: Database): Promise<Coverage> {
  const rows = await db
    .selectFrom('coverage')
    .selectAll()
    .select(sql<string>`to_char(day, 'YYYY-MM-DD')`.as('date'))
    .where(sql<boolean>`day > current_date - ${SHOWN_DAYS}::int`)
    .orderBy('account')
    .orderBy('region')
    .orderBy('day', 'desc')
    .execute()
  const days = rows.map((row) => ({
    account: row.account,
    region: row.region,
    day: row.date,
    emitted: row.emitted,
    received: row.emitted - row.hidden - row.missing,
    hidden: row.hidden,
    missing: row.missing,
    lookedAt: row.looked_at.toISOString(),
  }))
  return {
    days,
    gaps: [...(await seenGaps(db)), ...(await unreadGaps(db)), ...days.flatMap(countedGaps)],
    rereads: await waitingRereads(db),
  }
}

const SHOWN_DAYS = 30

async function seenGaps(db: Database): Promise<readonly CoverageGap[]> {
  const rows = await db
    .selectFrom('coverage_gap')
    .selectAll()
    .orderBy('account')
    .orderBy('region')
    .orderBy('kind')
    .orderBy('detail')
    .execute()
  return rows.map(({ account, region, kind, detail, since }) => {
    const text = gapKinds[kind as SeenGapKind]
    return {
      account,
      region,
      kind: kind as SeenGapKind,
      text: detail === '' ? text : `${text}: ${detail}`,
      since: since.toISOString(),
    }
  })
}

/** Findings that were to be read again, in accounts that nobody registered. */
async function unreadGaps(db: Database): Promise<readonly CoverageGap[]> {
  const rows = await db
    .selectFrom('reread')
    .select([
      'account',
      'region',
      (of) => of.fn.countAll<number>().as('count'),
      (of) => of.fn.min('done_at').as('since'),
    ])
    .where('outcome', '=', 'unregistered')
    .groupBy(['account', 'region'])
    .orderBy('account')
    .orderBy('region')
    .execute()
  return rows.map(({ account, region, count, since }) => ({
    account,
    region,
    kind: 'unregistered',
    text: `The account is not registered for the Region: ${count} findings of it came incomplete and are not read again before it is`,
    since: new Date(since ?? 0).toISOString(),
  }))
}

const countedGaps = ({ account, region, day, missing, hidden, lookedAt: since }: CoverageDay): readonly CoverageGap[] =>
  (['missing', 'hidden'] as const).flatMap((kind) => {
    const count = { missing, hidden }[kind]
    return count === 0 ? [] : [{ account, region, kind, text: `${gapKinds[kind]}: ${count} of ${day}`, since }]
  })

/** How many gaps there are of each kind. */
export async function gapCounts(db: Database): Promise<readonly { readonly label: GapKind; readonly count: number }[]> {
  const { gaps } = await readCoverage(db)
  const kinds = Object.keys(gapKinds) as readonly GapKind[]
  return kinds.map((label) => ({ label, count: gaps.filter(({ kind }) => kind === label).length }))
}

async function waitingRereads(db: Database): Promise<Coverage['rereads']> {
  const row = await db
    .selectFrom('reread')
    .select([(of) => of.fn.countAll<number>().as('waiting'), (of) => of.fn.min('since').as('oldest')])
    .where('done_at', 'is', null)
    .executeTakeFirstOrThrow()
  return { waiting: Number(row.waiting), oldest: row.oldest === null ? null : new Date(row.oldest).toISOString() }
}
