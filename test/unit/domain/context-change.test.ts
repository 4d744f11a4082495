import { testFinding } from 'cordon/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Context, type ContextEntry, contextKinds, criticalities } from '#domain/context'
import { wideningsOf } from '#domain/context-change'
import type { Finding } from '#domain/finding'
import { factsOf } from '#domain/triage/match-context'
import { priorities } from '#domain/triage/priority'
import { gravity, judgeCases } from '#domain/verdict'
import { triageRules } from '#triage/index'

const entry: ContextEntry = {
  id: 'scan',
  kind: 'scanner',
  owner: 'security',
  reason: 'ordered',
  from: '2026-01-01',
  until: '2026-06-01',
  networks: ['192.0.2.0/24', '198.51.100.0/24'],
}
const widened = (before: readonly ContextEntry[], after: readonly ContextEntry[]) =>
  wideningsOf({ entries: before }, { entries: after })
const { until: _until, ...endless } = entry

describe('a context', () => {
  it('narrows when an exception ends, is shorter, or names less', () => {
    expect(widened([entry], [])).toEqual([])
    expect(widened([entry], [{ ...entry, until: '2026-05-01' }])).toEqual([])
    expect(widened([entry], [{ ...entry, from: '2026-02-01', networks: ['192.0.2.0/24'] }])).toEqual([])
    expect(widened([entry], [{ ...entry, accounts: ['111122223333'] }])).toEqual([])
    expect(widened([entry], [{ ...entry, owner: 'somebody else', reason: 'other words' }])).toEqual([])
  })

  it('widens when an exception is new, is longer, or names more', () => {
    expect(widened([], [entry])).toEqual(['scan is new: scanner'])
    expect(widened([entry], [{ ...entry, until: '2026-07-01' }])).toEqual(['scan is valid for longer'])
    expect(widened([entry], [endless])).toEqual(['scan is valid for longer'])
    expect(widened([entry], [{ ...entry, from: '2025-12-01' }])).toEqual(['scan begins earlier'])
    expect(widened([entry], [{ ...entry, networks: [...(entry.networks ?? []), '203.0.113.0/24'] }])).toEqual([
      'scan names more networks',
    ])
    expect(widened([{ ...entry, accounts: ['111122223333'] }], [entry])).toEqual(['scan names more accounts'])
    expect(widened([entry], [{ ...entry, kind: 'own-network' }])).toEqual(['scan becomes own-network'])
  })

  it('widens when what added gravity ends or changes, and not when it begins', () => {
    const regions: ContextEntry = {
      id: 'regions',
      kind: 'working-regions',
      owner: 'o',
      reason: 'r',
      regions: ['eu-central-1'],
    }
    const crown: ContextEntry = {
      id: 'crown',
      kind: 'asset',
      owner: 'o',
      reason: 'r',
      entities: ['pay-*'],
      criticality: 'critical',
    }
    expect(widened([], [regions, crown])).toEqual([])
    expect(widened([regions, crown], [crown])).toEqual(['regions ends, which added gravity'])
    expect(widened([regions], [{ ...regions, regions: ['eu-central-1', 'us-east-1'] }])).toHaveLength(1)
    expect(widened([crown], [{ ...crown, criticality: 'low' }])).toHaveLength(1)
    expect(widened([], [{ ...crown, criticality: 'low' }])).toHaveLength(1)
    expect(widened([regions], [regions, { ...regions, id: 'more-regions', regions: ['us-east-1'] }])).toHaveLength(1)
    expect(widened([], [{ ...crown, environment: 'nonproduction' }])).toHaveLength(1)
  })
})

const account = '111122223333'
const some = <T>(...all: readonly T[]) => fc.option(fc.subarray([...all], { minLength: 1 }), { nil: undefined })
const anyEntry = fc
  .record({
    id: fc.constantFrom('a', 'b', 'c'),
    kind: fc.constantFrom(...contextKinds),
    from: fc.constantFrom(undefined, '2026-01-01', '2026-06-01'),
    until: fc.constantFrom(undefined, '2026-06-15', '2026-12-01'),
    accounts: some(account, '777788889999'),
    regions: some('eu-central-1', 'us-east-1'),
    types: some('Recon:*', 'UnauthorizedAccess:*', 'Persistence:*'),
    entities: some('deploy-*', 'another'),
    networks: some('192.0.2.0/24', '198.51.100.0/24'),
    environment: fc.constantFrom(undefined, 'production' as const, 'nonproduction' as const),
    criticality: fc.constantFrom(undefined, ...criticalities),
  })
  .map((said): ContextEntry => {
    const given = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined))
    return { owner: 'o', reason: 'r', ...given } as ContextEntry
  })
const anyContext = fc.uniqueArray(anyEntry, { selector: ({ id }) => id }).map((entries): Context => ({ entries }))

/** What somebody might do to an entry and think that it only narrows; and entries that are new. */
const edits: readonly ((entry: ContextEntry) => readonly ContextEntry[])[] = [
  (same) => [same],
  () => [],
  (same) => [{ ...same, until: '2026-06-05' }],
  (same) => [{ ...same, from: '2026-06-05' }],
  (same) => [{ ...same, types: ['Recon:*'] }],
  (same) => [{ ...same, regions: ['us-east-1'] }],
  (same) => [{ ...same, criticality: 'high' }],
]
const anyEdit = fc.record({
  before: anyContext,
  edits: fc.array(fc.constantFrom(...edits), { minLength: 3, maxLength: 3 }),
  more: fc.option(anyEntry, { nil: undefined }),
})
const edited = ({
  before,
  edits: each,
  more,
}: {
  before: Context
  edits: typeof edits
  more: ContextEntry | undefined
}) => ({
  entries: [
    ...before.entries.flatMap((one, at) => each[at]?.(one) ?? []),
    ...(more === undefined ? [] : [{ ...more, id: 'more' }]),
  ],
})

const anyFinding = fc
  .record({
    type: fc.constantFrom(
      'Recon:IAMUser/TorIPCaller',
      'UnauthorizedAccess:IAMUser/TorIPCaller',
      'Persistence:IAMUser/AnomalousBehavior',
    ),
    updatedAt: fc.constantFrom('2026-05-01T00:00:00Z', '2026-06-10T00:00:00Z', '2026-07-01T00:00:00Z'),
    region: fc.constantFrom('eu-central-1', 'us-east-1'),
    remoteAddress: fc.constantFrom(null, '192.0.2.9', '203.0.113.9'),
  })
  .map((said) =>
    testFinding(
      {
        kind: 'user-key',
        account,
        accessKeyId: 'AKIA1',
        user: { kind: 'iam-user', account, userId: 'AIDA1', name: 'deploy-bot' },
      },
      said,
    ),
  )

describe('a context that only narrows', () => {
  it('never makes a verdict milder nor an incident less urgent', () => {
    const judged = (context: Context, finding: Finding) =>
      judgeCases(triageRules, [{ finding, context: factsOf(context, finding, 'nonproduction') }])
    fc.assert(
      fc.property(anyEdit, anyFinding, (edit, finding) => {
        const [before, after] = [edit.before, edited(edit)]
        if (wideningsOf(before, after).length > 0) return
        const [one, other] = [judged(before, finding), judged(after, finding)]
        expect(gravity.indexOf(other.verdict)).toBeLessThanOrEqual(gravity.indexOf(one.verdict))
        expect(priorities.indexOf(other.priority)).toBeLessThanOrEqual(priorities.indexOf(one.priority))
      }),
      { numRuns: 1000 },
    )
  })
})
