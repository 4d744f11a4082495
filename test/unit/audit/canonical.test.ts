import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalBytes, parseCanonical } from '#audit/canonical'
import type { Json } from '#domain/json'
import { anyJson } from '../../support/any-json.ts'

const text = (value: Json) => new TextDecoder().decode(canonicalBytes(value))
const bytes = (json: string) => new TextEncoder().encode(json)

/** What a caller without types could hand over. */
const untyped = (value: unknown) => () => canonicalBytes(value as Json)

describe('canonicalBytes', () => {
  it('writes members in the order of their UTF-16 code units, as RFC 8785 shows', () => {
    const sample = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew',
      '1': 'One',
      '\u{1f600}': 'Emoji',
      '\u0080': 'Control',
      '\u00f6': 'o umlaut',
    }
    expect(text(sample)).toBe(
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","\u00f6":"o umlaut","\u20ac":"Euro Sign","\u{1f600}":"Emoji","\ufb33":"Hebrew"}',
    )
  })

  it('writes strings with the escapes of RFC 8785 and no others', () => {
    expect(text('\u20ac$\u000f\nA\'B"\\\\"/\u2028')).toBe('"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/\u2028"')
  })

  it('writes literals and whole numbers plainly', () => {
    expect(text([null, true, false, 0, -0, -1, Number.MAX_SAFE_INTEGER])).toBe(
      '[null,true,false,0,0,-1,9007199254740991]',
    )
  })

  it('keeps a member that is called __proto__', () => {
    expect(text(JSON.parse('{"__proto__":1,"a":2}'))).toBe('{"__proto__":1,"a":2}')
  })

  it.each([
    ['a fraction', { a: [0.5] }, '$.a[0]'],
    ['a number from 2^53', 2 ** 53, '$'],
    ['NaN', { n: Number.NaN }, '$.n'],
    ['undefined', { left: undefined }, '$.left'],
    ['a hole in an array', Object.assign([], { length: 1 }), '$[0]'],
    ['a date', { at: new Date(0) }, '$.at'],
    ['a map', new Map(), '$'],
    ['bytes', { b: new Uint8Array(1) }, '$.b'],
    ['a bigint', 1n, '$'],
    ['a function', { f: () => 1 }, '$.f'],
    ['a lone surrogate', ['\ud800'], '$[0]'],
    ['a lone surrogate in a name', { '\udc00': 1 }, '$'],
  ])('refuses %s and names the place', (_, value, place) => {
    expect(untyped(value)).toThrow(TypeError)
    expect(untyped(value)).toThrow(place)
  })

  it('gives the same bytes for the same value, whatever order its members were set in', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), anyJson), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse())
        expect(canonicalBytes(turned)).toEqual(canonicalBytes(value))
      }),
    )
  })

  it('is JSON with the value that was written', () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        expect(JSON.parse(text(value))).toEqual(value)
      }),
    )
  })
})

describe('parseCanonical', () => {
  it('reads back what was written', () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        expect(parseCanonical(canonicalBytes(value))).toEqual(value)
      }),
    )
  })

  it.each([
    ['white space', '{"a": 1}'],
    ['another order', '{"b":1,"a":2}'],
    ['a key twice', '{"a":1,"a":2}'],
    ['a needless escape', '"\\u0061"'],
    ['another number form', '1e3'],
    ['a fraction', '1.5'],
    ['minus zero', '-0'],
    ['an escaped lone surrogate', '"\\ud800"'],
    ['a byte order mark', '\ufeff1'],
    ['more than one value', '1 2'],
    ['nothing', ''],
  ])('refuses %s', (_, json) => {
    expect(() => parseCanonical(bytes(json))).toThrow(TypeError)
  })

  it('refuses bytes that are not UTF-8', () => {
    expect(() => parseCanonical(Uint8Array.of(0x22, 0xff, 0x22))).toThrow(TypeError)
  })
})
