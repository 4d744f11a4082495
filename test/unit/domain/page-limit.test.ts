import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BESIDE_THE_LADDER, digestText, fits, pageKindOf, pageKinds, usualPageLimit } from '#domain/page-limit'

const some = { severityMilli: 5000, plan: null, level: 1 }

describe('the limit of pages', () => {
  it('leaves a place for the digest, one for something critical and one for a vote', () => {
    const most = pageKinds.map(
      (kind) => [0, 1, 2, 3, 4, 5, 6].filter((sent) => fits(kind, sent, usualPageLimit)).length,
    )
    expect(most).toEqual([5, 4, 3])
  })

  it('lets no order of calls bring anybody more than the limit, the digest counted', () => {
    const calls = fc.array(fc.constantFrom(...pageKinds), { maxLength: 200 })
    fc.assert(
      fc.property(calls, fc.integer({ min: 4, max: 20 }), (kinds, pages) => {
        const limit = { pages, windowMs: 1 }
        const sent = kinds.reduce((now, kind) => (fits(kind, now, limit) ? now + 1 : now), 0)
        expect(sent + 1).toBeLessThanOrEqual(pages)
      }),
    )
  })

  it('knows what a page is about', () => {
    expect(pageKindOf(some)).toBe('other')
    expect(pageKindOf({ ...some, plan: 'f00d' })).toBe('vote')
    expect(pageKindOf({ ...some, severityMilli: 9000 })).toBe('critical')
    expect(pageKindOf({ ...some, level: BESIDE_THE_LADDER })).toBe('critical')
  })
})

describe('a digest', () => {
  it('counts every call and names the gravest first', () => {
    const calls = [
      ...Array.from({ length: 12 }, (_, at) => ({
        incident: `inc-${at}`,
        text: 'a port was probed',
        kind: 'other' as const,
      })),
      { incident: 'inc-vote', text: 'a plan waits', kind: 'vote' as const },
      { incident: 'inc-worst', text: 'root is used', kind: 'critical' as const },
    ]
    const text = digestText(calls)
    expect(text).toMatch(
      /^14 more calls wait for you \(1 critical, 1 for a vote, 12 other\); inc-worst: root is used; inc-vote: /,
    )
    expect(text).toMatch(/inc-7: a port was probed; and 4 more in the console$/)
  })
})
