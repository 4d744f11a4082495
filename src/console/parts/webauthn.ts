/** Passkeys, between what the API says and what the browser takes. */

const toBytes = (text: string): Uint8Array<ArrayBuffer> => {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0))
}

const toText = (bytes: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

/** The part of WebAuthn’s PublicKeyCredentialCreationOptionsJSON that is used. */
export interface CreationOptions {
  readonly challenge: string
  readonly rp: { readonly id?: string; readonly name: string }
  readonly user: { readonly id: string; readonly name: string; readonly displayName: string }
  readonly pubKeyCredParams: readonly { readonly type: 'public-key'; readonly alg: number }[]
  readonly timeout?: number
  readonly excludeCredentials?: readonly { readonly id: string }[]
}

/** Has an authenticator make a passkey. Throws when nobody touched one, or the browser has none. */
export async function makePasskey(options: CreationOptions) {
  const { challenge, rp, user, pubKeyCredParams, timeout, excludeCredentials = [] } = options
  const credential = await navigator.credentials.create({
    publicKey: {
      challenge: toBytes(challenge),
      rp: { ...rp },
      user: { ...user, id: toBytes(user.id) },
      pubKeyCredParams: [...pubKeyCredParams],
      excludeCredentials: excludeCredentials.map(({ id }) => ({ type: 'public-key', id: toBytes(id) })),
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
      attestation: 'none',
      ...(timeout === undefined ? {} : { timeout }),
    },
  })
  if (!(credential instanceof PublicKeyCredential)) throw new TypeError('No passkey was made')
  // What `create` answers is an attestation. Source: WebAuthn level 3, section 5.1.
  const response = credential.response as AuthenticatorAttestationResponse
  return {
    id: toText(credential.rawId),
    clientDataJSON: toText(response.clientDataJSON),
    attestationObject: toText(response.attestationObject),
    transports: response.getTransports(),
  }
}

export interface VoteChallenge {
  readonly nonce: string
  readonly challenge: string
  readonly rpId: string
  readonly passkeys: readonly { readonly id: string; readonly transports: readonly string[] }[]
  readonly timeoutMs: number
}

/** Has an authenticator sign a vote. Throws when nobody touched one. */
export async function signVote({ nonce, challenge, rpId, passkeys, timeoutMs }: VoteChallenge) {
  const credential = await navigator.credentials.get({
    publicKey: {
      challenge: toBytes(challenge),
      rpId,
      userVerification: 'required',
      timeout: timeoutMs,
      allowCredentials: passkeys.map(({ id }) => ({ type: 'public-key', id: toBytes(id) })),
    },
  })
  if (!(credential instanceof PublicKeyCredential)) throw new TypeError('Nothing was signed')
  // What `get` answers is an assertion. Source: WebAuthn level 3, section 5.1.
  const response = credential.response as AuthenticatorAssertionResponse
  return {
    nonce,
    id: toText(credential.rawId),
    clientDataJSON: toText(response.clientDataJSON),
    authenticatorData: toText(response.authenticatorData),
    signature: toText(response.signature),
  }
}
