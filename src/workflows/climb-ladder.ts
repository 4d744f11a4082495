import type { Briefing } from '#domain/records'
import type { FollowedRecord } from './follow-record.ts'
import { records } from './records.ts'

export interface LadderCall {
  readonly briefing: Briefing
  readonly record: FollowedRecord
  /** What people are called about; each person is called once for it on each level and round. */
  readonly key: string
  readonly text: string
  /** Whether nobody needs to be called any more. */
  readonly isAnswered: () => boolean
}

/**
 * Calls people level after level, round after round, until the call is answered. Somebody who looks after the incident is called first
 * about something new, and then has the time of one round in peace; without an answer in it the calls begin again.
 */
export async function climbLadder(call: LadderCall): Promise<void> {
  const { briefing, record, isAnswered } = call
  const { waitsMs, repeat } = briefing.ladder
  const roundMs = waitsMs.reduce((sum, ms) => sum + ms, 0)
  for (let round = 0; round <= repeat && !isAnswered(); round++) {
    await climbOnce(call, round)
    if (record.now().isAcknowledged) await record.until(isAnswered, roundMs)
  }
}

/** One round: to its top, to the answer, or to somebody who says that they look after the incident. */
async function climbOnce({ briefing, record, key, text, isAnswered }: LadderCall, round: number): Promise<void> {
  const { incident, episode, ladder } = briefing
  const isHeard = (): boolean => isAnswered() || record.now().isAcknowledged
  for (const [level, waitMs] of ladder.waitsMs.entries()) {
    await records.pagePeople({ incident, episode, key: `${key}/${round}`, level, text })
    await record.until(isHeard, waitMs)
    if (isHeard()) return
  }
}
