import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { contextYaml, readContextFile } from '#store/triage/context-file'

const good = `entries:
  - id: office
    kind: own-network
    owner: network team
    reason: the office leaves by these
    networks: [198.51.100.0/24, "2001:db8::/32"]
  - id: weekly-scan
    kind: scanner
    owner: security
    reason: ordered in SEC-12
    from: 2026-01-01
    until: 2026-12-31T18:00Z
    networks: [203.0.113.7/32]
`
const problemsOf = (source: string) => {
  const read = readContextFile(source)
  return read.kind === 'problems' ? read.problems.map(({ line, message }) => `${line} ${message}`) : []
}
const changed = (from: string, to: string): readonly string[] => problemsOf(good.replace(from, to))

describe('a context file', () => {
  it('is read into its entries, and written so that it is read again', () => {
    const read = readContextFile(good)
    if (read.kind !== 'context') throw new TypeError(JSON.stringify(read.problems))
    expect(read.context.entries.map(({ id }) => id)).toEqual(['office', 'weekly-scan'])
    expect(readContextFile(contextYaml(read.context.entries))).toEqual(read)
  })

  it('is refused with every problem and its line', () => {
    expect(problemsOf(good.replace('kind: scanner', 'kind: friend').replace('owner: security', 'boss: me'))).toEqual([
      expect.stringMatching(/^7 entries\.1 must have required properties owner/),
      expect.stringMatching(/^8 entries\.1\.kind must be one of: asset, own-network/),
      expect.stringMatching(/^9 entries\.1\.boss is no key of a context/),
    ])
    expect(problemsOf('entries: [')).toHaveLength(1)
    expect(problemsOf('entries: *nothing')).not.toEqual([])
  })

  it('is refused where an exception has no end, ends too late, or is about everything', () => {
    expect(changed('    until: 2026-12-31T18:00Z\n', '')).toEqual(['8 weekly-scan: kind scanner needs until'])
    expect(changed('2026-12-31T18:00Z', '2027-12-31')).toEqual([
      '12 weekly-scan: until is more than 366 days after from',
    ])
    expect(changed('2026-12-31T18:00Z', '2025-12-31')).toEqual(['12 weekly-scan: until is not after from'])
    expect(changed('2026-12-31T18:00Z', '2026-13-45')).toEqual([
      '12 weekly-scan: until is no time that the calendar has',
    ])
    expect(changed('203.0.113.7/32', '0.0.0.0/0')).toEqual([
      '13 weekly-scan: networks 0.0.0.0/0 is wider than any organisation: /8 at most',
    ])
    expect(changed('203.0.113.7/32', 'home')).toEqual([
      '13 weekly-scan: networks home is no range of addresses, such as 198.51.100.0/24',
    ])
    expect(changed('id: weekly-scan', 'id: office')).toEqual(['7 office: id is the id of an earlier entry too'])
  })

  it('is refused where everything, everybody or an attack sequence is expected', () => {
    const expected = (types: string, entities: string) =>
      problemsOf(`entries:
  - { id: a, kind: expected, owner: o, reason: r, from: 2026-01-01, until: 2026-02-01, types: ["${types}"], entities: ["${entities}"] }
`)
    expect(expected('Recon:IAMUser/*', 'scanner-*')).toEqual([])
    expect(expected('*', 'scanner-*')).toHaveLength(1)
    expect(expected('Recon:*', 'scanner-*')).toHaveLength(1)
    expect(expected('AttackSequence:IAM/*', 'scanner-*')).toHaveLength(1)
    expect(expected('Recon:IAMUser/*', '*')).toHaveLength(1)
    expect(expected('Recon:IAMUser/*', '*-bot')).toEqual([expect.stringContaining('*-bot: a * is for the end alone')])
  })

  it('is in the guide as it is read', () => {
    const guide = readFileSync(new URL('../../../docs/guides/triage.md', import.meta.url), 'utf8')
    const [, example = ''] = /```yaml\n(entries:\n[\s\S]*?)```/.exec(guide) ?? []
    expect(problemsOf(example)).toEqual([])
    expect(example).toContain('kind: expected')
  })
})
