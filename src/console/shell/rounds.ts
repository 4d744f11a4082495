import { useSignalEffect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { happened } from './live.ts'

interface Rounds {
  /** Once more; while one is under way, after it. */
  readonly again: () => Promise<void>
  /** Whether the page went while the round was under way: its answer is nobody’s any more. */
  readonly isGone: () => boolean
}

/** Makes a round now and after everything that happens, one at a time; what happens during one makes one more after it. */
export function useRounds(round: () => Promise<void>): Rounds {
  const state = useRef({ isUnderWay: false, isDue: false, isGone: false, round })
  state.current.round = round
  useEffect(() => () => void (state.current.isGone = true), [])
  useSignalEffect(() => {
    void happened.value
    void again()
  })

  async function again(): Promise<void> {
    const { current } = state
    current.isDue = true
    if (current.isUnderWay) return
    current.isUnderWay = true
    while (current.isDue && !current.isGone) {
      current.isDue = false
      await current.round()
    }
    current.isUnderWay = false
  }
  return { again, isGone: () => state.current.isGone }
}
