import { setTimeout as pause } from 'node:timers/promises'
import { findingKey } from '#domain/finding'
import { MOST_ABSENCES, UNREGISTERED_MS } from '#domain/reread'
import { pulledSource } from '#domain/source'
import { clock } from '#store/database/clock'
import { type DueReread, endReread, putOffReread, takeUpRereads } from '#store/findings/rereads'
import { type PollPlace, placeOf } from '#store/sources/poll-places'
import { administratorsOf } from '#store/sources/sources'
import { PAGE, readGuardDutyFindings } from './aws/guardduty.ts'
import { accountAt, textAt, timeAt } from './member.ts'
import type { PollDeps } from './poll.ts'
import { takeInMail, tellUnreadable } from './take-in-letter.ts'

/** Whoever waits for an attack sequence, or for what was too large, waits so long at most before it is asked for. */
const LOOK_EVERY_MS = 1_000

export type RereadDeps = Omit<PollDeps, 'producers'>

export interface RereadLoop extends RereadDeps {
  /** A look at what is due ended. */
  readonly looked: () => void
}

/** Reads again what is due, until the signal is aborted. Several intakes share it: each takes up what no other one has. */
export async function rereadUntil(loop: RereadLoop, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      while (!signal.aborted && (await rereadDue(loop)) > 0) loop.looked()
    } catch (error) {
      if (!signal.aborted)
        loop.log.warn({ err: error }, 'What is to be read again could not be looked at; it is tried again')
    }
    loop.looked()
    await pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined)
  }
}

/** Reads what is due again, as many as one call gives; answers how many. What cannot be read stays and is told. */
export async function rereadDue(deps: RereadDeps): Promise<number> {
  const due = await takeUpRereads(deps.db, PAGE)
  const places = new Map<string, DueReread[]>()
  for (const one of due) {
    const place = `${one.origin.account}/${one.origin.region}`
    places.set(place, [...(places.get(place) ?? []), one])
  }
  for (const some of places.values()) await rereadIn(deps, some)
  return due.length
}

async function rereadIn(deps: RereadDeps, some: readonly DueReread[]): Promise<void> {
  const [first] = some
  if (first === undefined) return
  try {
    const place = await placeOf(deps.db, first.origin)
    if (place === undefined) {
      for (const one of some) await waitForAccount(deps, one)
      return
    }
    const client = await deps.aws.guardDutyIn(place)
    const ids = some.map(({ origin }) => origin.id)
    const pace = () => deps.pace(`guardduty/${place.region}`)
    const found = new Map((await readGuardDutyFindings(client, { pace }, ids)).map((one) => [keyIn(one), one]))
    for (const one of some) await settle(deps, one, { place, found: found.get(keyOf(one)) })
  } catch (error) {
    deps.log.warn(
      { err: error, place: `${first.origin.account}/${first.origin.region}` },
      'Nothing could be read again',
    )
    for (const one of some)
      await putOff(deps, one, error instanceof Error ? `${error.name}: ${error.message}` : String(error))
  }
}

const keyOf = ({ origin: { account, region, id } }: DueReread): string => findingKey(account, region, id)

const keyIn = (finding: unknown): string =>
  findingKey(accountAt(finding, 'accountId') ?? '', textAt(finding, 'region') ?? '', textAt(finding, 'id') ?? '')

interface Answer {
  readonly place: PollPlace
  readonly found: unknown
}

async function settle(deps: RereadDeps, due: DueReread, { place, found }: Answer): Promise<void> {
  const { db } = deps
  if (found === undefined)
    return due.tries < MOST_ABSENCES
      ? putOff(deps, due, ABSENT)
      : endReread(db, due, { outcome: 'absent', problem: ABSENT })
  const room = { ...deps, administrators: await administratorsOf(db) }
  const source = pulledSource('guardduty', place)
  const sentAt = timeAt(found, 'updatedAt') ?? due.since
  const { quarantined } = await takeInMail(room, {
    sent: found,
    source,
    channelAccount: place.account,
    sentAt,
    from: 'producer',
  })
  const [bad] = quarantined
  await endReread(db, due, bad === undefined ? { outcome: 'found' } : { outcome: 'unreadable', problem: bad.reason })
}

/** It is no use to ask for ever where nobody may look: it ends, is told as a gap, and goes on when the account is registered. */
async function waitForAccount(deps: RereadDeps, due: DueReread): Promise<void> {
  const { account, region } = due.origin
  const problem = `account ${account} is not registered for ${region}: cordon accounts add`
  const waited = Date.parse(await clock(deps.db)) - Date.parse(due.since)
  if (waited < UNREGISTERED_MS) await putOff(deps, due, problem)
  else await endReread(deps.db, due, { outcome: 'unregistered', problem })
}

const ABSENT = 'GuardDuty has no such finding'

/** What is in quarantine meanwhile may be the gravest finding of the day: when the first try fails a person is told. */
async function putOff(deps: RereadDeps, due: DueReread, problem: string): Promise<void> {
  const { db } = deps
  await putOffReread(db, due.origin, problem)
  if (due.tries > 1 || due.quarantined.length === 0) return
  const { account, region, id } = due.origin
  const room = { ...deps, administrators: new Map() }
  const mail = {
    sent: due.origin,
    source: pulledSource('guardduty', { account, region }),
    channelAccount: account,
    sender: account,
    sentAt: due.since,
  }
  await tellUnreadable(room, mail, [`finding ${id} came incomplete, and could not be read again: ${problem}`])
}
