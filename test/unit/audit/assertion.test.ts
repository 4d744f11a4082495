import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Assertion, changeChallenge, objectionToAssertion, voteChallenge } from '#audit/assertion'
import { canonicalBytes } from '#audit/canonical'
import { readCoseKey } from '#audit/cose-key'
import { type Algorithm, createAuthenticator, type Touch } from '../../support/authenticator.ts'

const vote = { plan: 'a'.repeat(64), decision: 'approve', nonce: 'n'.repeat(43) } as const
const challenge = voteChallenge(vote)
const site = { origin: 'http://localhost:7400', id: 'localhost' }

function touched(touch: Partial<Touch> = {}, algorithm: Algorithm = 'ES256') {
  const authenticator = createAuthenticator(algorithm)
  const { id, ...response } = authenticator.get({ challenge, ...touch })
  return { assertion: { id, response }, expected: { site, challenge, publicKey: authenticator.publicKey } }
}

describe('the challenge of a vote', () => {
  it('is SHA-256 over the canonical bytes of plan, decision and nonce, under a tag of its own', () => {
    const bytes = Buffer.concat([Buffer.from('cordon/vote-challenge/v1\n'), canonicalBytes(vote)])
    expect(challenge).toBe(createHash('sha256').update(bytes).digest('base64url'))
  })

  it('is another one for another plan, decision or nonce', () => {
    const others = [{ plan: 'b'.repeat(64) }, { decision: 'deny' }, { nonce: 'm'.repeat(43) }] as const
    expect(new Set(others.map((other) => voteChallenge({ ...vote, ...other })).concat(challenge)).size).toBe(4)
  })
})

describe('an assertion', () => {
  it.each(['ES256', 'EdDSA', 'RS256'] as const)('of an authenticator with %s proves the vote', (algorithm) => {
    const { assertion, expected } = touched({}, algorithm)
    expect(objectionToAssertion(assertion, expected)).toBeNull()
  })

  it.each<readonly [string, Partial<Touch>, string]>([
    ['for another challenge', { challenge: voteChallenge({ ...vote, decision: 'deny' }) }, 'another decision'],
    ['of another site', { origin: 'https://cordon.example' }, 'on another site'],
    ['for the name of another site', { rpId: 'cordon.example' }, 'belongs to another site'],
    ['without anybody’s touch', { flags: 0x04 }, 'nobody was present'],
    ['of a user who was not verified', { flags: 0x01 }, 'did not verify its user'],
    ['that is an enrolment', { type: 'webauthn.create' }, 'is no assertion'],
  ])('%s proves nothing', (_, touch, reason) => {
    const { assertion, expected } = touched(touch)
    expect(objectionToAssertion(assertion, expected)).toContain(reason)
  })

  it('that is kept proves the same when the address has changed since, and only for its challenge', () => {
    const { assertion, expected } = touched({ origin: 'https://before.example', rpId: 'before.example' })
    expect(objectionToAssertion(assertion, expected)).not.toBeNull()
    expect(objectionToAssertion(assertion, { ...expected, site: null })).toBeNull()
    const other = changeChallenge({ change: vote.plan, decision: vote.decision, nonce: vote.nonce })
    expect(objectionToAssertion(assertion, { ...expected, site: null, challenge: other })).not.toBeNull()
  })

  it('of another passkey proves nothing', () => {
    const { assertion, expected } = touched()
    const { publicKey } = createAuthenticator()
    expect(objectionToAssertion(assertion, { ...expected, publicKey })).toBe('its signature is not that of the passkey')
  })

  it('with any byte of it changed proves nothing', () => {
    const { assertion, expected } = touched()
    const { response } = assertion
    for (const part of ['clientDataJSON', 'authenticatorData', 'signature'] as const) {
      const bytes = Buffer.from(response[part], 'base64url')
      for (let at = 0; at < bytes.length; at += 1) {
        const changed = Buffer.from(bytes)
        changed[at] = (changed[at] ?? 0) ^ 0x01
        const altered: Assertion = { ...assertion, response: { ...response, [part]: changed.toString('base64url') } }
        expect(objectionToAssertion(altered, expected), `${part} ${at}`).not.toBeNull()
      }
    }
  })

  it('of any texts at all is refused without an error', () => {
    const { expected } = touched()
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (clientDataJSON, authenticatorData, signature) => {
        const assertion = { id: 'x', response: { clientDataJSON, authenticatorData, signature } }
        expect(objectionToAssertion(assertion, expected)).not.toBeNull()
      }),
    )
  })
})

describe('a key in COSE form', () => {
  it('of an unknown kind, or none at all, is refused', () => {
    // A map of one member: an RSA key without its algorithm.
    expect(() => readCoseKey(Buffer.from([0xa1, 0x01, 0x03]))).toThrow('Keys of kind 3/undefined are not known')
    expect(() => readCoseKey(Buffer.from([0x80]))).toThrow('not in COSE form')
    expect(() => readCoseKey(createAuthenticator().publicKey.subarray(0, 20))).toThrow()
  })
})
