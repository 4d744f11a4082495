import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { differenceOf, shownValue } from '../../../src/console/plans/difference.ts'

describe('the difference of two texts', () => {
  it('marks the lines that only one side has', () => {
    const { before, after } = differenceOf('a\nb\nc', 'a\nx\nc')
    expect(before).toEqual([
      { text: 'a', isChanged: false },
      { text: 'b', isChanged: true },
      { text: 'c', isChanged: false },
    ])
    expect(after.filter(({ isChanged }) => isChanged)).toEqual([{ text: 'x', isChanged: true }])
  })

  it('leaves nothing out, and both sides agree on what stays', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 }).map((all) => all.join('\n'))
    fc.assert(
      fc.property(lines, lines, (one, other) => {
        const { before, after } = differenceOf(one, other)
        const textOf = (side: typeof before) => side.map(({ text }) => text).join('\n')
        expect([textOf(before), textOf(after)]).toEqual([one, other])
        const kept = (side: typeof before) => side.filter(({ isChanged }) => !isChanged).map(({ text }) => text)
        expect(kept(before)).toEqual(kept(after))
      }),
    )
  })
})

describe('a value as text', () => {
  it('spreads JSON over lines only where that changes nothing', () => {
    expect(shownValue('{"a":1}')).toBe('{\n  "a": 1\n}')
    expect(shownValue('{"a": 1}')).toBe('{"a": 1}')
    expect(shownValue('{"a":1,"a":2}')).toBe('{"a":1,"a":2}')
    expect(shownValue('{not json')).toBe('{not json')
    expect(shownValue({ a: 1 })).toBe('{\n  "a": 1\n}')
  })
})
