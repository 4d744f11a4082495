import { isCancellation } from '@temporalio/workflow'
import type { Briefing } from '#domain/records'
import { climbLadder, type LadderCall } from './climb-ladder.ts'
import type { FollowedRecord } from './follow-record.ts'

/** One episode of an incident, as everything that works on it sees it. */
export interface Episode {
  readonly briefing: Briefing
  readonly record: FollowedRecord
  /** Calls people about something until it is answered, beside whatever else goes on. */
  readonly call: (about: Omit<LadderCall, 'briefing' | 'record'>) => void
  /** Waits until every call is answered, or nobody is left to call. */
  readonly calls: () => Promise<void>
}

export function episodeOf(briefing: Briefing, record: FollowedRecord): Episode {
  const calling: Promise<void>[] = []
  return {
    briefing,
    record,
    call: (about) => void calling.push(untilCancelled(climbLadder({ ...about, briefing, record }))),
    calls: async () => void (await Promise.all(calling)),
  }
}

/** A closed episode calls nobody any more. */
async function untilCancelled(climbing: Promise<void>): Promise<void> {
  try {
    await climbing
  } catch (error) {
    if (!isCancellation(error)) throw error
  }
}
