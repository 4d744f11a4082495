import { isCancellation } from '@temporalio/workflow'
import type { Briefing } from '#domain/records'
import { climbLadder, type LadderCall, type PageEntry } from './climb-ladder.ts'
import type { FollowedRecord } from './follow-record.ts'
import { createPager, type PagedLevel } from './page-level.ts'

/** One episode of an incident, as everything that works on it sees it. */
export interface Episode {
  readonly briefing: Briefing
  readonly record: FollowedRecord
  /** Pages one level of the ladder, once for a key. */
  readonly page: (entry: PageEntry) => Promise<PagedLevel>
  /** Calls people about something until it is answered, beside whatever else goes on. */
  readonly call: (about: Omit<LadderCall, 'briefing' | 'record' | 'page'>) => void
  /** Delivers what a former life of this workflow left on its way, until the episode is over. */
  readonly deliverTheRest: () => Promise<void>
  /** Waits until every call is answered, or nobody is left to call. */
  readonly calls: () => Promise<void>
}

export function episodeOf(briefing: Briefing, record: FollowedRecord): Episode {
  const { incident, episode } = briefing
  const calling: Promise<void>[] = []
  const beside = (work: Promise<void>): void => void calling.push(untilCancelled(work))
  const { pageLevel, deliverTheRest } = createPager()
  const page = async (entry: PageEntry): Promise<PagedLevel> => {
    const paged = await pageLevel({ ...entry, incident, episode })
    beside(paged.delivered)
    return paged
  }
  return {
    briefing,
    record,
    page,
    deliverTheRest: () => deliverTheRest(record),
    call: (about) => beside(climbLadder({ ...about, briefing, record, page })),
    calls: async () => void (await Promise.all(calling)),
  }
}

/** What goes on beside the rest of an episode, and ends with it: a closed one calls nobody any more and answers no wish. */
export async function untilCancelled(work: Promise<void>): Promise<void> {
  try {
    await work
  } catch (error) {
    if (!isCancellation(error)) throw error
  }
}
