import type { Proof } from '#audit/assertion'
import type { JsonObject } from '#domain/json'
import type { Tx } from '#store/database/database'
import { notePasskeyUse } from '#store/people/passkeys'
import { type ChallengeUse, useChallenge } from './challenges.ts'

/** A proof whose signature the api has checked, and how often its authenticator says that it has signed. */
export interface Proven {
  readonly stored: Proof
  readonly counter: number
}

/** Uses the proof’s nonce up, for exactly this. Throws `conflict` when it was made for something else, and `passkey_missing` when the authenticator was copied. */
export async function spendProof(tx: Tx, { stored, counter }: Proven, use: ChallengeUse): Promise<void> {
  await useChallenge(tx, stored.nonce, use)
  await notePasskeyUse(tx, stored.assertion.id, counter)
}

/** As an event keeps it: with this and the key, anybody can check it again. */
export const proofAsJson = ({ nonce, assertion: { id, response } }: Proof): JsonObject => ({
  nonce,
  id,
  clientDataJSON: response.clientDataJSON,
  authenticatorData: response.authenticatorData,
  signature: response.signature,
})
