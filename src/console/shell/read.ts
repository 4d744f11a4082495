import { type Signal, useSignal, useSignalEffect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { type Answer, type Refusal } from './ask.ts'
import { happened } from './live.ts'

export interface Reading<T> {
  readonly value: Signal<T | null>
  readonly refusal: Signal<Refusal | null>
}

/** Reads now and after everything that happens; what was read stays shown meanwhile. */
export function useReading<T>(read: () => Promise<Answer<T>>): Reading<T> {
  const value = useSignal<T | null>(null)
  const refusal = useSignal<Refusal | null>(null)
  const turn = useRef(0)
  useEffect(() => () => void (turn.current = Number.POSITIVE_INFINITY), [])
  useSignalEffect(() => {
    void happened.value
    void again()
  })

  /** An older answer never replaces a newer one. */
  async function again(): Promise<void> {
    const mine = (turn.current += 1)
    const answer = await read()
    if (mine !== turn.current) return
    refusal.value = answer.ok ? null : answer.refusal
    if (answer.ok) value.value = answer.value
  }
  return { value, refusal }
}
