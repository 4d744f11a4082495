import { changeChallenge, objectionToAssertion, type Proof, voteChallenge } from '#audit/assertion'
import type { RelyingParty } from '#domain/relying-party'
import type { WitnessedVote } from '#store/votes/witnessed-vote'

export interface ProofTerms {
  readonly plan: string
  /** Null where there can be no passkeys: then no vote is proven. */
  readonly relyingParty: RelyingParty | null
}

/** The first approval that is not proven by a passkey of its person, and why; null when all are. A proof counts once. */
export function unprovenVote(votes: readonly WitnessedVote[], terms: ProofTerms): string | null {
  const nonces = new Set<string>()
  for (const vote of votes) {
    // Whoever stops a plan needs no proof.
    if (vote.decision !== 'approve') continue
    const objection = objectionToProof(vote, terms) ?? repeated(nonces, vote)
    if (objection !== null) return `The approval of ${vote.person} at ${vote.at} is not proven: ${objection}`
  }
  return null
}

function repeated(nonces: Set<string>, { proof }: WitnessedVote): string | null {
  const nonce = isProof(proof) ? proof.nonce : ''
  if (nonces.has(nonce)) return 'its proof belongs to an earlier vote'
  nonces.add(nonce)
  return null
}

function objectionToProof(
  { proof, publicKey, decision }: WitnessedVote,
  { plan, relyingParty }: ProofTerms,
): string | null {
  if (relyingParty === null) return 'there can be no passkeys at the address of this installation'
  const challengeOf = (nonce: string): string => voteChallenge({ plan, decision, nonce })
  return objectionToSigned({ proof, publicKey }, challengeOf, relyingParty)
}

/** Whether a passkey of the person signed their approval of the change, wherever this installation was then. */
export function isSignedFor({ proof, publicKey, decision }: WitnessedVote, change: string): boolean {
  if (decision !== 'approve') return false
  const challengeOf = (nonce: string): string => changeChallenge({ change, decision, nonce })
  return objectionToSigned({ proof, publicKey }, challengeOf, null) === null
}

function objectionToSigned(
  { proof, publicKey }: Pick<WitnessedVote, 'proof' | 'publicKey'>,
  challengeOf: (nonce: string) => string,
  site: RelyingParty | null,
): string | null {
  if (!isProof(proof)) return 'no assertion came with it'
  if (publicKey === null) return 'no passkey of theirs that a second person confirmed made it'
  return objectionToAssertion(proof.assertion, { challenge: challengeOf(proof.nonce), site, publicKey })
}

/** What the api stored is not believed to have any form. */
function isProof(proof: unknown): proof is Proof {
  const { nonce, assertion } = membersOf(proof)
  const { id, response } = membersOf(assertion)
  const { clientDataJSON, authenticatorData, signature } = membersOf(response)
  return [nonce, id, clientDataJSON, authenticatorData, signature].every((text) => typeof text === 'string')
}

const membersOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
