import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Comparable, discrepancies, effects, judge, judgeResumed } from '#domain/judge'
import type { DeclaredCall, State } from '#domain/state'

const call = (field: string, before: string | null, after: string | null): DeclaredCall => ({
  operation: 'iam:Change',
  permissions: ['iam:Change'],
  resource: 'arn',
  change: { field, before, after },
})

const value = fc.constantFrom<string | null>(null, 'one', 'two', 'three')
const fields = ['a', 'b', 'c', 'd'] as const

/** A step over some of four fields, as it was planned. */
const anyStep: fc.Arbitrary<Comparable> = fc
  .record({
    before: fc.record({ a: value, b: value, c: value, d: value }),
    written: fc.subarray([...fields]),
    after: value,
  })
  .map(({ before, written, after }) => ({
    before,
    calls: written.map((field) => call(field, before[field], after ?? `new ${field}`)),
  }))

/** What the calls write, one after the other, into a target. */
const apply = (live: State, calls: readonly DeclaredCall[]): State => ({
  ...live,
  ...Object.fromEntries(calls.map(({ change }) => [change.field, change.after])),
})

describe('a step is judged', () => {
  it('as done when every call that is outstanding is made, wherever it was interrupted', () => {
    fc.assert(
      fc.property(anyStep, fc.nat(), (step, cut) => {
        const interrupted = apply(step.before, step.calls.slice(0, cut % (step.calls.length + 1)))
        const first = judge(step, interrupted, {})
        if (first.kind === 'drifted') throw new Error(first.difference)
        const rest = first.kind === 'outstanding' ? first.calls : []
        expect(judge(step, apply(interrupted, rest), {})).toEqual({ kind: 'done' })
      }),
    )
  })

  it('as outstanding only by calls that have not had their effect', () => {
    fc.assert(
      fc.property(anyStep, fc.nat(), (step, cut) => {
        const made = step.calls.slice(0, cut % (step.calls.length + 1))
        const judged = judge(step, apply(step.before, made), {})
        const open = judged.kind === 'outstanding' ? judged.calls : []
        expect(open.filter(({ change }) => made.some((one) => one.change.field === change.field))).toEqual([])
      }),
    )
  })

  it('as drifted when a stranger changed any recorded field to something else', () => {
    fc.assert(
      fc.property(anyStep, fc.constantFrom(...fields), (step, field) => {
        const live = { ...step.before, [field]: 'a stranger’s' }
        expect(judge(step, live, {}).kind).toBe('drifted')
      }),
    )
  })

  it('without a look at fields that nobody recorded', () => {
    fc.assert(
      fc.property(anyStep, fc.string(), (step, tag) => {
        expect(judge(step, { ...step.before, 'tag:owner': tag }, {})).toEqual(judge(step, step.before, {}))
      }),
    )
  })
})

describe('a set-valued step', () => {
  const members = { ceiling: 2, call: call('{member}', 'Active', 'Inactive') }
  const step: Comparable = { before: { k1: 'Active' }, calls: [call('k1', 'Active', 'Inactive')], members }

  it('covers members that appear later, up to the ceiling that was shown', () => {
    expect(judge(step, { k1: 'Active', k2: 'Active' }, {})).toMatchObject({
      kind: 'outstanding',
      calls: [{ change: { field: 'k2' } }, { change: { field: 'k1' } }],
    })
    expect(judge(step, { k1: 'Active', k2: 'Active', k3: 'Active' }, {}).kind).toBe('drifted')
  })

  it('needs nothing for a member that somebody removed', () => {
    expect(judge(step, {}, {})).toEqual({ kind: 'done' })
  })

  it('says of a member that it has changed since', () => {
    expect(discrepancies(step, { k1: 'Inactive', k2: 'Active' }, {})).toEqual(['k2 is Active again'])
  })
})

describe('a step that was interrupted', () => {
  const calls = [call('newKey', null, '{newKeyId}'), call('secret', null, '{newKeyId}')]
  const step: Comparable = { before: { keys: 'K1', newKey: null, secret: null }, calls }

  it('learns a placeholder from the last field that bears it', () => {
    const live = { keys: 'K1', newKey: 'K2', secret: 'K2' }
    expect(judgeResumed(step, live, {})).toEqual({ judgement: { kind: 'done' }, values: { newKeyId: 'K2' } })
  })

  it('begins anew what was begun under a name that no witness kept', () => {
    const { judgement, values } = judgeResumed(step, { keys: 'K1', newKey: 'K2', secret: null }, {})
    expect(judgement).toMatchObject({
      kind: 'outstanding',
      calls: [{ change: { field: 'newKey' } }, { change: { field: 'secret' } }],
    })
    expect(values).toEqual({})
  })

  it('is told with the effects that are there, and no others', () => {
    expect(effects(step, { keys: 'K1', newKey: 'K2', secret: null }, { newKeyId: 'K2' })).toMatchObject([
      { change: { field: 'newKey', after: 'K2' } },
    ])
  })
})

describe('a read-back', () => {
  const step: Comparable = { before: { ours: null, other: 'x' }, calls: [call('ours', null, 'deny')] }

  it('has nothing to say of what others changed beside the step', () => {
    expect(discrepancies(step, { ours: 'deny', other: 'changed' }, {})).toEqual([])
  })

  it('says what somebody took back', () => {
    expect(discrepancies(step, { ours: null, other: 'x' }, {})).toEqual(['ours is absent again'])
  })
})
