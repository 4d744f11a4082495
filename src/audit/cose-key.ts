import { createPublicKey, type KeyObject } from 'node:crypto'

/** A public key of an authenticator, and how its signatures are checked. Source: RFC 9053, and the registry of COSE algorithms. */
export interface CoseKey {
  readonly key: KeyObject
  /** `null` where the algorithm hashes by itself. */
  readonly hash: 'sha256' | null
}

type Label = number
type Value = number | Buffer

const KEY_TYPE = 1
const ALGORITHM = 3
/** ES256, EdDSA, RS256: what authenticators offer and Node checks. */
export const coseAlgorithms = [-7, -8, -257] as const

/** Reads a key in COSE form. Throws `TypeError` for every key that is not ES256, Ed25519 or RS256. */
export function readCoseKey(bytes: Uint8Array): CoseKey {
  const members = readMap(Buffer.from(bytes))
  const text = (label: Label): string => {
    const value = members.get(label)
    if (!Buffer.isBuffer(value)) throw new TypeError(`The key has no member ${label}`)
    return value.toString('base64url')
  }
  const kind = `${String(members.get(KEY_TYPE))}/${String(members.get(ALGORITHM))}`
  switch (kind) {
    case '2/-7':
      return { key: keyOf({ kty: 'EC', crv: 'P-256', x: text(-2), y: text(-3) }), hash: 'sha256' }
    case '1/-8':
      return { key: keyOf({ kty: 'OKP', crv: 'Ed25519', x: text(-2) }), hash: null }
    case '3/-257':
      return { key: keyOf({ kty: 'RSA', n: text(-1), e: text(-2) }), hash: 'sha256' }
    default:
      throw new TypeError(`Keys of kind ${kind} are not known`)
  }
}

const keyOf = (jwk: Record<string, string>): KeyObject => createPublicKey({ key: jwk, format: 'jwk' })

const MAP = 5
const UNSIGNED = 0
const NEGATIVE = 1
const BYTES = 2
const MAJOR_SHIFT = 5
const ARGUMENT = 0x1f
const ONE_BYTE = 24
const TWO_BYTES = 25

/** The part of CBOR that keys are written in: a map of numbers to numbers and bytes. Source: RFC 8949, section 3. */
function readMap(bytes: Buffer): ReadonlyMap<Label, Value> {
  let at = 0
  const head = (): { readonly major: number; readonly argument: number } => {
    const first = bytes.readUInt8(at++)
    const short = first & ARGUMENT
    const major = first >> MAJOR_SHIFT
    if (short < ONE_BYTE) return { major, argument: short }
    if (short === ONE_BYTE) return { major, argument: bytes.readUInt8(at++) }
    if (short !== TWO_BYTES) throw new TypeError('The key is longer than any that is known')
    at += 2
    return { major, argument: bytes.readUInt16BE(at - 2) }
  }
  const value = (): Value => {
    const { major, argument } = head()
    if (major === UNSIGNED) return argument
    if (major === NEGATIVE) return -1 - argument
    if (major !== BYTES || at + argument > bytes.length) throw new TypeError('The key is not in COSE form')
    at += argument
    return bytes.subarray(at - argument, at)
  }
  const { major, argument } = head()
  if (major !== MAP) throw new TypeError('The key is not in COSE form')
  const members = new Map<Label, Value>()
  for (let member = 0; member < argument; member += 1) {
    const label = value()
    if (typeof label !== 'number' || members.has(label)) throw new TypeError('The key is not in COSE form')
    members.set(label, value())
  }
  return members
}
