import { type Check, ill, well } from './check.ts'

/** More than a slow answer explains, and less than any deadline that people are given. */
const TOLERANCE_MS = 5_000

/** A clock that was read between two looks at ours. Milliseconds since 1970. */
export interface ClockSeen {
  /** Whose clock it is: “the database”. */
  readonly of: string
  readonly at: number
  /** Ours before it was asked and after it had answered. */
  readonly before: number
  readonly after: number
}

/** How far the clock is from ours at least: 0 when it may be the same; behind is negative. Milliseconds. */
export function skewOf({ at, before, after }: ClockSeen): number {
  return at < before ? at - before : Math.max(0, at - after)
}

/** Whether the clocks agree with that of `ours`. */
export function judgeClocks(clocks: readonly ClockSeen[], ours: string): readonly Check[] {
  return clocks.map((clock) => {
    const skew = skewOf(clock)
    const name = `clock/${clock.of}` as const
    if (Math.abs(skew) <= TOLERANCE_MS) return well(name, `The clock of ${clock.of} agrees with that of ${ours}`)
    const by = `${Math.round(Math.abs(skew) / 1000)} s ${skew > 0 ? 'ahead of' : 'behind'}`
    return ill(name, `The clock of ${clock.of} is ${by} that of ${ours}`, nextFor(clock.of, ours))
  })
}

// AWS is right; of two others nobody knows.
const nextFor = (other: string, ours: string): string =>
  other === 'AWS'
    ? `Set the clock of ${ours} by a time server: timedatectl set-ntp true`
    : `Let a time server set the clocks of ${ours} and ${other}: timedatectl set-ntp true on each`
