import { untracked, useSignal, useSignalEffect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { type Answer, type Refusal } from '#console/shell/ask.ts'
import { happened } from '#console/shell/live.ts'
import type { Reading } from '#console/shell/read.ts'

/**
 * Like `useReading`, for answers that cost the server something: reads at once, whenever what the question is made of changes, and after
 * things happened, then at most once in so many milliseconds.
 */
export function useCalmReading<T>(read: () => Promise<Answer<T>>, restMs: number): Reading<T> {
  const value = useSignal<T | null>(null)
  const refusal = useSignal<Refusal | null>(null)
  const turn = useRef(0)
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null)
  const readAt = useRef(0)
  const isFirst = useRef(true)
  useEffect(() => stop, [])
  useSignalEffect(() => void again())
  useSignalEffect(() => {
    void happened.value
    // It was read for the first time just now.
    if (!isFirst.current) untracked(later)
    isFirst.current = false
  })

  function stop(): void {
    turn.current = Number.POSITIVE_INFINITY
    if (timer.current !== null) clearTimeout(timer.current)
  }
  function later(): void {
    const rest = Math.max(0, readAt.current + restMs - performance.now())
    timer.current ??= setTimeout(() => {
      timer.current = null
      void again()
    }, rest)
  }
  /** An older answer never replaces a newer one. */
  async function again(): Promise<void> {
    readAt.current = performance.now()
    const mine = (turn.current += 1)
    const answer = await read()
    if (mine !== turn.current) return
    refusal.value = answer.ok ? null : answer.refusal
    if (answer.ok) value.value = answer.value
  }
  return { value, refusal }
}
