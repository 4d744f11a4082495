import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** The algorithms that authenticators of today have, by their numbers in COSE. */
export type Algorithm = 'ES256' | 'EdDSA' | 'RS256'

/** What somebody may get wrong, by mistake or on purpose. */
export interface Touch {
  readonly challenge: string
  readonly rpId?: string
  readonly origin?: string
  readonly flags?: number
  readonly type?: string
}

const RP_ID = 'localhost'
const ORIGIN = 'http://localhost:7400'
const PRESENT = 0x01
const VERIFIED = 0x04
const ATTESTED = 0x40
const ID_BYTES = 16
const AAGUID_BYTES = 16

/** An authenticator in software, as WebAuthn describes one: no attestation, a counter that rises. */
export function createAuthenticator(algorithm: Algorithm = 'ES256') {
  const { privateKey, publicKey } = keysOf[algorithm]()
  const credential = randomBytes(ID_BYTES)
  const id = credential.toString('base64url')
  let counter = 0
  const dataOf = ({ rpId = RP_ID, flags = PRESENT | VERIFIED }: Touch, extra: Buffer = Buffer.alloc(0)): Buffer => {
    const count = Buffer.alloc(4)
    count.writeUInt32BE(++counter)
    return Buffer.concat([createHash('sha256').update(rpId).digest(), Buffer.from([flags]), count, extra])
  }
  return {
    id,
    publicKey: coseOf[algorithm](publicKey),
    /** What the browser hands over after `navigator.credentials.create`. */
    create(touch: Touch) {
      const length = Buffer.alloc(2)
      length.writeUInt16BE(credential.length)
      const attested = Buffer.concat([Buffer.alloc(AAGUID_BYTES), length, credential, coseOf[algorithm](publicKey)])
      const authData = dataOf({ ...touch, flags: (touch.flags ?? PRESENT | VERIFIED) | ATTESTED }, attested)
      const object = cborMap([
        [cborText('fmt'), cborText('none')],
        [cborText('attStmt'), cborMap([])],
        [cborText('authData'), cborBytes(authData)],
      ])
      return {
        id,
        clientDataJSON: clientData({ type: 'webauthn.create', ...touch }),
        attestationObject: object.toString('base64url'),
      }
    },
    /** What the browser hands over after `navigator.credentials.get`. */
    get(touch: Touch) {
      const clientDataJSON = clientData({ type: 'webauthn.get', ...touch })
      const authenticatorData = dataOf(touch)
      const hashed = createHash('sha256').update(Buffer.from(clientDataJSON, 'base64url')).digest()
      const signature = sign(
        algorithm === 'EdDSA' ? null : 'sha256',
        Buffer.concat([authenticatorData, hashed]),
        privateKey,
      )
      return {
        id,
        clientDataJSON,
        authenticatorData: authenticatorData.toString('base64url'),
        signature: signature.toString('base64url'),
      }
    },
  }
}

export type Authenticator = ReturnType<typeof createAuthenticator>

const clientData = ({ type = '', challenge, origin = ORIGIN }: Touch): string =>
  Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false })).toString('base64url')

const RSA_BITS = 2048

const keysOf: Readonly<Record<Algorithm, () => { privateKey: KeyObject; publicKey: KeyObject }>> = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
  RS256: () => generateKeyPairSync('rsa', { modulusLength: RSA_BITS }),
}

const memberOf = (key: KeyObject, name: 'x' | 'y' | 'n' | 'e'): Buffer =>
  cborBytes(Buffer.from(String(key.export({ format: 'jwk' })[name]), 'base64url'))

/** Source: RFC 9053, sections 2 and 7, and RFC 8230. */
const coseOf: Readonly<Record<Algorithm, (key: KeyObject) => Buffer>> = {
  ES256: (key) =>
    cborMap([
      [cborNumber(1), cborNumber(2)],
      [cborNumber(3), cborNumber(-7)],
      [cborNumber(-1), cborNumber(1)],
      [cborNumber(-2), memberOf(key, 'x')],
      [cborNumber(-3), memberOf(key, 'y')],
    ]),
  EdDSA: (key) =>
    cborMap([
      [cborNumber(1), cborNumber(1)],
      [cborNumber(3), cborNumber(-8)],
      [cborNumber(-1), cborNumber(6)],
      [cborNumber(-2), memberOf(key, 'x')],
    ]),
  RS256: (key) =>
    cborMap([
      [cborNumber(1), cborNumber(3)],
      [cborNumber(3), cborNumber(-257)],
      [cborNumber(-1), memberOf(key, 'n')],
      [cborNumber(-2), memberOf(key, 'e')],
    ]),
}

/** The part of CBOR that is needed. Source: RFC 8949, section 3. */
function head(major: number, argument: number): Buffer {
  if (argument < 24) return Buffer.from([(major << 5) | argument])
  if (argument < 256) return Buffer.from([(major << 5) | 24, argument])
  return Buffer.from([(major << 5) | 25, argument >> 8, argument & 0xff])
}
const cborNumber = (value: number): Buffer => (value < 0 ? head(1, -1 - value) : head(0, value))
const cborBytes = (bytes: Buffer): Buffer => Buffer.concat([head(2, bytes.length), bytes])
const cborText = (text: string): Buffer => Buffer.concat([head(3, text.length), Buffer.from(text)])
const cborMap = (members: readonly (readonly [Buffer, Buffer])[]): Buffer =>
  Buffer.concat([head(5, members.length), ...members.flat()])
