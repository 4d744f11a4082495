import type { Mode } from './policy.ts'

/**
 * How Cordon came to know an account: set up with simulated ones, registered by somebody, or registered and found to be connected as it
 * must be.
 */
export type Standing = 'set-up' | 'registered' | 'connected'

/** What the record says of an account’s registration. */
export interface Registration {
  readonly registeredBy: string | null
  readonly connectedAt: Date | null
}

export function standingOf({ registeredBy, connectedAt }: Registration): Standing {
  if (registeredBy === null) return 'set-up'
  return connectedAt === null ? 'registered' : 'connected'
}

/** What no entry of the policy says of the account in particular. */
const GENERAL: ReadonlySet<string> = new Set(['default', 'mode.default'])

/** The account’s mode: one that somebody registered is observed until a rule other than the policy’s default says more, and until it is connected. */
export function modeIn({ value, by }: { readonly value: Mode; readonly by: string }, standing: Standing): Mode {
  if (standing === 'set-up') return value
  return standing === 'connected' && !GENERAL.has(by) ? value : 'observe'
}
