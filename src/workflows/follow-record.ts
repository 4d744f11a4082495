import { condition, setHandler, workflowInfo } from '@temporalio/workflow'
import type { Briefing, RecordView } from '#domain/records'
import { wake } from './messages.ts'
import { records } from './records.ts'

/** The record of one episode as it was last read, and waiting for it to change. */
export interface FollowedRecord {
  readonly now: () => RecordView
  /** Whether the episode is closed, or the next one has begun. */
  readonly isOver: () => boolean
  /** Waits until the record is so, at most `ms` milliseconds when given; false when the time ran out. */
  readonly until: (isSo: (record: RecordView) => boolean, ms?: number) => Promise<boolean>
  /** Reads the record now, for a change that this workflow made itself. */
  readonly refresh: () => Promise<void>
  /** Reads again at every wake until the episode is over. */
  readonly follow: () => Promise<void>
}

interface Followed {
  readonly briefing: Briefing
  readonly record: FollowedRecord
}

/** Opens the episode that the incident is in, and follows its record from then on. */
export async function followRecord(incident: string): Promise<Followed> {
  let isStale = false
  setHandler(wake, () => void (isStale = true), { description: 'Something in the record changed: read it again' })
  // Signals that came with the start are about what the first reading sees anyway.
  await Promise.resolve()
  isStale = false
  const opened = await records.openEpisode({ incident, run: workflowInfo().firstExecutionRunId })
  const { briefing } = opened
  let { record } = opened
  const isOver = (): boolean => record.status === 'closed' || record.episode !== briefing.episode
  const refresh = async (): Promise<void> => {
    isStale = false
    record = await records.readRecord({ incident })
  }
  const followed: FollowedRecord = {
    now: () => record,
    isOver,
    until: async (isSo, ms) => {
      if (ms === undefined) return condition(() => isSo(record)).then(() => true)
      return condition(() => isSo(record), ms)
    },
    refresh,
    follow: async () => {
      while (!isOver()) {
        await condition(() => isStale)
        await refresh()
      }
    },
  }
  return { briefing, record: followed }
}
