import type { Vote } from '#domain/votes'

/** A vote, and whether it belongs to a sign-in of its person that was live when it was cast. */
export interface WitnessedVote extends Vote {
  readonly isGenuine: boolean
  /** What came with the vote to prove it, believed by nobody yet. */
  readonly proof: unknown
  /** The key of the passkey that the proof names, in COSE form, when it is the person’s and counted then. */
  readonly publicKey: Buffer | null
}
