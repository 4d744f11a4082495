import { correlationKey, type Finding } from '#domain/finding'
import type { Reread } from '#domain/reread'
import { MOST_URGENT, urgencyOf } from '#domain/urgency'
import type { Database } from '#store/database/database'
import { isRefusal, refusal } from '#store/database/refusal'
import { sqlState } from '#store/database/retrying'
import { type Received, type ReceivedFinding, receiveTogether } from '#store/findings/findings'
import type { Absorbing } from '#store/findings/known-findings'
import { quarantine } from '#store/findings/quarantine'
import { type ReadFinding, readFindings } from './read-finding.ts'
import { type Asker, createTogether, lanes, type Together } from './together.ts'

export interface TakenIn {
  readonly accepted: number
  readonly duplicates: number
  readonly quarantined: readonly {
    readonly index: number
    readonly reason: string
    /** Present when its producer is asked for it. */
    readonly again?: Reread
  }[]
  readonly incidents: readonly { readonly finding: string; readonly incident: string }[]
  /** Whom to signal, now that everything is committed. */
  readonly woken: readonly Received[]
}

const AT_ONCE = 50
/** More would keep one sender waiting for minutes, and 16 MiB hold millions of things that are no findings. */
const MOST = 20_000
/** Of one finding that its producer gave: as much as a whole call may have. */
const ANSWERED_BYTES = 16 * 1024 * 1024

type Accepted = Extract<ReadFinding, { kind: 'accepted' }>
type Quarantined = Extract<ReadFinding, { kind: 'quarantined' }>
type Outcome =
  | { readonly kind: 'received'; readonly index: number; readonly received: Received }
  | { readonly kind: 'quarantined'; readonly bad: Quarantined }

type Arrived = Accepted & ReceivedFinding

/** Where findings of all callers are taken in, several callers’ in one transaction while many call at once. */
export type Intake = Together<Arrived, Outcome>

/** While one waits for its commit, another one is filled. */
const TURNS_AT_ONCE = 2

export const createIntake = (db: Database, absorbing: Absorbing = 'here'): Intake =>
  createTogether({
    work: (some) => receiveSome({ db, absorbing }, some),
    most: AT_ONCE,
    atOnce: TURNS_AT_ONCE,
  })

/** What came, and what its channel’s word is worth. */
export interface Arrival {
  readonly db: Database
  readonly intake: Intake
  readonly sent: unknown
  readonly channel: string
  /** While many send, one after the other has its turn. */
  readonly sender: string
  /** `producer`: it was asked and answered. Default: `messenger`, which may bring less than the whole. */
  readonly from?: 'producer' | 'messenger'
  /** Why the channel may not say this of the finding; null when it may. Default: whoever sends it may send everything. */
  readonly doubt?: (finding: Finding) => string | null
}

/** Takes in whatever was sent; when it returns, everything that it counts is committed. Throws `too_large` before it takes in any. */
export async function takeIn(arrival: Arrival): Promise<TakenIn> {
  const { db, intake, sent, channel, sender, doubt = () => null } = arrival
  const isFromProducer = arrival.from === 'producer'
  const limits = { most: MOST + 1, ...(isFromProducer ? { mostBytes: ANSWERED_BYTES } : {}) }
  const read = readFindings(sent, limits)
    .map((one) => doubted(one, doubt))
    .map((one) => (isFromProducer ? whole(one) : one))
  if (read.length > MOST)
    throw refusal(
      'too_large',
      `More than ${MOST} findings in one call, and none was taken in: send them in several calls`,
    )
  const good = read.filter((one) => one.kind === 'accepted')
  const outcomes: Outcome[] = read
    .filter((one) => one.kind === 'quarantined')
    .map((bad) => ({ kind: 'quarantined', bad }))
  for (const { lane, items } of turnsOf(good))
    outcomes.push(
      ...(await intake.ask(
        items.map((one) => ({ ...one, channel, ...(isFromProducer ? { isFromProducer } : {}) })),
        { source: sender, lane },
      )),
    )

  const received = outcomes
    .flatMap((one) => (one.kind === 'received' ? [one] : []))
    .toSorted((one, other) => one.index - other.index)
    .map((one) => one.received)
  const bad = outcomes
    .flatMap((one) => (one.kind === 'quarantined' ? [one.bad] : []))
    .toSorted((one, other) => one.index - other.index)
  await quarantine(
    db,
    bad.map((one) => ({ reason: one.reason, raw: one.raw, channel, ...rereadOf(one) })),
  )
  return {
    accepted: received.filter(({ outcome }) => outcome === 'accepted').length,
    duplicates: received.filter(({ outcome }) => outcome === 'duplicate').length,
    quarantined: bad.map((one) => ({ index: one.index, reason: one.reason, ...rereadOf(one) })),
    incidents: received.map(({ finding, incident }) => ({ finding, incident })),
    woken: received,
  }
}

const rereadOf = ({ again }: Quarantined): Pick<Quarantined, 'again'> => (again === undefined ? {} : { again })

/** Nobody is asked again for what the one who was asked answered. */
function whole(one: ReadFinding): ReadFinding {
  if (one.kind === 'accepted') return { kind: one.kind, index: one.index, finding: one.finding, raw: one.raw }
  return { kind: one.kind, index: one.index, reason: one.reason, raw: one.raw }
}

type Turn = Pick<Asker, 'lane'> & { readonly items: readonly Accepted[] }

/** Critical ones first and in the lane that is kept for them; each lane’s by what they are about, since that costs one look at its incident. */
function turnsOf(good: readonly Accepted[]): readonly Turn[] {
  const placed = good
    .map((one) => ({ one, entity: correlationKey(one.finding) }))
    .toSorted((a, b) => (a.entity < b.entity ? -1 : a.entity > b.entity ? 1 : 0))
    .map(({ one }) => one)
  const isFirst = ({ finding }: Accepted): boolean => urgencyOf(finding.severityMilli) === MOST_URGENT
  return lanes.flatMap((lane) => {
    const some = placed.filter((one) => isFirst(one) === (lane === 'reserved'))
    const turns = Math.ceil(some.length / AT_ONCE)
    return Array.from({ length: turns }, (_, at) => ({ lane, items: some.slice(at * AT_ONCE, (at + 1) * AT_ONCE) }))
  })
}

function doubted(one: ReadFinding, doubt: (finding: Finding) => string | null): ReadFinding {
  const reason = one.kind === 'accepted' ? doubt(one.finding) : null
  return reason === null ? one : { kind: 'quarantined', index: one.index, reason, raw: one.raw }
}

interface Room {
  readonly db: Database
  readonly absorbing: Absorbing
}

async function receiveSome(room: Room, some: readonly Arrived[]): Promise<readonly Outcome[]> {
  try {
    const all = await receiveTogether(room.db, some, room.absorbing)
    return all.map((received, place) => ({ kind: 'received', received, index: some[place]?.index ?? 0 }))
  } catch (error) {
    // Not a fault of one of them: none would get further alone.
    if (isRefusal(error) || !isDataError(error)) throw error
    const alone: Outcome[] = []
    for (const one of some) alone.push(await receiveAlone(room, one))
    return alone
  }
}

async function receiveAlone({ db, absorbing }: Room, one: Arrived): Promise<Outcome> {
  const { raw, index } = one
  try {
    const [received] = await receiveTogether(db, [one], absorbing)
    if (received === undefined) throw new TypeError('One was sent and none was received')
    return { kind: 'received', index, received }
  } catch (error) {
    if (!isDataError(error)) throw error
    return { kind: 'quarantined', bad: { kind: 'quarantined', index, reason: 'the database cannot hold it', raw } }
  }
}

// Class 22 is data that does not fit, 23 a broken rule, 54 a limit. Source: PostgreSQL, appendix A.
const isDataError = (error: unknown): boolean => /^(22|23|54)/.test(sqlState(error))
