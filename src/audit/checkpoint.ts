import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'

/** What the log commits to: this origin’s tree of `size` leaves has this root (C2SP tlog-checkpoint). */
export interface Checkpoint {
  /** The log’s name, which is also its key’s: no white space, no `+`. */
  readonly origin: string
  readonly size: number
  /** 32 bytes. */
  readonly root: Uint8Array
}

/** The name of Cordon’s log, and of the key that signs it. */
export const LOG_ORIGIN = 'cordon/log'

// C2SP signed-note: the type byte of Ed25519, and the head of its SubjectPublicKeyInfo (RFC 8410), before the 32 bytes.
const ED25519 = Uint8Array.of(1)
const ED25519_SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex')
const KEY_BYTES = 32
const ROOT_BYTES = 32
const ID_BYTES = 4

/** The checkpoint as a signed note, with one signature by the log’s Ed25519 key (PKCS #8 PEM). The same input gives the same note. */
export function signCheckpoint(checkpoint: Checkpoint, privateKeyPem: string): string {
  const text = textOf(checkpoint)
  const key = createPrivateKey(privateKeyPem)
  const id = keyId(checkpoint.origin, rawPublicKey(createPublicKey(key)))
  const signature = Buffer.concat([id, sign(null, Buffer.from(text), key)]).toString('base64')
  return `${text}\n— ${checkpoint.origin} ${signature}\n`
}

/**
 * What a signed note commits to, once the signature of the key with this line is verified; other signatures are ignored.
 * Throws `TypeError` that says what is wrong, for a note or line that is malformed, of another origin, or not signed by the key.
 */
export function verifyCheckpoint(note: string, keyLine: string): Checkpoint {
  const { name, id, key } = readKeyLine(keyLine)
  const { text, signatures } = readNote(note)
  const ours = signatures.filter((signature) => signature.name === name && signature.id === id)
  if (ours.length === 0) throw new TypeError(`The note has no signature by ${name}+${id}`)
  if (!ours.every(({ bytes }) => verify(null, Buffer.from(text), key, bytes)))
    throw new TypeError(`The signature by ${name}+${id} is not of this note`)
  const checkpoint = readText(text)
  if (checkpoint.origin !== name) throw new TypeError(`The note is of ${checkpoint.origin}, the key of ${name}`)
  return checkpoint
}

/** The verifier key of a log (C2SP signed-note), for whoever checks its notes: `<origin>+<id>+<key>`. Nothing secret. */
export function publicKeyLine(origin: string, privateKeyPem: string): string {
  const publicKey = rawPublicKey(createPublicKey(createPrivateKey(privateKeyPem)))
  assertName(origin)
  return `${origin}+${keyId(origin, publicKey).toString('hex')}+${Buffer.concat([ED25519, publicKey]).toString('base64')}`
}

function textOf({ origin, size, root }: Checkpoint): string {
  assertName(origin)
  if (!Number.isSafeInteger(size) || size < 0) throw new TypeError(`${size} is no number of leaves`)
  if (root.length !== ROOT_BYTES) throw new TypeError(`A root has ${ROOT_BYTES} bytes, not ${root.length}`)
  return `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`
}

function readText(text: string): Checkpoint {
  const [origin = '', size = '', root = '', ...more] = text.slice(0, -1).split('\n')
  if (!/^(0|[1-9]\d*)$/.test(size) || !Number.isSafeInteger(Number(size)))
    throw new TypeError(`“${size}” is no number of leaves`)
  if (more.includes('')) throw new TypeError('A checkpoint has no empty lines')
  const checkpoint = { origin, size: Number(size), root: fromBase64(root, ROOT_BYTES) }
  assertName(origin)
  return checkpoint
}

interface Signature {
  readonly name: string
  /** Lowercase hex. */
  readonly id: string
  readonly bytes: Uint8Array
}

function readNote(note: string): { readonly text: string; readonly signatures: readonly Signature[] } {
  const split = note.lastIndexOf('\n\n')
  if (split < 0 || !note.endsWith('\n')) throw new TypeError('A signed note is a text, an empty line and signatures')
  const signatures = note
    .slice(split + 2, -1)
    .split('\n')
    .map(readSignature)
  return { text: note.slice(0, split + 1), signatures }
}

function readSignature(line: string): Signature {
  const [, name = '', encoded = ''] = /^— ([^\s+]+) (\S+)$/u.exec(line) ?? []
  const bytes = fromBase64(encoded)
  if (bytes.length <= ID_BYTES) throw new TypeError(`“${line}” is no signature line`)
  return { name, id: bytes.subarray(0, ID_BYTES).toString('hex'), bytes: bytes.subarray(ID_BYTES) }
}

function readKeyLine(line: string): { readonly name: string; readonly id: string; readonly key: KeyObject } {
  const [, name = '', id = '', encoded = ''] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(line) ?? []
  const typed = fromBase64(encoded, ED25519.length + KEY_BYTES)
  const raw = typed.subarray(ED25519.length)
  if (typed[0] !== ED25519[0]) throw new TypeError('Only Ed25519 keys are understood')
  if (keyId(name, raw).toString('hex') !== id) throw new TypeError(`The id ${id} is not that of the key`)
  return {
    name,
    id,
    key: createPublicKey({ key: Buffer.concat([ED25519_SPKI_HEAD, raw]), format: 'der', type: 'spki' }),
  }
}

function rawPublicKey(key: KeyObject): Buffer {
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError(`The log’s key is ${key.asymmetricKeyType}, not Ed25519`)
  return key.export({ format: 'der', type: 'spki' }).subarray(-KEY_BYTES)
}

const keyId = (name: string, publicKey: Uint8Array): Buffer =>
  createHash('sha256').update(`${name}\n`).update(ED25519).update(publicKey).digest().subarray(0, ID_BYTES)

function assertName(name: string): void {
  if (!/^[^\s+]+$/u.test(name)) throw new TypeError(`“${name}” is no name of a log: no white space, no plus sign`)
}

/** Refuses what Node’s reader would overlook: other alphabets, missing padding, stray characters, stray bits. */
function fromBase64(text: string, length?: number): Buffer {
  const bytes = Buffer.from(text, 'base64')
  if (text === '' || bytes.toString('base64') !== text) throw new TypeError(`“${text}” is not base64`)
  if (length !== undefined && bytes.length !== length)
    throw new TypeError(`“${text}” has ${bytes.length} bytes, not ${length}`)
  return bytes
}
