import { testFinding } from 'cordon/testing'
import { describe, expect, it } from 'vitest'
import type { ContextEntry } from '#domain/context'
import type { Credential, Finding } from '#domain/finding'
import { factsOf } from '#domain/triage/match-context'

const account = '111122223333'
const key: Credential = {
  kind: 'user-key',
  account,
  accessKeyId: 'AKIA1',
  user: { kind: 'iam-user', account, userId: 'AIDA1', name: 'deploy-bot' },
}
const finding = testFinding(key, { type: 'Recon:IAMUser/TorIPCaller', updatedAt: '2026-06-15T12:00:00Z' })

const entry = (said: Partial<ContextEntry>): ContextEntry => ({
  id: 'an-entry',
  kind: 'expected',
  owner: 'security',
  reason: 'ordered',
  types: ['Recon:*'],
  entities: ['deploy-*'],
  ...said,
})
const factNames = (said: Partial<ContextEntry>, about: Finding = finding) =>
  factsOf({ entries: [entry(said)] }, about, null).facts.map(({ fact }) => fact)

describe('an entry of the context', () => {
  it('says something of a finding that is in every one of its lists', () => {
    expect(factsOf({ entries: [entry({})] }, finding, null).facts).toEqual([
      { fact: 'expected', entry: 'an-entry', text: 'ordered (security)' },
    ])
    expect(factNames({ networks: ['192.0.2.0/24'], accounts: [account], regions: ['eu-central-1'] })).toEqual([
      'expected',
    ])
    for (const other of [
      { types: ['Impact:*'] },
      { entities: ['another'] },
      { networks: ['198.51.100.0/24'] },
      { accounts: ['777788889999'] },
      { regions: ['us-east-1'] },
    ])
      expect(factNames(other)).toEqual([])
  })

  it('says nothing of an address that the finding does not have', () => {
    expect(factNames({ networks: ['0.0.0.0/8', '192.0.2.0/24'] }, { ...finding, remoteAddress: null })).toEqual([])
  })

  it('is valid from its beginning to before its end, by the time of the finding’s version', () => {
    const at = (updatedAt: string) =>
      factNames({ from: '2026-06-15T12:00Z', until: '2026-06-15T13:00Z' }, { ...finding, updatedAt })
    expect(at('2026-06-15T12:00:00Z')).toEqual(['expected'])
    expect(at('2026-06-15T11:59:59Z')).toEqual([])
    expect(at('2026-06-15T13:00:00Z')).toEqual([])
    expect(at('whenever')).toEqual([])
  })
})

describe('the facts of a finding', () => {
  it('are outside working Regions where no entry about the account has its Region', () => {
    const regions = (...lists: readonly (readonly string[])[]) => ({
      entries: lists.map((list, at) => ({
        id: `regions-${at}`,
        kind: 'working-regions' as const,
        owner: 'platform',
        reason: 'we work there',
        regions: list,
      })),
    })
    const names = (...lists: readonly (readonly string[])[]) =>
      factsOf(regions(...lists), finding, null).facts.map(({ fact }) => fact)
    expect(names(['us-east-1'])).toEqual(['outside working Regions'])
    expect(names(['us-east-1'], ['eu-central-1'])).toEqual([])
    expect(names()).toEqual([])
  })

  it('are production by anybody’s word, and as critical as the gravest entry says', () => {
    const asset = (said: Partial<ContextEntry>) => ({ ...entry(said), kind: 'asset' as const, types: ['*:*'] })
    const facts = (registered: 'production' | 'nonproduction' | null, ...said: readonly Partial<ContextEntry>[]) =>
      factsOf({ entries: said.map((one) => ({ ...asset(one), types: ['Recon:*'] })) }, finding, registered)
    expect(facts('production', { environment: 'nonproduction' }).environment).toBe('production')
    expect(facts('nonproduction', { environment: 'production' }).environment).toBe('production')
    expect(facts(null, { environment: 'nonproduction' }).environment).toBe('nonproduction')
    expect(facts(null, { criticality: 'low' }, { criticality: 'high', owner: 'shop' })).toMatchObject({
      criticality: 'high',
      owners: ['security', 'shop'],
    })
  })
})
