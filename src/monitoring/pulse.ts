/** Tells whether something that should happen again and again still does. */
export interface Pulse {
  readonly beat: () => void
  /** When it happened last, in seconds since 1970; 0 before the first time. */
  readonly last: () => number
  /** Throws when the last time is too long ago. */
  readonly check: () => Promise<void>
}

const MS_PER_SECOND = 1000

export function createPulse(what: string, longestMs: number): Pulse {
  let last = 0
  return {
    beat: () => void (last = Date.now()),
    last: () => last / MS_PER_SECOND,
    check: async () => {
      if (last === 0) throw new Error(`${what} has not happened yet`)
      const ago = Date.now() - last
      if (ago > longestMs) throw new Error(`${what} happened last ${Math.round(ago / MS_PER_SECOND)} s ago`)
    },
  }
}
