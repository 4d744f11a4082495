import { type Signal, useSignal, useSignalEffect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { Refusal } from '#console/shell/ask.ts'
import { happened } from '#console/shell/live.ts'
import { readTimeline, type TimelineEvent } from './calls.ts'

export interface TimelineReading {
  readonly events: Signal<readonly TimelineEvent[] | null>
  readonly refusal: Signal<Refusal | null>
}

/** Everything that happened in the incident. Nothing of it ever changes, so only what is new is read again. */
export function useTimeline(id: string): TimelineReading {
  const events = useSignal<readonly TimelineEvent[] | null>(null)
  const refusal = useSignal<Refusal | null>(null)
  const state = useRef({ isReading: false, isDue: false, isGone: false })
  useEffect(() => () => void (state.current.isGone = true), [])
  useSignalEffect(() => {
    void happened.value
    void again()
  })

  async function again(): Promise<void> {
    const { current } = state
    current.isDue = true
    if (current.isReading) return
    current.isReading = true
    while (current.isDue && !current.isGone) {
      current.isDue = false
      await readNew()
    }
    current.isReading = false
  }

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
    if (answer.value.next !== null) state.current.isDue = true
  }
  return { events, refusal }
}
