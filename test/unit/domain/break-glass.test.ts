import { describe, expect, it } from 'vitest'
import { glassObjection } from '#domain/break-glass'
import type { PlannedStep } from '#domain/plan'
import type { Policy } from '#domain/policy'
import { readPolicyFile } from '#store/policy/policy-file'

const policyOf = (source: string): Policy => {
  const read = readPolicyFile(source)
  if (read.kind === 'problems') throw new Error(JSON.stringify(read.problems))
  return read.policy
}
const policy = policyOf('breakGlass: { people: [ada], assets: 2 }')
const ada = { id: 'ada', name: 'Ada', roles: ['approver'], groups: ['security'] } as const

const step = (action: string, name = 'one'): PlannedStep =>
  ({ action, reversible: true, target: { kind: 'iam-user', account: '111122223333', userId: name, name } }) as never

const objection = (steps: readonly PlannedStep[], changed: Partial<Parameters<typeof glassObjection>[0]> = {}) =>
  glassObjection({ plan: { steps }, tier: 'R2', policy, person: ada, ...changed })

describe('one person alone', () => {
  it('may do what can be undone, to few assets, when policy names them', () => {
    expect(objection([step('denyUser'), step('deactivateAccessKeys')])).toBeNull()
  })

  it('may do nothing by a policy that says nothing of it', () => {
    expect(objection([step('denyUser')], { policy: policyOf('') })).toContain('does not let Ada')
  })

  it('may not do what the catalogue knows no way back from, whatever the plan says', () => {
    expect(objection([step('denyUser'), step('snapshotVolumes')])).toBeNull()
    expect(objection([step('unknownAction')])).toContain('cannot be undone')
  })

  it('may not touch more assets, counted by target and not by step', () => {
    expect(objection([step('denyUser', 'a'), step('denyUser', 'b'), step('denyUser', 'c')])).toContain('3 assets')
  })

  it('may do nothing that policy rules as R3, however mild the catalogue takes it', () => {
    expect(objection([step('denyUser')], { tier: 'R3' })).toContain('tier R3')
  })

  it('must be an approver, and no machine', () => {
    expect(objection([step('denyUser')], { person: { ...ada, roles: ['responder'] } })).toContain('not an approver')
    expect(objection([step('denyUser')], { person: { ...ada, roles: ['approver', 'machine'] } })).toContain(
      'not an approver',
    )
  })
})
