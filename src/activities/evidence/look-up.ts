import { type LookupAttributeKey, LookupEventsCommand } from '@aws-sdk/client-cloudtrail'
import { isNotOffered } from '#activities/aws/not-offered'
import type { ReadSession } from '#activities/aws/sessions'
import { failureCode, translateError } from '#activities/aws/translate-error'
import { createPace } from './pace.ts'
import { readEvent, type TrailEvent } from './trail-event.ts'

/** Source: CloudTrail quotas, LookupEvents: two calls a second in an account and Region. */
const INTERVAL_MS = 510
const pace = createPace(INTERVAL_MS)

const PAGE_SIZE = 50
const MOST_PAGES = 10

export interface Regional {
  readonly account: string
  readonly region: string
  readonly read: ReadSession
}

/** What is asked of every Region, until now by AWS’s own clock: one attribute is all that a look-up takes. */
export interface LookUp {
  readonly regions: readonly Regional[]
  readonly key: LookupAttributeKey
  readonly value: string
  readonly from: Date
  readonly signal: AbortSignal
}

export interface Found {
  readonly events: readonly TrailEvent[]
  /** Sentences on what these look-ups did not show. */
  readonly unseen: readonly string[]
}

/** Looks in every Region at once; a Region that refuses is told, not failed over. Throws only what may succeed later. */
export async function lookUp(asked: LookUp): Promise<Found> {
  const found = await Promise.all(asked.regions.map((regional) => lookIn(regional, asked)))
  return { events: found.flatMap(({ events }) => events), unseen: found.flatMap(({ unseen }) => unseen) }
}

async function lookIn(regional: Regional, asked: LookUp): Promise<Found> {
  try {
    return await pagesOf(regional, asked)
  } catch (error) {
    asked.signal.throwIfAborted()
    const failed = translateError(error)
    if (!failed.nonRetryable && !isNotOffered(error)) throw failed
    return {
      events: [],
      unseen: [`${regional.region} could not be looked at (${failureCode(failed)}): ${failed.message}`],
    }
  }
}

async function pagesOf({ account, region, read }: Regional, { key, value, from, signal }: LookUp): Promise<Found> {
  const events: TrailEvent[] = []
  let NextToken: string | undefined
  for (let page = 0; page < MOST_PAGES; page++) {
    await pace(`${account}/${region}`, signal)
    const found = await read.trail.send(
      new LookupEventsCommand({
        LookupAttributes: [{ AttributeKey: key, AttributeValue: value }],
        StartTime: from,
        MaxResults: PAGE_SIZE,
        NextToken,
      }),
    )
    events.push(...(found.Events ?? []).map(readEvent))
    NextToken = found.NextToken
    if (NextToken === undefined) return { events, unseen: [] }
  }
  return { events, unseen: [`${region} has more events of ${value}: only the newest ${events.length} were read`] }
}
