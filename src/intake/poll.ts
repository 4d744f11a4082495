import type { Logger } from 'pino'
import { type FindingSource, pulledSource } from '#domain/source'
import { clock } from '#store/database/clock'
import { type PollPlace, pollPlaces } from '#store/sources/poll-places'
import { administratorsOf, moveWatermark, noteFailure, noteHeard, watermarkOf } from '#store/sources/sources'
import type { IntakeAws } from './aws/clients.ts'
import { timeAt } from './member.ts'
import type { Producer } from './producer.ts'
import { type MailRoom, takeInMail } from './take-in-letter.ts'

/** What changed shortly before the last look may have been listed only after it. */
const OVERLAP_MS = 10 * 60_000
/** How far the first look at a place goes back; what is older is for a backfill. */
const FIRST_LOOK_MS = 24 * 60 * 60_000

export interface PollDeps extends Omit<MailRoom, 'administrators'> {
  readonly aws: IntakeAws
  readonly producers: readonly Producer[]
  readonly log: Logger
  /** Waits until the next call to the place is due, and shows that this process lives. */
  readonly pace: (place: string) => Promise<void>
}

/** A place of a producer: what is looked at. */
export interface Spot {
  readonly producer: Producer
  readonly place: PollPlace
  readonly source: FindingSource
}

/** Everywhere that findings are polled. */
export async function spotsOf({ db, producers }: Pick<PollDeps, 'db' | 'producers'>): Promise<readonly Spot[]> {
  const places = await pollPlaces(db)
  return places.flatMap((place) =>
    producers.map((producer) => ({ producer, place, source: pulledSource(producer.kind, place) })),
  )
}

/**
 * Reads what changed at the spot since the last look, with an overlap, and takes it in. The watermark moves with each page that is committed, so that a look
 * that is cut off is gone on with. A failure is written down, and told when it lasts.
 */
export async function pollSpot(deps: PollDeps, spot: Spot): Promise<void> {
  const { db, log } = deps
  const { source } = spot
  try {
    const now = Date.parse(await clock(db))
    const mark = await watermarkOf(db, source)
    const since = new Date(mark === null ? now - FIRST_LOOK_MS : mark.getTime() - OVERLAP_MS)
    let hasFindings = false
    const problem = await lookSince(deps, spot, {
      since,
      taken: async (findings) => {
        hasFindings ||= findings.length > 0
        const last = lastChange(findings, spot.producer)
        if (last !== null) await moveWatermark(db, source, last)
      },
    })
    await moveWatermark(db, source, new Date(now))
    await noteHeard(db, source, { hasFindings, ...(problem === null ? {} : { problem }) })
  } catch (error) {
    log.warn({ err: error, source: source.name }, 'A source could not be looked at')
    await noteFailure(db, source, error instanceof Error ? `${error.name}: ${error.message}` : String(error))
  }
}

interface Since {
  readonly since: Date
  /** Called after each page is committed. */
  readonly taken: (findings: readonly unknown[]) => Promise<void>
}

/** Reads what changed at the spot since then and takes it in. Answers what people should know of it, or null. Throws the producer’s errors. */
export async function lookSince(deps: PollDeps, spot: Spot, { since, taken }: Since): Promise<string | null> {
  const { db, aws, pace } = deps
  const { producer, place } = spot
  const room = { ...deps, administrators: await administratorsOf(db) }
  const now = Date.parse(await clock(db))
  return producer.look(aws, place, {
    since,
    now,
    pace: () => pace(`${producer.kind}/${place.region}`),
    take: async (findings) => {
      // Together: they share transactions.
      await Promise.all(findings.map((finding) => takeInMail(room, mailOf(spot, finding, since))))
      await taken(findings)
    },
  })
}

const mailOf = ({ producer, place, source }: Spot, finding: unknown, since: Date) => ({
  sent: finding,
  source,
  channelAccount: place.account,
  sentAt: changeOf(finding, producer) ?? since.toISOString(),
  from: 'producer' as const,
})

const changeOf = (finding: unknown, { changed }: Producer): string | null => timeAt(finding, changed)

/** When the last finding of a page changed: pages come in the order of changes. */
function lastChange(findings: readonly unknown[], producer: Producer): Date | null {
  const times = findings.map((finding) => changeOf(finding, producer)).filter((time) => time !== null)
  const last = times.toSorted().at(-1)
  return last === undefined ? null : new Date(last)
}
