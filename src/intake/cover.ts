import { setTimeout as pause } from 'node:timers/promises'
import type { Pace } from '#activities/evidence/pace'
import type { DayCount } from '#domain/coverage'
import type { Origin } from '#domain/reread'
import { accountIds } from '#store/accounts/accounts'
import { clock } from '#store/database/clock'
import { asOnly } from '#store/database/only-sweeper'
import { archivedIn } from '#store/findings/archived-findings'
import {
  type CoverageSeen,
  isCoverageDue,
  keepCoverage,
  knownIds,
  receivedBetween,
  type SeenGap,
} from '#store/sources/coverage'
import { allPlaces, type PollPlace, pollPlaces } from '#store/sources/poll-places'
import { type DetectorLook, openDetector, type Span } from './aws/guardduty-coverage.ts'
import type { PollDeps } from './poll.ts'

const EVERY = { usualMs: 60 * 60_000, whileMissingMs: 5 * 60_000 }
/** An account that is registered meanwhile is looked at within that time. */
const LOOK_EVERY_MS = 60_000
const DAY_MS = 24 * 60 * 60_000
/** With today. What is older was compared when it was young. */
const COMPARED_DAYS = 3

/** What changed so lately may be on its way. */
const ON_ITS_WAY_MS = 15 * 60_000

export interface CoverDeps extends Omit<PollDeps, 'producers'> {
  /** For tests: whoever counts in production has minutes. */
  readonly onItsWayMs?: number
}

export interface CoverLoop extends Omit<CoverDeps, 'pace'> {
  /** Of every call to a producer in a Region, whoever makes it. */
  readonly due: Pace
  /** A look around ended, or goes on. */
  readonly looked: () => void
}

/** Compares again and again, until the signal is aborted. Of several intakes one does it at a time. */
export async function coverUntil(loop: CoverLoop, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await asOnly(loop.db, 'coverage', (confirm) => {
        const pace = async (place: string): Promise<void> => {
          await loop.due(place, signal)
          await confirm()
          loop.looked()
        }
        return coverAll({ ...loop, pace }, signal)
      })
    } catch (error) {
      if (!signal.aborted)
        loop.log.warn({ err: error }, 'The comparison with the producers was interrupted; it goes on')
    }
    loop.looked()
    await pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined)
  }
}

/**
 * Compares what GuardDuty says it made with what came, and looks for what keeps findings from being made or sent: in every registered account
 * and Region once an hour at most. A place that fails is a gap itself and does not keep the others from being looked at.
 */
export async function coverAll(deps: CoverDeps, signal: AbortSignal): Promise<void> {
  const holders = new Set((await pollPlaces(deps.db)).map(placeKey))
  for (const place of await allPlaces(deps.db)) {
    if (signal.aborted) return
    if (await isCoverageDue(deps.db, place, EVERY))
      await cover(deps, place, holders.has(placeKey(place)) ? 'holder' : 'member')
  }
}

const placeKey = ({ account, region }: PollPlace): string => `${account}/${region}`

/** What is gathered is counted where it is gathered. */
export async function cover(deps: CoverDeps, place: PollPlace, part: 'holder' | 'member'): Promise<void> {
  const { account, region } = place
  await keepCoverage(deps.db, { account, region }, await seenAt(deps, place, part))
}

const nothing: CoverageSeen = { days: [], gaps: [], missing: [], unarchived: [] }

async function seenAt(deps: CoverDeps, place: PollPlace, part: 'holder' | 'member'): Promise<CoverageSeen> {
  const { account, region } = place
  try {
    const client = await deps.aws.guardDutyIn(place)
    const detector = await openDetector(client, { pace: () => deps.pace(`guardduty/${region}`) })
    if (detector === null) return { ...nothing, gaps: [{ account, kind: 'no-detector' }] }
    const gaps: readonly SeenGap[] = detector.isEnabled ? [] : [{ account, kind: 'suspended' }]
    if (part === 'member') return { ...nothing, gaps }
    const counted = await compare(deps, place, detector)
    const filters = (await detector.strayFilters(Date.parse(await clock(deps.db)))).map(({ kind, name }) => ({
      account,
      kind,
      detail: name,
    }))
    const unarchived = await detector.unarchivedOf(await archivedIn(deps.db, place))
    return { ...counted, unarchived, gaps: [...gaps, ...filters, ...counted.gaps] }
  } catch (error) {
    deps.log.warn({ err: error, place: placeKey(place) }, 'What was made could not be compared with what came')
    const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    return { ...nothing, gaps: [{ account, kind: 'unread', detail }] }
  }
}

type Compared = Omit<CoverageSeen, 'unarchived'>

async function compare(deps: CoverDeps, { region }: PollPlace, detector: DetectorLook): Promise<Compared> {
  const { db } = deps
  const registered = new Set(await accountIds(db))
  const now = Date.parse(await clock(db))
  const today = Math.floor(now / DAY_MS) * DAY_MS
  const settled = now - (deps.onItsWayMs ?? ON_ITS_WAY_MS)
  const days: DayCount[] = []
  const missing: Origin[] = []
  const strangers = new Set<string>()
  for (let ago = 0; ago < COMPARED_DAYS; ago++) {
    const span = { from: today - ago * DAY_MS, to: Math.min(today - (ago - 1) * DAY_MS, settled) }
    if (span.to <= span.from) continue
    const received = await receivedBetween(db, region, { from: iso(span.from), to: iso(span.to) })
    for (const [account, emitted] of await detector.countsBetween(span)) {
      if (!registered.has(account)) {
        strangers.add(account)
        continue
      }
      const absent =
        emitted === received.get(account) ? none : await absentOf(deps, { detector, account, region, span })
      missing.push(...absent.missing.map((id) => ({ account, region, id })))
      days.push({
        account,
        day: iso(span.from).slice(0, 'YYYY-MM-DD'.length),
        emitted,
        hidden: absent.hidden.length,
        missing: absent.missing.length,
      })
    }
  }
  return { days, missing, gaps: [...strangers].map((account) => ({ account, kind: 'unregistered' })) }
}

const iso = (time: number): string => new Date(time).toISOString()

interface Absent {
  readonly missing: readonly string[]
  readonly hidden: readonly string[]
}

const none: Absent = { missing: [], hidden: [] }

interface OneDay {
  readonly detector: DetectorLook
  readonly account: string
  readonly region: string
  readonly span: Span
}

/** By their ids: another version of a finding may have changed on another day. */
async function absentOf({ db }: CoverDeps, { detector, account, region, span }: OneDay): Promise<Absent> {
  const unknown = async (archived: 'true' | 'false'): Promise<readonly string[]> => {
    const ids = await detector.idsBetween(span, { account, archived })
    const known = await knownIds(db, region, ids)
    return ids.filter((id) => !known.has(id))
  }
  return { missing: await unknown('false'), hidden: await unknown('true') }
}
