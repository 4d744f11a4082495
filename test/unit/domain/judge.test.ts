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

/** An attempt that stops after some of its calls, or somebody else who writes a field. */
type Turn =
  | { readonly kind: 'attempt'; readonly calls: number }
  | { readonly kind: 'stranger'; readonly field: string; readonly value: string | null }

const anyTurn: fc.Arbitrary<Turn> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('attempt'), calls: fc.nat(4) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('stranger'),
      field: fc.constantFrom(...fields),
      value: fc.constantFrom<string | null>(null, 'one', 'a stranger’s'),
    }),
  },
)

describe('a step that is tried again and again beside others', () => {
  it('never writes over what is not as it was approved, and goes on until it is done or drifted', () => {
    fc.assert(
      fc.property(anyStep, fc.array(anyTurn, { maxLength: 12 }), (step, turns) => {
        let live = step.before
        for (const turn of [...turns, { kind: 'attempt', calls: 4 } as const]) {
          if (turn.kind === 'stranger') live = { ...live, [turn.field]: turn.value }
          const judged = judge(step, live, {})
          if (turn.kind === 'stranger' || judged.kind !== 'outstanding') continue
          const made = judged.calls.slice(0, turn.calls)
          for (const { change } of made) expect(live[change.field]).toEqual(change.before)
          live = apply(live, made)
        }
        expect(judge(step, live, {}).kind).toBe(isExplained(step, live) ? 'done' : 'drifted')
      }),
      { numRuns: 1000 },
    )
  })
})

/** Every field as after its call, or as before where no call writes it. */
const isExplained = ({ before, calls }: Comparable, live: State): boolean =>
  fields.every((field) => {
    const written = calls.find(({ change }) => change.field === field)
    return live[field] === (written === undefined ? before[field] : written.change.after)
  })

describe('a set-valued step', () => {
  it('ends with every member as approved, whichever came and went, up to the ceiling', () => {
    const status = fc.constantFrom('Active', 'Inactive')
    const set = fc.dictionary(fc.constantFrom('k1', 'k2', 'k3', 'k4'), status, { maxKeys: 4 })
    fc.assert(
      fc.property(set, set, (planned, live) => {
        const active = Object.keys(planned).filter((name) => planned[name] === 'Active')
        const several: Comparable = {
          before: planned,
          calls: active.map((name) => call(name, 'Active', 'Inactive')),
          members: { ceiling: 3, call: call('{member}', 'Active', 'Inactive') },
        }
        const judged = judge(several, live, {})
        expect(judged.kind === 'drifted').toBe(Object.keys(live).length > 3)
        if (judged.kind === 'drifted') return
        const open = judged.kind === 'outstanding' ? judged.calls.map(({ change }) => change.field) : []
        const stillActive = Object.keys(live).filter((name) => live[name] === 'Active')
        expect(open.toSorted()).toEqual(stillActive.toSorted())
        const after = apply(live, judged.kind === 'outstanding' ? judged.calls : [])
        expect(judge(several, after, {})).toEqual({ kind: 'done' })
        expect(discrepancies(several, after, {})).toEqual([])
      }),
    )
  })

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

  it('ends with one name in every field that bears it, however often it is interrupted', () => {
    const several = fc
      .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 })
      .map((names) => [...new Set(names)])
    fc.assert(
      fc.property(several, fc.array(fc.nat(3), { maxLength: 6 }), (named, cuts) => {
        const before = Object.fromEntries(named.map((field) => [field, null]))
        const open: Comparable = { before, calls: named.map((field) => call(field, null, '{name}')) }
        let live: State = before
        // Nothing is recorded of an attempt that dies: the next one has the target only.
        for (const [attempt, cut] of [...cuts, named.length].entries()) {
          const { judgement, values } = judgeResumed(open, live, {})
          if (judgement.kind === 'drifted') throw new Error(judgement.difference)
          const name = values.name ?? `name ${attempt}`
          const calls = judgement.kind === 'outstanding' ? judgement.calls.slice(0, cut) : []
          live = { ...live, ...Object.fromEntries(calls.map(({ change }) => [change.field, name])) }
        }
        const last = judgeResumed(open, live, {})
        expect(last.judgement).toEqual({ kind: 'done' })
        expect(new Set(named.map((field) => live[field]))).toEqual(new Set([last.values.name]))
      }),
    )
  })

  it('keeps a value that the permit recorded, whatever the target shows', () => {
    const { values } = judgeResumed(step, { keys: 'K1', newKey: 'K3', secret: 'K3' }, { newKeyId: 'K2' })
    expect(values).toEqual({ newKeyId: 'K2' })
  })

  it('is told with the effects that are there, and no others', () => {
    fc.assert(
      fc.property(anyStep, fc.nat(4), (planned, cut) => {
        const made = planned.calls.slice(0, cut)
        const told = effects(planned, apply(planned.before, made), {})
        const fieldsOf = (calls: readonly DeclaredCall[]) => calls.map(({ change }) => change.field)
        expect(fieldsOf(told)).toEqual(expect.arrayContaining(fieldsOf(made)))
        const more = told.filter(({ change }) => !made.some((one) => one.change.field === change.field))
        expect(more.filter(({ change }) => change.before !== change.after)).toEqual([])
      }),
    )
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

describe('a field that has another value for a moment on its way', () => {
  const swap = (field: string): DeclaredCall => ({
    ...call(field, 'sg-old', '{isolation-vpc-1}'),
    change: { field, before: 'sg-old', after: '{isolation-vpc-1}', via: '{untracked-vpc-1}' },
  })
  const made = (group: string): DeclaredCall => call(`${group} vpc-1`, null, `{${group}-vpc-1}`)
  const calls = [made('isolation'), made('untracked'), swap('groups eni-1'), swap('groups eni-2')]
  const before = {
    'isolation vpc-1': null,
    'untracked vpc-1': null,
    'groups eni-1': 'sg-old',
    'groups eni-2': 'sg-old',
  }
  const groups = { 'isolation vpc-1': 'sg-isolation', 'untracked vpc-1': 'sg-untracked' }
  const fieldsLeft = (live: State) => {
    const { judgement } = judgeResumed({ before, calls }, live, {})
    return judgement.kind === 'outstanding' ? judgement.calls.map(({ change }) => change.field) : judgement.kind
  }

  it('is outstanding as long as it was left there, whoever forgot what the groups are called', () => {
    const left = { ...before, ...groups, 'groups eni-1': 'sg-isolation', 'groups eni-2': 'sg-untracked' }
    expect(fieldsLeft(left)).toEqual(['groups eni-2'])
    expect(fieldsLeft({ ...left, 'groups eni-1': 'sg-untracked' })).toEqual(['groups eni-1', 'groups eni-2'])
  })

  it('is done when it has arrived', () => {
    const arrived = { ...before, ...groups, 'groups eni-1': 'sg-isolation', 'groups eni-2': 'sg-isolation' }
    expect(fieldsLeft(arrived)).toBe('done')
  })

  it('has drifted in any third value', () => {
    expect(fieldsLeft({ ...before, ...groups, 'groups eni-1': 'sg-strange' })).toBe('drifted')
  })
})
