import { describe, expect, it } from 'vitest'
import { foreignStep, stepsOnTimeout, whoStopped } from '#domain/on-timeout'
import type { PlannedStep } from '#domain/plan'
import { placeOf } from '#domain/plan-ruling'
import type { Policy } from '#domain/policy'
import type { Decision } from '#domain/votes'
import { readPolicyFile } from '#store/policy/policy-file'

function policyOf(source: string): Policy {
  const read = readPolicyFile(source)
  if (read.kind === 'problems') throw new Error(JSON.stringify(read.problems))
  return read.policy
}

const step = (action: PlannedStep['action'], changed: Partial<PlannedStep> = {}): PlannedStep => ({
  index: 0,
  action,
  direction: 'apply',
  target: { kind: 'iam-user', account: '111122223333', userId: 'AIDAONE', name: 'deploy-bot' },
  region: 'us-east-1',
  before: {},
  calls: [],
  reversible: true,
  text: '',
  residual: [],
  ...changed,
})
const place = placeOf('111122223333', { environment: 'production', unit: null, standing: 'set-up' })
const around = { place, severity: 8, pool: 3, at: '2026-11-26T11:00:00.000Z' }
const meant = (source: string, steps: readonly PlannedStep[]) =>
  stepsOnTimeout(policyOf(source), steps, around).map(({ action }) => action)
const both = [step('denyUser'), step('deactivateAccessKeys')]

describe('when nobody decides', () => {
  it('nothing is carried out unless the policy says so', () => {
    expect(meant('', both)).toEqual([])
    expect(meant('onTimeout: { nonproduction: [denyUser] }', both)).toEqual([])
    expect(meant('onTimeout: { production: [denyUser] }', both)).toEqual(['denyUser'])
  })

  it('a nearer rule says it otherwise, and one by a claim only takes away', () => {
    const base = 'onTimeout: { production: [denyUser, deactivateAccessKeys] }\noverrides:\n'
    const nearer = '  - { for: { accounts: ["111122223333"] }, set: { onTimeout: [] } }\n'
    expect(meant(`${base}${nearer}`, both)).toEqual([])
    const claimed = '  - { for: { names: ["deploy-*"] }, set: { onTimeout: [denyUser] } }\n'
    expect(meant(`${base}${claimed}`, both)).toEqual(['denyUser'])
  })

  it('what cannot be undone, or puts something back, is never carried out', () => {
    const source = 'onTimeout: { production: [denyUser] }'
    expect(meant(source, [step('denyUser', { reversible: false })])).toEqual([])
    expect(meant(source, [step('denyUser', { direction: 'revert' })])).toEqual([])
  })

  it('a policy that names what cannot be undone is refused with its line', () => {
    const read = readPolicyFile('onTimeout:\n  production: [denyUser, snapshotVolumes]')
    expect(read).toMatchObject({
      kind: 'problems',
      problems: [{ line: 2, path: 'onTimeout.production.1', message: expect.stringContaining('cannot be undone') }],
    })
  })

  it('a rule by a claim that names more than the organisation is refused', () => {
    const rule = '  - for: { tags: { a: b } }\n    set: { onTimeout: [denyUser] }'
    expect(readPolicyFile(`overrides:\n${rule}`)).toMatchObject({
      kind: 'problems',
      problems: [{ message: expect.stringContaining('onTimeout is looser') }],
    })
  })
})

describe('who stopped a plan', () => {
  const votes = (...given: readonly (readonly [string, Decision])[]) =>
    given.map(([person, decision], index) => ({ person, decision, at: `2026-01-01T00:00:0${index}Z` }))

  it.each([
    [votes(), null],
    [votes(['ada', 'approve']), null],
    [votes(['ada', 'deny'], ['ada', 'approve']), 'ada'],
    [votes(['ada', 'hold']), 'ada'],
    [votes(['ada', 'hold'], ['ada', 'withdraw']), null],
    [votes(['ada', 'hold'], ['ben', 'approve']), 'ada'],
  ])('by %j is %s', (given, who) => expect(whoStopped(given)).toBe(who))
})

describe('a step that is none of the others', () => {
  it('is one of another action, direction or target', () => {
    const target = { kind: 'iam-user', account: '111122223333', userId: 'AIDATWO', name: 'other' } as const
    expect(foreignStep([step('denyUser', { index: 3 })], both)).toBeUndefined()
    expect(foreignStep([step('denyUser', { target })], both)).toBeDefined()
    expect(foreignStep([step('denyUser', { direction: 'revert' })], both)).toBeDefined()
    expect(foreignStep([step('isolateInstance')], both)).toBeDefined()
  })
})
