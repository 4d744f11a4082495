import { describe, expect, it } from 'vitest'
import { isSuppression, reviewOf } from '#domain/suppression'

const entry = { from: '2026-01-01', until: '2026-07-01' }
const at = (now: string, hidden = 1) => reviewOf(entry, { hidden, now })

describe('an entry that quiets', () => {
  it('is looked at from 14 days before its end on', () => {
    expect(at('2026-06-16T23:59:59Z')).toEqual({
      state: 'in-force',
      reviewBy: '2026-06-17T00:00:00.000Z',
      review: null,
    })
    expect(at('2026-06-17T00:00:00Z').review).toBe('it expires within 14 days')
  })

  it('is looked at when it hid nothing for 90 days, and not before it is as old', () => {
    expect(at('2026-03-31T23:59:59Z', 0).review).toBeNull()
    expect(at('2026-04-01T00:00:00Z', 0).review).toBe('it hid nothing in 90 days')
  })

  it('begins and stops by its times, and says that it has', () => {
    expect(at('2025-12-31T23:59:59Z', 0)).toMatchObject({ state: 'pending', review: null })
    expect(at('2026-07-01T00:00:00Z')).toMatchObject({ state: 'expired', review: expect.stringContaining('expired') })
  })

  it('is one by which a rule answers, and has an end', () => {
    const said = { id: 'a', owner: 'o', reason: 'r' }
    expect(isSuppression({ ...said, kind: 'expected', ...entry })).toBe(true)
    expect(isSuppression({ ...said, kind: 'maintenance', ...entry })).toBe(false)
    expect(isSuppression({ ...said, kind: 'expected', from: '2026-01-01' })).toBe(false)
  })
})
