import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalBytes } from '#audit/canonical'
import { entityKey } from '#domain/entity'
import { correlationKey, type Finding, findingForms, findingKey, findingProducers } from '#domain/finding'
import { parsedText } from '#intake/json-text'
import { type ReadFinding, readFindings } from '#intake/read-finding'
import { sentFindings } from '../../support/findings-grammar.ts'

const CASES = Number(process.env['CORDON_FUZZ_CASES'] ?? 10_000)
// The nightly million is allowed hours on a busy machine.
const PATIENCE_MS = 120_000 + CASES * 10

const MAX_TEXT = 4096

/** What is wrong with a finding that was accepted, by name. */
function wrongIn(finding: Finding): readonly string[] {
  const { key, id, type, account, region, severityMilli, count, createdAt, updatedAt, credential } = finding
  const texts = [...Object.values(finding), ...Object.values(credential)].filter((one) => typeof one === 'string')
  const isTime = (text: string): boolean => new Date(text).toISOString() === text
  const checks: Readonly<Record<string, boolean>> = {
    key: finding.source === 'guardduty' ? key === findingKey(account, region, id) : key.endsWith(`/${id}`),
    source:
      findingProducers.includes(finding.source) && finding.form !== undefined && findingForms.includes(finding.form),
    entities: (finding.entities ?? []).every((entity) => Buffer.byteLength(entityKey(entity)) < 2700),
    id: id.length >= 1 && id.length <= 512,
    type: type.length >= 1 && type.length <= 512,
    account: /^[\w.@-]{1,64}$/.test(account),
    // Another cloud’s account is nobody that a plan could name.
    targets: /^\d{12}$/.test(account) || (credential.kind === 'unknown' && finding.instance === null),
    region: /^(global|[a-z]{2}-[a-z-]+-\d{1,2})$/.test(region),
    severity: Number.isInteger(severityMilli) && severityMilli >= 0 && severityMilli <= 10_000,
    count: Number.isInteger(count) && count >= 0 && count < 2 ** 31,
    createdAt: isTime(createdAt),
    updatedAt: isTime(updatedAt),
    title: finding.title !== '',
    lengths: texts.every((text) => text.length <= MAX_TEXT + key.length),
    // Postgres keeps no NUL and no half of a pair, and an index nothing over 2704 bytes.
    storable: texts.every((text) => !text.includes('\u0000') && !/\p{Surrogate}/u.test(text)),
    indexable: Buffer.byteLength(correlationKey(finding)) < 2700 && Buffer.byteLength(key) < 2700,
    canonical: canonicalBytes(finding as never).length > 0,
  }
  return Object.entries(checks).flatMap(([name, isRight]) => (isRight ? [] : [name]))
}

const wrongRead = (read: ReadFinding): readonly string[] =>
  read.kind === 'accepted' ? wrongIn(read.finding) : read.reason.length > 5 ? [] : ['reason']

describe(`${CASES} bodies by the grammar of findings`, () => {
  it(
    'are read without a throw: each piece accepted as it must be, or quarantined with a reason, the same each time',
    () => {
      const seen = { accepted: 0, quarantined: 0 }
      fc.assert(
        fc.property(sentFindings, ({ text, whole }) => {
          const read = readFindings(parsedText(text))
          expect(read.flatMap(wrongRead)).toEqual([])
          expect(read.map(({ index }) => index)).toEqual(read.map((_, index) => index))
          const ids = read.flatMap((one) => (one.kind === 'accepted' ? [one.finding.id] : []))
          expect(whole.filter((id) => !ids.includes(id))).toEqual([])
          expect(JSON.stringify(readFindings(parsedText(text)))).toBe(JSON.stringify(read))
          for (const { kind } of read) seen[kind] += 1
        }),
        { numRuns: CASES },
      )
      // A grammar of which nearly nothing is accepted, or nearly all, would test nothing.
      expect(Math.min(seen.accepted, seen.quarantined)).toBeGreaterThan(CASES / 10)
    },
    PATIENCE_MS,
  )
})
