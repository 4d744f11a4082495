import type { Decision, Vote } from '#domain/votes'

/** A vote, and whether it belongs to a sign-in of its person that was live when it was cast. */
export interface WitnessedVote extends Vote {
  readonly isGenuine: boolean
  /** What came with the vote to prove it, believed by nobody yet. */
  readonly proof: unknown
  /** The key of the passkey that the proof names, in COSE form, when it is the person’s and counted then. */
  readonly publicKey: Buffer | null
}

/** As the tables of votes have it, beside the passkey that its proof names. */
export interface WitnessedRow {
  readonly person: string
  readonly decision: string
  readonly at: Date
  readonly genuine: boolean
  readonly assertion: unknown
  readonly public_key: Buffer | null
}

export const witnessed = ({ person, decision, at, genuine, assertion, public_key }: WitnessedRow): WitnessedVote => ({
  person,
  // The columns’ check constraints have the decisions.
  decision: decision as Decision,
  at: at.toISOString(),
  isGenuine: genuine,
  proof: assertion,
  publicKey: public_key,
})
