import { testFinding } from 'cordon/testing'
import { describe, expect, it } from 'vitest'
import { lookedFor, namesAbove, reputationFacts } from '#domain/reputation/matches'

const finding = testFinding(
  { kind: 'unknown', account: '111122223333' },
  {
    remoteAddress: '198.51.100.7',
    entities: [
      { kind: 'domain', id: 'Pool.Evil.Example.' },
      { kind: 'address', id: 'fe80::x' },
    ],
    updatedAt: '2026-06-15T12:00:00Z',
  },
)
const match = { seen: '198.51.100.7', list: 'feed', owner: 'soc', why: 'scans', from: null, until: null }

describe('what is looked for in lists of bad reputation', () => {
  it('is each address and name of the finding, and nothing that is none', () => {
    expect(lookedFor(finding)).toEqual({ addresses: ['198.51.100.7'], domains: ['pool.evil.example'] })
    expect(namesAbove('pool.evil.example')).toEqual(['pool.evil.example', 'evil.example'])
  })

  it('is a fact at the time of the finding only; where that cannot be read, it counts', () => {
    const facts = (said: object, at = finding.updatedAt) =>
      reputationFacts([{ ...match, ...said }], { ...finding, updatedAt: at }).length
    expect(reputationFacts([match], finding)).toEqual([
      { fact: 'bad reputation', entry: 'reputation/feed', text: '198.51.100.7 is on feed: scans (soc)' },
    ])
    expect(facts({ from: '2026-06-15T12:00:00Z' })).toBe(1)
    expect(facts({ from: '2026-06-15T12:00:01Z' })).toBe(0)
    expect(facts({ until: '2026-06-15T12:00:00Z' })).toBe(0)
    expect(facts({ until: '2026-06-15T12:00:00Z' }, 'never')).toBe(1)
    expect(facts({ seen: '198.51.100.8' })).toBe(0)
  })
})
