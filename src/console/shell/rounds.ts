import { type Signal, untracked, useSignalEffect } from '@preact/signals'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { happened, heard } from './live.ts'

interface Rounds {
  /** Once more; while one is under way, after it. */
  readonly again: () => Promise<void>
  /** Whether the page went while the round was under way: its answer is nobody’s any more. */
  readonly isGone: () => boolean
}

/** In a storm of events a page asks for no more than a quarter of the time, however slow the answers are. */
const RESTS = 3

/**
 * Makes a round now, at once after everything that the person does, and after what others do, then rested: three times as long as the last
 * round took, and `leastRestMs` at least. One at a time; what comes during one makes one more after it.
 */
export function useRounds(round: () => Promise<void>, leastRestMs = 0): Rounds {
  const state = useRef(begun(round))
  state.current.round = round
  useChange(happened, () => void again())
  useChange(heard, later)
  // Before the page is painted, which takes a frame.
  useLayoutEffect(() => {
    void again()
    return stop
  }, [])

  function stop(): void {
    state.current.isGone = true
    clearTimeout(state.current.timer)
  }
  async function again(): Promise<void> {
    const { current } = state
    current.isDue = true
    if (current.isUnderWay) return
    current.isUnderWay = true
    while (current.isDue && !current.isGone) await one()
    current.isUnderWay = false
    if (current.isHeard) later()
  }
  async function one(): Promise<void> {
    const { current } = state
    clearTimeout(current.timer)
    Object.assign(current, { timer: undefined, isDue: false, isHeard: false })
    const began = performance.now()
    await current.round()
    const ended = performance.now()
    current.restsUntil = ended + Math.max(leastRestMs, RESTS * (ended - began))
  }
  function later(): void {
    const { current } = state
    current.isHeard = true
    if (current.isUnderWay || current.isGone) return
    current.timer ??= setTimeout(() => void again(), Math.max(0, current.restsUntil - performance.now()))
  }
  return { again, isGone: () => state.current.isGone }
}

interface State {
  round: () => Promise<void>
  isUnderWay: boolean
  /** One more at once. */
  isDue: boolean
  /** One more after the rest. */
  isHeard: boolean
  isGone: boolean
  restsUntil: number
  timer: ReturnType<typeof setTimeout> | undefined
}

const begun = (round: () => Promise<void>): State => ({
  round,
  isUnderWay: false,
  isDue: false,
  isHeard: false,
  isGone: false,
  restsUntil: 0,
  timer: undefined,
})

/** Calls when the signal changes, not for what it is at first. */
function useChange(of: Signal<number>, call: () => void): void {
  const known = useRef(of.peek())
  useSignalEffect(() => {
    const { value } = of
    if (value === known.current) return
    known.current = value
    untracked(call)
  })
}
