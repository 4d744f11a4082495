import { type Signal, useSignal } from '@preact/signals'
import type { Refusal } from '#console/shell/ask.ts'
import { useRounds } from '#console/shell/rounds.ts'
import { readTimeline, type TimelineEvent } from './calls.ts'

export interface TimelineReading {
  readonly events: Signal<readonly TimelineEvent[] | null>
  readonly refusal: Signal<Refusal | null>
}

/** Everything that happened in the incident. Nothing of it ever changes, so only what is new is read again. */
export function useTimeline(id: string): TimelineReading {
  const events = useSignal<readonly TimelineEvent[] | null>(null)
  const refusal = useSignal<Refusal | null>(null)
  const { again } = useRounds(readNew)

  /** The events of one stream are numbered without gaps, so their count is where to go on. */
  async function readNew(): Promise<void> {
    const known = events.peek() ?? []
    const answer = await readTimeline(id, known.length === 0 ? null : String(known.length))
    if (!answer.ok) {
      if (events.peek() === null) refusal.value = answer.refusal
      return
    }
    refusal.value = null
    if (events.peek() === null || answer.value.events.length > 0) events.value = [...known, ...answer.value.events]
    if (answer.value.next !== null) void again()
  }
  return { events, refusal }
}
