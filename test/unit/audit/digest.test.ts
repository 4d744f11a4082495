import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { digestOf, sha256Hex } from '#audit/digest'

describe('sha256Hex', () => {
  it('gives the published digest of “abc”', () => {
    expect(sha256Hex(new TextEncoder().encode('abc'))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    )
  })
})

describe('digestOf', () => {
  it('is SHA-256 over the tag’s line and the canonical bytes', () => {
    const expected = createHash('sha256').update('cordon/plan/v1\n{"a":1,"b":[true]}').digest('hex')
    expect(digestOf('plan', { b: [true], a: 1 })).toBe(expected)
  })

  it('differs between two kinds of thing with the same content', () => {
    expect(digestOf('plan', {})).not.toBe(digestOf('policy', {}))
  })

  it.each(['', 'Plan', 'plan/v1', 'plan\n', '-plan'])('refuses the tag “%s”', (tag) => {
    expect(() => digestOf(tag, {})).toThrow(TypeError)
  })
})
