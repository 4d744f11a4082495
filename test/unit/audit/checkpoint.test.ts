import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { publicKeyLine, signCheckpoint, verifyCheckpoint } from '#audit/checkpoint'
import { leafHash } from '#audit/merkle'

const newKey = () => generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()

/** An Ed25519 key from its 32 bytes (RFC 8410). */
const keyFrom = (seed: Buffer) =>
  createPrivateKey({
    key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]),
    format: 'der',
    type: 'pkcs8',
  })
    .export({ format: 'pem', type: 'pkcs8' })
    .toString()

const key = newKey()
const checkpoint = { origin: 'cordon/example', size: 7, root: leafHash(Buffer.from('entry')) }
const note = signCheckpoint(checkpoint, key)
const line = publicKeyLine(checkpoint.origin, key)

describe('a checkpoint', () => {
  it('is the text of C2SP and one signature line', () => {
    const root = Buffer.from(checkpoint.root).toString('base64')
    expect(note).toMatch(/^cordon\/example\n7\n[A-Za-z0-9+/=]{44}\n\n— cordon\/example [A-Za-z0-9+/=]{92}\n$/)
    expect(note.split('\n')[2]).toBe(root)
  })

  it('gives back what was signed', () => {
    const { root, ...rest } = verifyCheckpoint(note, line)
    expect(rest).toEqual({ origin: 'cordon/example', size: 7 })
    expect(Buffer.from(root)).toEqual(Buffer.from(checkpoint.root))
  })

  it('ignores signatures of keys that it was not asked about', () => {
    const witnessed = `${note}— witness.example ${Buffer.alloc(80, 7).toString('base64')}\n`
    expect(verifyCheckpoint(witnessed, line).size).toBe(7)
  })

  it.each([
    ['another size', note.replace('\n7\n', '\n8\n')],
    ['a leading zero', note.replace('\n7\n', '\n07\n')],
    [
      'another root',
      note.replace(/\n(.)(?=[A-Za-z0-9+/=]{43}\n)/, (_, first: string) => `\n${first === 'A' ? 'B' : 'A'}`),
    ],
    ['another origin', note.replaceAll('cordon/example', 'cordon/other')],
    ['no signature', note.slice(0, note.indexOf('\n\n') + 2)],
    ['no empty line', note.replace('\n\n', '\n')],
    ['no last line feed', note.slice(0, -1)],
    ['nothing', ''],
  ])('is refused with %s', (_, altered) => {
    expect(altered).not.toBe(note)
    expect(() => verifyCheckpoint(altered, line)).toThrow(TypeError)
  })

  it('is refused by another key of the same name', () => {
    expect(() => verifyCheckpoint(note, publicKeyLine(checkpoint.origin, newKey()))).toThrow(
      'no signature by cordon/example',
    )
  })

  it.each(['', 'cordon/example', line.replace('+', '+0'), `${line}A`])(
    'is refused with the key line “%s”',
    (broken) => {
      expect(() => verifyCheckpoint(note, broken)).toThrow(TypeError)
    },
  )

  it.each(['', 'a b', 'a+b', 'a\nb'])('is not signed under the name “%s”', (origin) => {
    expect(() => signCheckpoint({ ...checkpoint, origin }, key)).toThrow(TypeError)
  })

  it('is not signed for a root of another length or a size that is no number', () => {
    expect(() => signCheckpoint({ ...checkpoint, root: new Uint8Array(31) }, key)).toThrow('32 bytes')
    expect(() => signCheckpoint({ ...checkpoint, size: -1 }, key)).toThrow('number of leaves')
  })

  it('is not signed with a key of another kind', () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      .privateKey.export({ format: 'pem', type: 'pkcs8' })
      .toString()
    expect(() => signCheckpoint(checkpoint, other)).toThrow('not Ed25519')
  })

  it('verifies a note that another implementation signed', () => {
    // The example of Go’s sumdb/note: PeterNeumann’s published test key and text.
    const peter = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
    const text =
      'If you think cryptography is the answer to your problem,\nthen you don’t know what your problem is.\n'.replace(
        '’',
        "'",
      )
    const signed = `${text}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`
    // Signed by Peter, and no checkpoint: the signature is accepted, then the text is refused.
    expect(() => verifyCheckpoint(signed, peter)).toThrow('no number of leaves')
    expect(() => verifyCheckpoint(signed.replace('answer', 'Answer'), peter)).toThrow('is not of this note')
  })

  it('makes the key line that other implementations make', () => {
    const seed = Buffer.alloc(32, 1)
    expect(publicKeyLine('example.com/log', keyFrom(seed))).toMatch(
      /^example\.com\/log\+[0-9a-f]{8}\+A[A-Za-z0-9+/]{43}$/,
    )
  })
})
