import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ReadList } from '#domain/reputation/indicator'
import { readReputation } from '#domain/reputation/read-list'
import { valuesIn } from '#domain/reputation/stix-pattern'

const values = ({ indicators }: ReadList) => indicators.map(({ value }) => value)
const problems = (read: ReadList) => read.problems.map(({ place, message }) => `${place}: ${message}`)

const indicator = (pattern: string, more: object = {}) => ({
  type: 'indicator',
  spec_version: '2.1',
  id: 'indicator--1',
  name: 'a scanner',
  pattern,
  pattern_type: 'stix',
  valid_from: '2026-01-01T00:00:00Z',
  ...more,
})
const stix = (...objects: readonly object[]) =>
  readReputation('stix', JSON.stringify({ type: 'bundle', id: 'bundle--1', objects }))
const misp = (...Attribute: readonly object[]) =>
  readReputation('misp', JSON.stringify({ Event: { info: 'campaign', Attribute } }))

describe('a STIX 2.1 bundle', () => {
  it('has the addresses and names of its patterns, with their name and their time', () => {
    const read = stix(
      indicator(
        "[ipv4-addr:value = '198.51.100.7' OR ipv6-addr:value = '2001:db8::1'] OR [domain-name:value = 'Evil.Example']",
      ),
      indicator("[ipv4-addr:value ISSUBSET '203.0.113.0/24']", { valid_until: '2026-06-01T00:00:00Z' }),
      indicator("[domain-name:value IN ('a.example', 'b.example')]"),
    )
    expect(problems(read)).toEqual([])
    expect(values(read)).toEqual([
      '198.51.100.7',
      '2001:db8::1',
      'evil.example',
      '203.0.113.0/24',
      'a.example',
      'b.example',
    ])
    expect(read.indicators[3]).toEqual({
      kind: 'network',
      value: '203.0.113.0/24',
      why: 'a scanner',
      from: '2026-01-01T00:00:00Z',
      until: '2026-06-01T00:00:00Z',
    })
  })

  it('counts what it has beside those, and takes nothing of it for an address', () => {
    const read = stix(
      { type: 'malware', spec_version: '2.1' },
      indicator("[file:hashes.MD5 = 'x']"),
      indicator("[ipv4-addr:value = '198.51.100.7' AND network-traffic:dst_port = 22]"),
      indicator("[ipv4-addr:value != '198.51.100.7']"),
      indicator("[ipv4-addr:value = '198.51.100.7'] FOLLOWEDBY [ipv4-addr:value = '198.51.100.8']"),
      indicator('rule x {}', { pattern_type: 'yara' }),
      indicator("[ipv4-addr:value = '198.51.100.9']", { revoked: true }),
    )
    expect(values(read)).toEqual([])
    expect(read.skipped.reduce((sum, { count }) => sum + count, 0)).toBe(7)
  })

  it('is refused by name where an indicator is wrong', () => {
    const read = stix(
      indicator("[ipv4-addr:value = '198.51.100.700']"),
      indicator("[ipv4-addr:value = '198.51.100.7']", { spec_version: undefined }),
      indicator("[ipv4-addr:value = '198.51.100.7']", { valid_from: 'yesterday' }),
      indicator("[ipv4-addr:value = '0.0.0.0/0']"),
    )
    expect(problems(read).map((text) => text.split(':')[0])).toEqual([
      'objects[0]',
      'objects[1]',
      'objects[2]',
      'objects[3]',
    ])
    expect(problems(readReputation('stix', '{}'))).toEqual(['the file: it is no STIX bundle with objects'])
    expect(problems(readReputation('stix', '{'))[0]).toContain('it is no JSON')
  })

  it('reads back every value of a pattern, whatever quotes it has', () => {
    const text = fc.string({ maxLength: 12 })
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (all) => {
        const quoted = all.map((one) => `'${one.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`)
        expect(valuesIn(`[domain-name:value IN (${quoted.join(', ')})]`)).toEqual(all)
      }),
    )
  })
})

describe('an export of MISP', () => {
  it('has the attributes that are for detection, of the event and of its objects', () => {
    const ids = { to_ids: true }
    const source = JSON.stringify({
      response: [
        {
          Event: {
            info: 'campaign',
            Attribute: [
              { type: 'ip-dst', value: '198.51.100.7', comment: 'C2', ...ids },
              { type: 'ip-src|port', value: '198.51.100.8|443', ...ids },
              { type: 'domain|ip', value: 'evil.example|198.51.100.9', ...ids },
              { type: 'sha256', value: 'x', ...ids },
              { type: 'ip-dst', value: '192.0.2.1', to_ids: false },
            ],
            Object: [{ Attribute: [{ type: 'hostname', value: 'www.evil.example', ...ids }] }],
          },
        },
      ],
    })
    const read = readReputation('misp', source)
    expect(problems(read)).toEqual([])
    expect(values(read)).toEqual(['198.51.100.7', '198.51.100.8', 'evil.example', '198.51.100.9', 'www.evil.example'])
    expect(read.indicators[0]?.why).toBe('campaign: C2')
    expect(read.skipped.map(({ what }) => what)).toEqual([
      'attributes of type sha256',
      'attributes that are not for detection',
    ])
  })

  it('is refused by name where an attribute is wrong, and where it has no event', () => {
    expect(problems(misp({ type: 'ip-dst', value: 'nowhere', to_ids: true }, { value: 'x' }))).toEqual([
      'Event[0].Attribute[0]: nowhere is neither an address, a range of addresses nor a domain name',
      'Event[0].Attribute[1]: an attribute has a type and a value',
    ])
    expect(problems(readReputation('misp', '[]'))).toEqual(['the file: it has no Event of MISP'])
  })
})

describe('a list in CSV', () => {
  it('has a value a line, with why and until when as far as it says so', () => {
    const read = readReputation('csv', 'value,why,until\n198.51.100.0/24,"scans, often",2026-12-31\nevil.example,,\n')
    expect(problems(read)).toEqual([])
    expect(read.indicators).toMatchObject([
      { kind: 'network', value: '198.51.100.0/24', why: 'scans, often', until: '2026-12-31' },
      { kind: 'domain', value: 'evil.example', why: 'the list does not say why', until: null },
    ])
  })

  it('is refused with each wrong line, the header too', () => {
    expect(problems(readReputation('csv', 'value,why\n198.51.100.7,x\n\n"two\nlines",y\nnobody,z\n'))).toEqual([
      expect.stringMatching(/^line 4: /),
      'line 6: nobody is neither an address, a range of addresses nor a domain name',
    ])
    expect(problems(readReputation('csv', 'address\n198.51.100.7\n'))).toEqual([
      'line 1: address is no column: value, why, from, until',
    ])
    expect(problems(readReputation('csv', 'value\n198.51.100.7,more\n'))).toHaveLength(1)
    expect(problems(readReputation('csv', 'value\n198.51.100.7\n"198.51.100.8\n'))).toEqual([
      'line 3: it has quotes that begin or end inside of a cell',
    ])
  })
})

describe('a list', () => {
  it('that is nested too deep, too large or too long is refused and not read', () => {
    expect(problems(readReputation('stix', '['.repeat(100_000)))[0]).toContain('nested deeper')
    expect(problems(readReputation('csv', 'x'.repeat(4_000_001)))[0]).toContain('larger than')
    const many = Array.from({ length: 50_001 }, (_, at) => `n${at}.example`).join('\n')
    expect(problems(readReputation('csv', `value\n${many}`))[0]).toContain('more than 50000 indicators')
  })

  it('with many wrong lines names the first fifty, and counts the rest', () => {
    const wrong = Array.from({ length: 80 }, () => 'nobody').join('\n')
    expect(problems(readReputation('csv', `value\n${wrong}`)).at(-1)).toBe('the file: 30 more lines are wrong')
  })

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.constantFrom('stix', 'csv', 'misp' as const), fc.oneof(fc.string(), fc.json()), (format, text) => {
        const read = readReputation(format as 'csv', text)
        expect(read.problems.length + read.indicators.length + read.skipped.length).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})
