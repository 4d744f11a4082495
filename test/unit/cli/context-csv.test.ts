import { describe, expect, it } from 'vitest'
import { entriesIn } from '#cli/context-csv'

describe('a CSV file of context', () => {
  it('is an entry for each row, with lists by spaces or semicolons, and nothing where a cell is empty', () => {
    const text =
      'id,kind,owner,reason,networks,criticality\r\n' +
      'office,own-network,"Network, team","they say ""ours""",198.51.100.0/24;203.0.113.0/24,\r\n' +
      '\r\n' +
      'crown,asset,shop,,,critical\n'
    expect(entriesIn(`\uFEFF${text}`)).toEqual([
      {
        id: 'office',
        kind: 'own-network',
        owner: 'Network, team',
        reason: 'they say "ours"',
        networks: ['198.51.100.0/24', '203.0.113.0/24'],
      },
      { id: 'crown', kind: 'asset', owner: 'shop', criticality: 'critical' },
    ])
  })

  it('is refused for a column that no entry has', () => {
    expect(() => entriesIn('id,boss\na,me\n')).toThrow('boss is no column of a context')
  })
})
