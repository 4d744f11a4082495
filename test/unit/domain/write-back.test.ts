import { describe, expect, it } from 'vitest'
import type { Verdict } from '#domain/incident'
import type { Suppression } from '#domain/suppression'
import type { ArchiveFilter, FindingFeedback, HubFinding, Target } from '#domain/targets'
import { findingsIn, type WriteBackFacts, type WrittenFinding, writeBackObjection } from '#domain/write-back'
import { readPolicyFile } from '#store/policy/policy-file'
import { demoPolicy } from '../../support/demo-policy.ts'

const [ACCOUNT, REGION, ID] = ['111122223333', 'eu-central-1', 'a'.repeat(32)] as const
const NOW = '2026-06-01T12:00:00.000Z'
const policyOf = (writeBack: string) => {
  const read = readPolicyFile(`${demoPolicy}\nwriteBack: ${writeBack}\n`)
  if (read.kind !== 'policy') throw new Error('The policy cannot be read')
  return read.policy
}
const policy = policyOf('{ suppress: approve, feedback: approve, note: approve }')

const finding: WrittenFinding = {
  id: ID,
  incident: 'inc',
  account: ACCOUNT,
  source: 'guardduty',
  type: 'Recon:EC2/Portscan',
  names: ['i-1', '198.51.100.7'],
  lastAt: '2026-05-30T12:00:00.000Z',
  attackSequence: null,
  isNamedPart: false,
}

const entry: Suppression = {
  id: 'scan',
  kind: 'expected',
  owner: 'it@example.com',
  reason: 'The scan',
  from: '2026-01-01',
  until: '2026-12-31',
}

const place = { account: ACCOUNT, region: REGION, detectorId: 'd', findingIds: [ID] }
const filter: ArchiveFilter = {
  ...place,
  kind: 'archive-filter',
  suppression: { entry: 'scan', owner: entry.owner, reason: entry.reason, until: entry.until },
  match: {
    type: finding.type,
    accountId: ACCOUNT,
    field: 'resource.instanceDetails.instanceId',
    value: 'i-1',
  },
}
const feedback: FindingFeedback = { ...place, kind: 'finding-feedback', feedback: 'NOT_USEFUL', comments: 'x' }
const note: HubFinding = {
  kind: 'hub-finding',
  account: ACCOUNT,
  region: REGION,
  id: `arn:aws:guardduty:${REGION}:${ACCOUNT}:detector/d/finding/${ID}`,
  productArn: 'arn',
  note: 'x',
  workflow: 'SUPPRESSED',
}

const actionOf = {
  'archive-filter': 'suppressFindings',
  'finding-feedback': 'giveFindingFeedback',
  'hub-finding': 'noteInSecurityHub',
} as const

const objection = (
  target: ArchiveFilter | FindingFeedback | HubFinding,
  { verdict = 'benign-expected', ...changed }: Partial<WriteBackFacts> = {},
  now = NOW,
) =>
  writeBackObjection({
    action: actionOf[target.kind],
    target,
    incident: 'inc',
    policy,
    facts: { verdict, findings: [finding], suppressions: [entry], ...changed },
    now,
  })

const all = [filter, feedback, note] as const

describe('what is written back to a producer', () => {
  it.each(all)(
    'by a $kind is let through when everything is as it should be, and by no policy that is silent',
    (target) => {
      expect(objection(target)).toBeNull()
      const silent = policyOf('{ archive: approve }')
      const facts = { verdict: 'benign-expected', findings: [finding], suppressions: [entry] } as const
      const asked = { action: actionOf[target.kind], target, incident: 'inc', policy: silent, facts, now: NOW }
      expect(writeBackObjection(asked)).toContain(': never')
    },
  )

  it.each(all)('by a $kind waits 24 hours, leaves attack sequences alone, and other incidents', (target) => {
    expect(objection(target, { findings: [{ ...finding, lastAt: NOW }] })).toContain('24 hours')
    expect(objection(target, { findings: [{ ...finding, isNamedPart: true }] })).toContain('attack sequence')
    expect(objection(target, { findings: [{ ...finding, incident: 'other' }] })).toContain('none of incident')
    expect(objection(target, { findings: [] })).toContain('none of incident')
  })

  it.each<readonly [Target, readonly Verdict[]]>([
    [filter, ['benign-expected', 'posture']],
    [feedback, ['benign-expected', 'posture']],
    [{ ...feedback, feedback: 'USEFUL' }, ['threat', 'inappropriate']],
    [note, ['benign-expected', 'posture']],
    [{ ...note, workflow: 'NOTIFIED' }, ['threat', 'benign-expected', 'inappropriate', 'posture', 'inconclusive']],
  ])('says only what the verdict says (%#)', (target, fitting) => {
    for (const verdict of ['threat', 'benign-expected', 'inappropriate', 'posture', 'inconclusive'] as const)
      expect([verdict, objection(target as HubFinding, { verdict }) === null]).toEqual([
        verdict,
        fitting.includes(verdict),
      ])
    expect(objection(target as HubFinding, { verdict: null })).toContain('not there yet')
  })

  it('is about GuardDuty’s findings at GuardDuty, and about anybody’s at Security Hub', () => {
    const findings = [{ ...finding, source: 'security-hub' as const }]
    expect(objection(filter, { findings })).toContain('not one of GuardDuty')
    expect(objection(feedback, { findings })).toContain('not one of GuardDuty')
    expect(objection(note, { findings })).toBeNull()
  })

  it('names a finding of GuardDuty at Security Hub by the id that it has at GuardDuty', () => {
    expect(findingsIn(note)).toEqual([ID])
    expect(findingsIn({ ...note, id: 'edr/7' })).toEqual(['edr/7'])
  })
})

describe('a filter at GuardDuty', () => {
  it.each([
    ['no such entry', { suppressions: [] }, NOW, 'no suppression scan'],
    ['an entry that has ended', {}, '2026-12-31T00:00:00.000Z', 'not in force'],
    ['an entry that has not begun', { suppressions: [{ ...entry, from: '2026-07-01' }] }, NOW, 'not in force'],
    ['another owner', { suppressions: [{ ...entry, owner: 'x' }] }, NOW, 'is of x'],
    ['another end', { suppressions: [{ ...entry, until: '2027-01-01' }] }, NOW, 'until 2027-01-01'],
    ['another type', { findings: [{ ...finding, type: 'Other' }] }, NOW, 'is not Recon:EC2/Portscan'],
    ['a name that no finding has', { findings: [{ ...finding, names: ['i-2'] }] }, NOW, 'about i-1'],
  ] as const)('is not made for %s', (_what, facts, now, reason) => {
    expect(objection(filter, facts, now)).toContain(reason)
  })
})
