import { type Mode, modeOf, type Policy } from './policy.ts'

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

/** The account’s mode: one that somebody registered is observed until policy names it, whatever its default says, and until it is connected. */
export function modeIn(account: string, policy: Policy, standing: Standing): Mode {
  if (standing === 'set-up') return modeOf(account, policy)
  return standing === 'connected' ? (policy.mode.accounts[account] ?? 'observe') : 'observe'
}
