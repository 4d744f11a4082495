import {
  type AuthenticatorTransport,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import type { Assertion } from '#audit/assertion'
import { coseAlgorithms } from '#audit/cose-key'
import { type RelyingParty, relyingPartyOf } from '#domain/relying-party'
import type { Person } from '#domain/votes'
import { refusal } from '#store/database/refusal'
import type { NewPasskey, Passkey } from '#store/people/passkeys'
import type { Proven } from '#store/votes/proofs'
import type { VoteAssertion } from './schemas/plan.ts'

/** Whom passkeys belong to. Throws `unprocessable` where there can be none. */
export function partyOf(publicUrl: string): RelyingParty {
  const read = relyingPartyOf(publicUrl)
  if (read.kind === 'none') throw refusal('unprocessable', read.reason)
  return read.party
}

/** What the browser asks an authenticator to make a passkey with. */
export const enrolmentOptions = (
  party: RelyingParty,
  {
    person,
    known,
    challenge,
  }: { readonly person: Person; readonly known: readonly Passkey[]; readonly challenge: string },
) =>
  generateRegistrationOptions({
    rpName: 'Cordon',
    rpID: party.id,
    userName: person.id,
    userDisplayName: person.name,
    userID: new TextEncoder().encode(person.id),
    challenge: Uint8Array.from(Buffer.from(challenge, 'base64url')),
    attestationType: 'none',
    excludeCredentials: known.map(({ id }) => ({ id })),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
    supportedAlgorithmIDs: [...coseAlgorithms],
  })

export interface Attestation {
  readonly id: string
  readonly clientDataJSON: string
  readonly attestationObject: string
  readonly transports: readonly string[]
}

/** The passkey that the authenticator made for the challenge. Throws `unprocessable` when it is not what was asked for. */
export async function enrolled(
  party: RelyingParty,
  {
    attestation,
    challenge,
    name,
  }: { readonly attestation: Attestation; readonly challenge: string; readonly name: string },
): Promise<NewPasskey> {
  const { id, clientDataJSON, attestationObject, transports } = attestation
  const verified = await checked(() =>
    verifyRegistrationResponse({
      response: {
        id,
        rawId: id,
        type: 'public-key',
        clientExtensionResults: {},
        response: { clientDataJSON, attestationObject },
      },
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: [...coseAlgorithms],
    }),
  )
  if (!verified.verified) throw refusal('unprocessable', 'The authenticator did not prove that it made this passkey')
  const { credential } = verified.registrationInfo
  return { id: credential.id, name, publicKey: credential.publicKey, counter: credential.counter, transports }
}

export interface Signed {
  readonly challenge: string
  readonly assertion: VoteAssertion
  readonly passkey: Passkey
}

/** The proof of what somebody signed, to be kept with it. Throws `passkey_missing` when the passkey did not sign exactly this. */
export async function proven(party: RelyingParty, { challenge, assertion: given, passkey }: Signed): Promise<Proven> {
  const { nonce, id, clientDataJSON, authenticatorData, signature } = given
  const assertion: Assertion = { id, response: { clientDataJSON, authenticatorData, signature } }
  const verified = await checked(
    () =>
      verifyAuthenticationResponse({
        response: { ...assertion, rawId: id, type: 'public-key', clientExtensionResults: {} },
        expectedChallenge: challenge,
        expectedOrigin: party.origin,
        expectedRPID: party.id,
        credential: {
          id,
          publicKey: Uint8Array.from(passkey.public_key),
          // How often it signed is compared where the vote is taken, so that the same answer twice is the same vote.
          counter: 0,
          transports: passkey.transports as AuthenticatorTransport[],
        },
        requireUserVerification: true,
      }),
    'passkey_missing',
  )
  if (!verified.verified) throw refusal('passkey_missing', 'Your passkey did not sign this')
  return { stored: { nonce, assertion }, counter: verified.authenticationInfo.newCounter }
}

/** The library throws for whatever does not fit; who sent it hears so. */
async function checked<T>(
  verify: () => Promise<T>,
  code: 'unprocessable' | 'passkey_missing' = 'unprocessable',
): Promise<T> {
  try {
    return await verify()
  } catch (error) {
    throw refusal(
      code,
      `The answer of the authenticator is not valid: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}
