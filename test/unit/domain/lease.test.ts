import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type LeaseTimes, leaseOf, leaseState, noticeDue, renewalObjection, usualLease } from '#domain/lease'

const HOUR = 3_600_000
const DAY = 24 * HOUR

const lease = (changed: Partial<LeaseTimes> = {}): LeaseTimes => ({
  until: 10 * DAY,
  warnMs: DAY,
  warnedFor: null,
  endedFor: null,
  ...changed,
})

const times = fc.integer({ min: 0, max: 40 * DAY })
const spans = fc.integer({ min: 0, max: 10 * DAY })

/** What people are told when somebody looks at these times, in order. */
function toldAt(looks: readonly number[], { until, warnMs }: Pick<LeaseTimes, 'until' | 'warnMs'>) {
  let now = lease({ until, warnMs })
  return looks
    .toSorted((one, other) => one - other)
    .flatMap((at) => {
      const notice = noticeDue(now, at)
      if (notice === 'ending') now = { ...now, warnedFor: until }
      if (notice === 'ended') now = { ...now, endedFor: until }
      return notice === null ? [] : [{ notice, at }]
    })
}

describe('a lease', () => {
  it('is for seven days with a day’s warning where a policy says nothing', () => {
    expect(leaseOf({})).toEqual({ forMs: 7 * DAY, warnMs: DAY })
    expect(leaseOf({ lease: { forMs: HOUR, warnMs: 1 } })).toEqual({ forMs: HOUR, warnMs: 1 })
  })

  it('is ending within its warning time, and ended from its end on', () => {
    expect([9 * DAY - 1, 9 * DAY, 10 * DAY - 1, 10 * DAY].map((now) => leaseState(lease(), now))).toEqual([
      'standing',
      'ending',
      'ending',
      'ended',
    ])
  })

  it('warns at most once and ends at most once for an end, in that order and never before their times', () => {
    fc.assert(
      fc.property(fc.array(times, { maxLength: 30 }), times, spans, (looks, until, warnMs) => {
        const told = toldAt(looks, { until, warnMs })
        expect([[], ['ending'], ['ended'], ['ending', 'ended']]).toContainEqual(told.map(({ notice }) => notice))
        for (const { notice, at } of told)
          expect(at).toBeGreaterThanOrEqual(notice === 'ended' ? until : until - warnMs)
      }),
    )
  })

  it('tells of its end however late somebody looks', () => {
    fc.assert(
      fc.property(times, spans, spans, (until, warnMs, late) => {
        expect(toldAt([until + late], { until, warnMs })).toEqual([{ notice: 'ended', at: until + late }])
      }),
    )
  })

  it('begins anew with another end, whatever was told of the one before', () => {
    fc.assert(
      fc.property(times, spans, times, (until, warnMs, before) => {
        fc.pre(until !== before)
        const renewed = lease({ until, warnMs, warnedFor: before, endedFor: before })
        expect(noticeDue(renewed, until)).toBe('ended')
        expect(noticeDue(renewed, until - warnMs - 1)).toBeNull()
      }),
    )
  })
})

describe('a renewal', () => {
  it('is from an hour to as long as policy gave it', () => {
    expect(renewalObjection(HOUR, usualLease)).toBeNull()
    expect(renewalObjection(7 * DAY, usualLease)).toBeNull()
    expect(renewalObjection(HOUR - 1, usualLease)).toContain('1h at least and 7d at most')
    expect(renewalObjection(7 * DAY + 1, usualLease)).toContain('7d at most')
  })

  it('is possible for every lease, and never beyond its policy', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 365 * DAY }), times, (longest, forMs) => {
        expect(renewalObjection(longest, { forMs: longest })).toBeNull()
        if (forMs > longest) expect(renewalObjection(forMs, { forMs: longest })).not.toBeNull()
      }),
    )
  })
})
