import type { Briefing } from '#domain/records'
import type { FollowedRecord } from './follow-record.ts'
import type { PagedLevel } from './page-level.ts'

export interface LadderCall {
  readonly briefing: Briefing
  readonly record: FollowedRecord
  readonly page: (entry: PageEntry) => Promise<PagedLevel>
  /** What people are called about; each person is called once for it on each level and round. */
  readonly key: string
  readonly text: string
  /** The plan whose votes it is about. */
  readonly plan?: string
  /** Whether nobody needs to be called any more. */
  readonly isAnswered: () => boolean
  /** How long nobody is called at all. */
  readonly quietMs?: number
}

export interface PageEntry {
  readonly key: string
  /** Of the ladder, counted from 0. */
  readonly level: number
  readonly text: string
  readonly plan?: string
}

/**
 * Calls people level after level, round after round, until the call is answered. Somebody who looks after the incident is called first
 * about something new, and then has the time of one round in peace; without an answer in it the calls begin again.
 */
export async function climbLadder(call: LadderCall): Promise<void> {
  const { briefing, record, isAnswered, quietMs } = call
  const { repeat } = briefing.ladder
  if (quietMs !== undefined) await record.until(isAnswered, quietMs)
  for (let round = 0; round <= repeat && !isAnswered(); round++) {
    await climbOnce(call, round)
    if (record.now().isAcknowledged) await record.until(isAnswered, roundMsOf(briefing))
  }
}

const roundMsOf = ({ ladder }: Briefing): number => ladder.waitsMs.reduce((sum, ms) => sum + ms, 0)

/**
 * One round: to its top, to the answer, or to somebody who says that they look after the incident. A level that reaches too few is not
 * waited for; the top makes up for it, so that rounds are never called faster than the policy says.
 */
async function climbOnce(
  { briefing, record, page, key, isAnswered, ...about }: LadderCall,
  round: number,
): Promise<void> {
  const { waitsMs } = briefing.ladder
  const isHeard = (): boolean => isAnswered() || record.now().isAcknowledged
  const endOfRound = Date.now() + roundMsOf(briefing)
  for (const [level, waitMs] of waitsMs.entries()) {
    const { isTooFew } = await page({ ...about, key: `${key}/${round}`, level })
    if (level === waitsMs.length - 1) await record.until(isHeard, Math.max(waitMs, endOfRound - Date.now()))
    else await record.until(() => isHeard() || isTooFew(), waitMs)
    if (isHeard()) return
  }
}
