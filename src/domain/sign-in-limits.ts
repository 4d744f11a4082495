export interface SignInLimit {
  readonly tries: number
  readonly withinMs: number
}

const MINUTE_MS = 60_000

/**
 * How often somebody may try to sign in. The limit of a person counts where they never signed in from before, so that strangers who
 * try keep nobody out of the places that they know.
 */
export const signInLimits = {
  personAtAddress: { tries: 5, withinMs: 5 * MINUTE_MS },
  personElsewhere: { tries: 30, withinMs: 15 * MINUTE_MS },
  address: { tries: 30, withinMs: 5 * MINUTE_MS },
} as const satisfies Record<string, SignInLimit>

export type LimitName = keyof typeof signInLimits

/** From where a person signed in within this time is a place that they know. */
export const KNOWN_PLACE_MS = 30 * 24 * 60 * MINUTE_MS
