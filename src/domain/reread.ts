/** A finding of GuardDuty’s as its detector knows it. */
export interface Origin {
  readonly account: string
  readonly region: string
  readonly id: string
}

/** Why what came is not enough: it is read again from its producer. */
export type RereadReason = 'too-large' | 'cut-off' | 'attack-sequence' | 'missing' | 'unattested'

/** What is to be read again. */
export interface Reread {
  readonly origin: Origin
  readonly reason: RereadReason
}

/** What became of it: `unreadable` is there and cannot be taken in, `absent` is not there, `unregistered` waits for its account. */
export type RereadOutcome = 'found' | 'unreadable' | 'absent' | 'unregistered'

/** A detector shows a finding some time after its event; what it still has not after so many looks is not there. */
export const MOST_ABSENCES = 4

/** So long it is tried while its account is not registered. Registering it begins anew. */
export const UNREGISTERED_MS = 24 * 60 * 60_000

/** Until the next look, twice as long each time. */
export const FIRST_WAIT_MS = 15_000
export const LONGEST_WAIT_MS = 60 * 60_000
