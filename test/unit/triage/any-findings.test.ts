import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Finding } from '#domain/finding'
import { guarddutyTypes } from '#domain/guardduty-types'
import { noContext } from '#domain/triage/facts'
import { wakesPeople } from '#domain/triage/priority'
import { judgeCases, judgeFinding } from '#domain/verdict'
import { readFindings } from '#intake/read-finding'
import { triageRules } from '#triage/index'
import { weaknesses } from '#triage/weaknesses'
import { sentFindings } from '../../support/findings-grammar.ts'

const CASES = 2000
const PATIENCE_MS = 60_000

const acceptedIn = (text: string): readonly Finding[] =>
  readFindings(JSON.parse(text)).flatMap((read) => (read.kind === 'accepted' ? [read.finding] : []))
const isKnown = ({ type }: Finding): boolean => guarddutyTypes.has(type) || type.startsWith('AttackSequence:')

/** What other rules than those of types answer: samples, and what looks for weaknesses. */
const isOther = (finding: Finding): boolean =>
  finding.isSample || judgeFinding([weaknesses], { finding, context: noContext }).verdict === 'posture'

describe(`${CASES} bodies by the grammar of findings, judged by any of the shipped rules`, () => {
  it(
    'are closed by nobody who does not understand them, and each gets a verdict, a priority and a reason',
    () => {
      const seen = { known: 0, unknown: 0 }
      fc.assert(
        fc.property(sentFindings, fc.subarray([...triageRules]), ({ text }, rules) => {
          const findings = acceptedIn(text)
          for (const finding of findings) {
            seen[isKnown(finding) ? 'known' : 'unknown'] += 1
            const { verdict, reasons } = judgeFinding(rules, { finding, context: noContext })
            expect(reasons.length).toBeGreaterThan(0)
            if (verdict === 'benign-expected') expect(finding.isSample).toBe(true)
            if (!isKnown(finding) && !isOther(finding)) expect(verdict).toBe('inconclusive')
          }
          const all = judgeCases(
            rules,
            findings.map((finding) => ({ finding, context: noContext })),
          )
          expect(Number.isInteger(all.points)).toBe(true)
          const isGrave = findings.some((one) => !isKnown(one) && !isOther(one) && one.severityMilli >= 7000)
          if (isGrave) expect(wakesPeople(all)).toBe(true)
        }),
        { numRuns: CASES },
      )
      expect(Math.min(seen.known, seen.unknown)).toBeGreaterThan(CASES / 20)
    },
    PATIENCE_MS,
  )
})
