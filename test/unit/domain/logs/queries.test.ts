import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clusterQuery } from '#domain/logs/cluster-query'
import { flowQuery } from '#domain/logs/flow-query'
import type { LogPlace } from '#domain/logs/log-place'
import { type LogQuery, type LogWindow, listLiteral, literal, Unaskable } from '#domain/logs/log-query'
import { nameQuery } from '#domain/logs/name-query'
import { objectQuery } from '#domain/logs/object-query'
import { trailQuery } from '#domain/logs/trail-query'

const place: LogPlace = {
  account: '777788889999',
  region: 'eu-central-1',
  workgroup: 'cordon',
  database: 'logs',
  tables: {},
  data: [],
  keys: [],
  seconds: 45,
}
const table = { name: 'cloudtrail', day: 'day', account: 'account', region: null }
const at = { place, table }
const window: LogWindow = {
  from: new Date('2026-11-26T11:00:00.500Z'),
  to: new Date('2026-11-27T11:00:00Z'),
  account: '111122223333',
  region: 'eu-central-1',
}

const marks = ({ text }: LogQuery): number => [...text.matchAll(/\?/g)].length

/** Whatever an intruder may call a session, with what ends a text in SQL. */
const names = fc.stringMatching(/^[\w+=,.@'";()-]{12,40}$/)

describe('a query of a log', () => {
  it('has the same text whatever is asked, and a parameter for each mark', () => {
    fc.assert(
      fc.property(
        fc.array(names, { maxLength: 4 }),
        fc.array(names, { maxLength: 4 }),
        names,
        (ids, sessions, account) => {
          const plain = { principals: ['AIDAEXAMPLE'], sessions: [] }
          const asked = trailQuery(at, { principals: ids, sessions }, { ...window, account })
          expect(asked.text).toBe(trailQuery(at, plain, window).text)
          expect(asked.parameters).toHaveLength(marks(asked))
          const flows = flowQuery(at, ids, { ...window, account })
          expect(flows.text).toBe(flowQuery(at, ['eni-1'], window).text)
          expect(flows.parameters).toHaveLength(marks(flows))
          for (const value of [...ids, ...sessions, account]) expect(asked.text + flows.text).not.toContain(value)
          const stranger = ids[0] ?? account
          for (const [made, usual] of [
            [nameQuery(at, stranger, window), nameQuery(at, 'i-1', window)],
            [clusterQuery(at, stranger, window), clusterQuery(at, 'shop', window)],
            [objectQuery(at, { principals: ids, sessions }, window), objectQuery(at, plain, window)],
          ] as const) {
            expect(made.text).toBe(usual.text)
            expect(made.parameters).toHaveLength(marks(made))
          }
        },
      ),
    )
  })

  it('is bounded by partitions, by time and by rows', () => {
    const { text, parameters } = trailQuery(at, { principals: ['AIDAEXAMPLE'], sessions: [] }, window)
    expect(text).toContain('"day" BETWEEN ? AND ? AND "account" = ? AND eventtime BETWEEN ? AND ?')
    expect(text).toMatch(/LIMIT 1001$/)
    expect(parameters).toEqual([
      "'2026/11/26'",
      "'2026/11/28'",
      "'111122223333'",
      "'2026-11-26T11:00:00Z'",
      "'2026-11-27T11:00:00Z'",
      "'AIDAEXAMPLE'",
      "''",
    ])
    const clusters = clusterQuery({ place, table: { ...table, region: 'region' } }, 'shop', window)
    expect(clusters.text).toContain('"account" = ? AND "region" = ? AND "cluster" = ?')
    expect(clusters.parameters.slice(2, 5)).toEqual(["'111122223333'", "'eu-central-1'", "'shop'"])
    const flows = flowQuery({ place, table: { ...table, account: null } }, ['eni-1', 'eni-2'], window)
    expect(flows.text).toMatch(/"day" BETWEEN \? AND \? AND start BETWEEN \? AND \?[\s\S]*LIMIT 201$/)
    expect(flows.parameters).toEqual(["'2026/11/26'", "'2026/11/28'", '1795690800', '1795777200', "'eni-1|eni-2'"])
  })
})

describe('a query about principals', () => {
  it('leaves out the calls of nobody, whose empty name is in every list of none', () => {
    for (const query of [trailQuery, objectQuery])
      expect(query(at, { principals: [], sessions: [] }, window).text).toContain("useridentity.principalid <> ''")
  })
})

describe('a value', () => {
  it('is one literal whatever is in it: each quote inside is doubled', () => {
    expect(literal("x' OR '1'='1")).toBe("'x'' OR ''1''=''1'")
    fc.assert(
      fc.property(names, (value) => {
        const inside = literal(value).slice(1, -1)
        expect(inside.replaceAll("''", '')).not.toContain("'")
        expect(inside.replaceAll("''", "'")).toBe(value)
      }),
    )
  })

  it('is refused when no name has it: too long, a line’s end, a bar in a list', () => {
    for (const value of ['x'.repeat(1023), 'a\nb', 'schöner', '\u202e', '\0'])
      expect(() => literal(value)).toThrow(Unaskable)
    expect(() => listLiteral(['eni-1', 'a|b'])).toThrow(Unaskable)
  })
})
