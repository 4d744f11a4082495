import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wideningsOf } from '#domain/context-change'
import { contextProblems } from '#domain/context-problems'
import { entriesOfAccounts } from '#domain/organization-context'

const account = (tags: Readonly<Record<string, string>>, units: readonly string[] = []) => ({
  id: '111122223333',
  name: 'shop',
  units,
  tags,
})

describe('what tags and units say of an account', () => {
  it('counts where it makes Cordon look closer', () => {
    expect(
      entriesOfAccounts([account({ Environment: 'Prod', Criticality: 'critical', repo: 'github.com/a/b' })], []),
    ).toMatchObject([{ environment: 'production', criticality: 'critical', repositories: ['github.com/a/b'] }])
    expect(entriesOfAccounts([account({}, ['Workloads', 'production'])], [])[0]?.environment).toBe('production')
  })

  it('never makes anything quieter, whatever it says, and is a context', () => {
    const key = fc.constantFrom('environment', 'Env', 'stage', 'criticality', 'owner', 'team', 'repo')
    const value = fc.constantFrom('dev', 'nonproduction', 'low', 'normal', 'prod', 'high', 'sandbox', '', ' ')
    fc.assert(
      fc.property(fc.dictionary(key, value), fc.array(fc.constantFrom('Sandbox', 'prod', 'Dev')), (tags, units) => {
        const entries = entriesOfAccounts([account(tags, units)], [])
        expect(wideningsOf({ entries: [] }, { entries })).toEqual([])
        expect(contextProblems({ entries })).toEqual([])
      }),
    )
  })
})
