import { type Signal, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { Answer, Refusal } from './ask.ts'
import { useRounds } from './rounds.ts'

export interface Reading<T> {
  readonly value: Signal<T | null>
  readonly refusal: Signal<Refusal | null>
}

const NOT_AUTHENTICATED = 401
const NOT_ANSWERED = 0
const UNAVAILABLE = 503

/** What passes: a page that is open keeps what it shows, and what was typed into it. */
const passes: readonly number[] = [NOT_AUTHENTICATED, NOT_ANSWERED, UNAVAILABLE]

interface Wish {
  /** What is asked for: reads at once when it is another. */
  readonly about?: string
  /** Milliseconds from one reading to the next, at least, of an answer that costs the server something. */
  readonly leastRestMs?: number
}

/** Reads now, after everything that happens, and when it is about something else; one reading at a time. What was read stays shown meanwhile. */
export function useReading<T>(read: () => Promise<Answer<T>>, { about = '', leastRestMs = 0 }: Wish = {}): Reading<T> {
  const value = useSignal<T | null>(null)
  const refusal = useSignal<Refusal | null>(null)
  const { again, isGone } = useRounds(async () => {
    const answer = await read()
    if (!isGone()) take(answer)
  }, leastRestMs)
  const known = useRef(about)
  useEffect(() => {
    if (known.current === about) return
    known.current = about
    void again()
  }, [about])

  function take(answer: Answer<T>): void {
    if (answer.ok) value.value = answer.value
    if (answer.ok) refusal.value = null
    else if (value.peek() === null || !passes.includes(answer.refusal.status)) refusal.value = answer.refusal
  }
  return { value, refusal }
}
