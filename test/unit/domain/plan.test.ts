import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { outcomeOf } from '#domain/outcome'
import { comesFrom, isTerminal, isUnderWay, planStatuses, type StepOutcome, statusAfter } from '#domain/plan'
import type { DeclaredCall } from '#domain/state'

const call: DeclaredCall = {
  operation: 'iam:X',
  permissions: [],
  resource: 'a',
  change: { field: 'f', before: null, after: 'x' },
}

type Unapplied = Exclude<StepOutcome, { kind: 'applied' }>

const calls = fc.option(fc.constantFrom<readonly DeclaredCall[]>([], [call]), { nil: undefined })
const code = fc.constantFrom('run_by_passed', 'denied', 'access_denied', 'internal')
const anyUnapplied: fc.Arbitrary<Unapplied> = fc
  .tuple(fc.constantFrom('drifted', 'refused', 'failed'), code, calls)
  .map(([kind, why, made]) => {
    const left = made === undefined ? {} : { calls: made }
    return kind === 'drifted' ? { kind, difference: 'x', ...left } : { kind, code: why, reason: 'x', ...left }
  })

describe('a plan’s status', () => {
  it('has no way out of an end but the watch’s', () => {
    const ways = planStatuses
      .filter(isTerminal)
      .flatMap((end) => planStatuses.filter((next) => comesFrom(next).includes(end)).map((next) => [end, next]))
    expect(ways).toEqual([['done', 'partial']])
  })

  it('is carried out only after it was approved, and approved only after it was proposed', () => {
    expect(comesFrom('approved')).toEqual(['proposed'])
    expect(comesFrom('executing')).toEqual(['approved'])
    // At once where there is nothing to carry out.
    expect(comesFrom('done')).toEqual(['approved', 'executing'])
    expect(comesFrom('proposed')).toEqual([])
  })

  it('can be denied until it is carried out, and not any more then', () => {
    expect(comesFrom('denied')).toEqual(['proposed', 'approved'])
  })

  it('can always come to an end', () => {
    const ends = new Set(planStatuses.filter(isTerminal))
    const before = (statuses: ReadonlySet<string>) => planStatuses.filter((one) => statuses.has(one)).flatMap(comesFrom)
    const reach = new Set<string>(ends)
    for (const _ of planStatuses) for (const status of before(reach)) reach.add(status)
    expect([...reach].toSorted()).toEqual([...planStatuses].toSorted())
  })

  it('is under way when approved, being carried out or watched, and never before people have decided', () => {
    expect(planStatuses.filter(isUnderWay)).toEqual(['approved', 'executing', 'done'])
  })

  it('after a step that did not apply says whether anything is there', () => {
    fc.assert(
      fc.property(anyUnapplied, fc.nat(3), (outcome, appliedBefore) => {
        const isSomethingThere = appliedBefore > 0 || (outcome.calls?.length ?? 0) > 0
        expect(statusAfter(outcome, appliedBefore) === 'partial').toBe(isSomethingThere)
        expect(comesFrom(statusAfter(outcome, appliedBefore))).not.toEqual([])
      }),
    )
  })

  it('after a step that did not apply is one that a plan being carried out can come to', () => {
    const late = { kind: 'refused', code: 'run_by_passed', reason: 'x' } as const
    const outcomes = [...fc.sample(anyUnapplied, { seed: 1, numRuns: 100 }), late]
    const ends = new Set(outcomes.map((outcome) => statusAfter(outcome, 0)))
    for (const end of ends) expect(comesFrom(end)).toContain('executing')
    expect(ends).toContain('expired')
  })

  it('after a first step that did not apply says why', () => {
    expect(statusAfter({ kind: 'drifted', difference: 'x' }, 0)).toBe('superseded')
    expect(statusAfter({ kind: 'refused', code: 'run_by_passed', reason: '' }, 0)).toBe('expired')
    expect(statusAfter({ kind: 'refused', code: 'denied', reason: '' }, 0)).toBe('failed')
    expect(statusAfter({ kind: 'failed', code: 'run_by_passed', reason: '' }, 0)).toBe('failed')
  })

  it('is an outcome to the runbook by the same word, and contained only when it is done', () => {
    const told = planStatuses.filter(isTerminal).map((status) => [status, outcomeOf('hash', status, null).outcome])
    expect(Object.fromEntries(told)).toEqual({
      denied: 'denied',
      expired: 'expired',
      superseded: 'superseded',
      done: 'contained',
      partial: 'partial',
      failed: 'failed',
    })
    expect(planStatuses.filter((status) => outcomeOf('hash', status, null).outcome === 'contained')).toEqual(['done'])
  })
})
