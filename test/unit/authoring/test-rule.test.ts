import { readFileSync } from 'node:fs'
import { because, becauseOf, defineTriageRule, known } from 'cordon/runbook'
import { testFinding, testRule } from 'cordon/testing'
import { describe, expect, it } from 'vitest'
import { triageRules } from '#triage/index'

const nobodyScans = defineTriageRule({
  id: 'nobody-scans',
  title: 'Nobody scans our accounts',
  handles: ['Recon:EC2/*'],
  judge: (seen) => ({
    verdict: 'threat',
    confidence: 'high',
    severity: 'high',
    reasons: [because(seen, 'type', 'nobody scans here')],
  }),
})

const changeNight = defineTriageRule({
  id: 'unusual-principal',
  title: 'Unusual on a night of changes',
  handles: ['Persistence:IAMUser/AnomalousBehavior'],
  judge: (seen) => {
    const fact = known(seen, 'maintenance')
    if (fact === undefined) return null
    return { verdict: 'inappropriate', confidence: 'medium', reasons: [becauseOf(seen, fact)] }
  },
})

const unknown = { kind: 'unknown', account: '111122223333' } as const
const scan = testFinding(unknown, { type: 'Recon:EC2/Portscan' })
const persistence = testFinding(unknown, { type: 'Persistence:IAMUser/AnomalousBehavior' })

describe('a rule of an organisation', () => {
  it('is tested on a finding, alone and beside the shipped rules', () => {
    expect(testRule(nobodyScans, { finding: scan })).toMatchObject({ verdict: 'threat', severityMilli: 7000 })
    expect(testRule(nobodyScans, { finding: scan, beside: triageRules })).toMatchObject({
      verdict: 'threat',
      reasons: [{ rule: 'nobody-scans', text: 'nobody scans here' }],
    })
    expect(testRule(nobodyScans, { finding: persistence })).toMatchObject({ reasons: [{ rule: 'none' }] })
  })

  it('sees the context, and stands in for a shipped rule with its id', () => {
    const fact = { fact: 'maintenance', entry: 'patch-night', text: 'patches (platform)' } as const
    expect(
      testRule(changeNight, { finding: persistence, context: { facts: [fact] }, beside: triageRules }),
    ).toMatchObject({
      verdict: 'inappropriate',
      reasons: [{ text: 'maintenance by patch-night: patches (platform)', cites: [{ entry: 'patch-night' }, {}] }],
    })
    expect(testRule(changeNight, { finding: persistence, beside: triageRules }).verdict).toBe('inconclusive')
  })

  it('is in the guide as it is tested', () => {
    const guide = readFileSync(new URL('../../../docs/guides/triage.md', import.meta.url), 'utf8')
    const own = readFileSync(new URL('test-rule.test.ts', import.meta.url), 'utf8')
    const [, example = ''] = /```ts\n[^\n]*\n\nexport (const nobodyScans[\s\S]*?)```/.exec(guide) ?? []
    expect(example).not.toBe('')
    expect(own).toContain(example.trimEnd())
  })
})
