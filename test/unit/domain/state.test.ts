import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fill } from '#domain/state'

describe('a placeholder', () => {
  it('is filled wherever it stands, and no other one is', () => {
    expect(fill('{"a":"{issuedBefore}","b":"{newKeyId}"}', { issuedBefore: 'T' })).toBe('{"a":"T","b":"{newKeyId}"}')
  })

  it('is filled with exactly the value, whatever characters it has', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        expect(fill('<{x}>', { x: value })).toBe(`<${value}>`)
      }),
    )
    expect(fill('<{x}>', { x: '$& $1' })).toBe('<$& $1>')
  })

  it('has only the names that somebody gave a value: nothing of the language itself', () => {
    for (const text of ['{constructor}', '{toString}', '{valueOf}']) expect(fill(text, {})).toBe(text)
  })

  it('is looked for in texts only', () => {
    for (const value of [null, 1, true, ['{x}']]) expect(fill(value, { x: 'y' })).toEqual(value)
  })
})
