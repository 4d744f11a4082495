import { describe, expect, it } from 'vitest'
import { MOST_MENTIONS, mentionsIn } from '#domain/mention'

const people = new Set(['ada', 'ben', 'j.doe', 'night-shift'])

describe('names in a comment', () => {
  it.each([
    ['@ada, can you look? @ben too', ['ada', 'ben']],
    ['@ada and again @ada', ['ada']],
    ['it was @j.doe.', ['j.doe']],
    ['(@night-shift)', ['night-shift']],
    ['ada@ben and x.@ada and @@ada', []],
    ['@zoe @ADA @adam', []],
    ['<img src=@ada>', ['ada']],
    ['', []],
  ])('of %j are %j', (text, names) => {
    expect(mentionsIn(text, people)).toEqual(names)
  })

  it('are so many at most', () => {
    const many = Array.from({ length: MOST_MENTIONS + 5 }, (_, index) => `p${index}`)
    expect(mentionsIn(many.map((id) => `@${id}`).join(' '), new Set(many))).toHaveLength(MOST_MENTIONS)
  })

  it('are found in time in hostile text', () => {
    expect(mentionsIn('@'.repeat(4096), people)).toEqual([])
    expect(mentionsIn(`@a${'.'.repeat(4096)}`, people)).toEqual([])
  })
})
