import { testFinding } from 'cordon/testing'
import { describe, expect, it } from 'vitest'
import { changesBy, replayText } from '#cli/text/replayed'
import type { Material } from '#domain/records'
import { noContext } from '#domain/triage/facts'
import { judgeCases } from '#domain/verdict'
import { triageRules } from '#triage/index'

const judge = ({ cases, beyond }: Material) => judgeCases(triageRules, cases, beyond)
const past = (incident: string, verdict: 'threat' | 'inconclusive', type: string, isSample = false) => ({
  incident,
  verdict,
  priority: verdict === 'threat' ? 'P2' : 'P3',
  openedAt: '2026-01-01T00:00:00Z',
  context: null,
  beyond: 0,
  cases: [
    {
      finding: testFinding({ kind: 'unknown', account: '111122223333' }, { type, isSample, api: null }),
      context: noContext,
    },
  ],
})

describe('a replay of triage', () => {
  it('has nothing to say of what would be judged the same', () => {
    expect(changesBy(judge, past('inc-1', 'inconclusive', 'Recon:EC2/Portscan'))).toEqual([])
  })

  it('says how many verdicts change and how, what would be hidden, and why', () => {
    const changes = [
      past('inc-1', 'threat', 'Recon:EC2/Portscan'),
      past('inc-2', 'threat', 'Recon:EC2/Portscan', true),
      past('inc-3', 'inconclusive', 'Recon:EC2/Portscan', true),
      past('inc-4', 'inconclusive', 'Recon:EC2/Portscan'),
    ].flatMap((one) => changesBy(judge, one))
    expect(changes.map(({ incident, after, isMilder }) => [incident, after, isMilder])).toEqual([
      ['inc-1', 'inconclusive', true],
      ['inc-2', 'benign-expected', true],
      ['inc-3', 'benign-expected', true],
    ])
    const text = replayText({ since: '2026-01-01', rules: 'rules', context: 'in force', incidents: 4, changes })
    expect(text).toContain('4 incidents since 2026-01-01, judged by the rules of rules: 3 change')
    expect(text).toContain('would have hidden 2, 1 of which were threats')
    expect(text).toContain('inc-1: threat → inconclusive, P2 → P3')
    expect(text).toContain('because reconnaissance: Recon:EC2/Portscan')
  })
})
