import { createHash, verify } from 'node:crypto'
import type { ChangeDecision } from '#domain/change'
import type { FreezeOrder } from '#domain/freeze'
import type { RelyingParty } from '#domain/relying-party'
import type { Decision } from '#domain/votes'
import { readCoseKey } from './cose-key.ts'
import { digestOf } from './digest.ts'

/** What an authenticator signed, as the browser hands it over; every text is base64url. Source: WebAuthn, AuthenticationResponseJSON. */
export interface Assertion {
  readonly id: string
  readonly response: {
    readonly clientDataJSON: string
    readonly authenticatorData: string
    readonly signature: string
  }
}

/** An assertion as it is kept with what it proves: with what its challenge is made of, anybody can check it again. */
export interface Proof {
  readonly nonce: string
  readonly assertion: Assertion
}

export interface Voted {
  readonly plan: string
  readonly decision: Decision
  readonly nonce: string
}

/** What a person signs who votes: SHA-256 over exactly this plan, decision and nonce. */
export const voteChallenge = ({ plan, decision, nonce }: Voted): string =>
  Buffer.from(digestOf('vote-challenge', { plan, decision, nonce }), 'hex').toString('base64url')

export interface FreezeSigned {
  readonly order: FreezeOrder
  /** Null for everywhere. */
  readonly account: string | null
  readonly nonce: string
}

/** What a person signs who freezes, or asks for the lift: never good for a vote, nor for another account. */
export const freezeChallenge = ({ order, account, nonce }: FreezeSigned): string =>
  Buffer.from(digestOf('freeze-challenge', { order, account, nonce }), 'hex').toString('base64url')

export interface ChangeVoted {
  /** The digest of the change. */
  readonly change: string
  readonly decision: ChangeDecision
  readonly nonce: string
}

/** What a person signs who votes on a change of Cordon’s own rules. */
export const changeChallenge = ({ change, decision, nonce }: ChangeVoted): string =>
  Buffer.from(digestOf('change-challenge', { change, decision, nonce }), 'hex').toString('base64url')

export interface Expected {
  readonly challenge: string
  /** Null of what is kept for long: the address may have changed since, and a passkey belongs to one site all the same. */
  readonly site: RelyingParty | null
  /** In COSE form. */
  readonly publicKey: Uint8Array
}

const RP_ID_HASH = 32
const USER_PRESENT = 0x01
const USER_VERIFIED = 0x04

/** Why the assertion does not prove that the key’s owner agreed to the challenge, or null. Source: WebAuthn level 3, section 7.2. */
export function objectionToAssertion({ response }: Assertion, expected: Expected): string | null {
  const clientData = Buffer.from(response.clientDataJSON, 'base64url')
  const authenticatorData = Buffer.from(response.authenticatorData, 'base64url')
  return (
    objectionToClientData(clientData, expected) ??
    objectionToAuthenticatorData(authenticatorData, expected) ??
    (isSigned({ clientData, authenticatorData, signature: response.signature }, expected.publicKey)
      ? null
      : 'its signature is not that of the passkey')
  )
}

function objectionToClientData(bytes: Buffer, { challenge, site }: Expected): string | null {
  const data = parsed(bytes)
  if (data['type'] !== 'webauthn.get') return 'it is no assertion'
  if (data['challenge'] !== challenge) return 'it was made for something else or another decision'
  if (site !== null && data['origin'] !== site.origin) return 'it was made on another site'
  return data['crossOrigin'] === true ? 'it was made within another site' : null
}

function parsed(bytes: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
  } catch {
    // What is no JSON says nothing that is expected.
    return {}
  }
}

function objectionToAuthenticatorData(bytes: Buffer, { site }: Expected): string | null {
  const isOfSite = (rpId: string): boolean =>
    bytes.subarray(0, RP_ID_HASH).equals(createHash('sha256').update(rpId).digest())
  if (site !== null && !isOfSite(site.id)) return 'it belongs to another site'
  const flags = bytes[RP_ID_HASH] ?? 0
  if ((flags & USER_PRESENT) === 0) return 'nobody was present'
  return (flags & USER_VERIFIED) === 0 ? 'the authenticator did not verify its user' : null
}

interface Signed {
  readonly clientData: Buffer
  readonly authenticatorData: Buffer
  readonly signature: string
}

function isSigned({ clientData, authenticatorData, signature }: Signed, publicKey: Uint8Array): boolean {
  const data = Buffer.concat([authenticatorData, createHash('sha256').update(clientData).digest()])
  try {
    const { key, hash } = readCoseKey(publicKey)
    return verify(hash, data, key, Buffer.from(signature, 'base64url'))
  } catch {
    // A key or a signature that cannot be read proves nothing.
    return false
  }
}
