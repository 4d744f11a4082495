import { type Assessment, because, type Case, defineTriageRule, type Reason, type TriageRule } from 'cordon/runbook'
import { bandOf } from '#domain/finding'
import { guarddutyTypes, type ResponseFamily } from '#domain/guardduty-types'
import type { Verdict } from '#domain/incident'

/** The types of a family, for `handles`: exactly those of the table, so that a newer type is nobody’s. */
export const typesOf = (family: ResponseFamily): readonly string[] =>
  [...guarddutyTypes].filter(([, known]) => known.family === family).map(([type]) => type)

interface BySeverity {
  readonly family: ResponseFamily
  readonly title: string
  /** What a finding of the family says when it is grave. */
  readonly grave: string
  /** What it is below that. */
  readonly otherwise: Verdict
  readonly mild: string
}

/** A family whose detector is sure where its number is high; below that somebody or something else decides. */
export const bySeverity = ({ family, title, grave, otherwise, mild }: BySeverity): TriageRule =>
  defineTriageRule({
    id: family,
    title,
    handles: typesOf(family),
    judge: (seen) => (isGrave(seen) ? threat(seen, grave) : assessed(seen, otherwise, mild)),
  })

export const isGrave = ({ finding }: Case): boolean =>
  ['high', 'critical'].includes(bandOf(finding.severityMilli / 1000))

/** A threat, by the detector’s own number. */
export const threat = (seen: Case, text: string): Assessment => ({
  verdict: 'threat',
  confidence: 'medium',
  reasons: [
    because(
      seen,
      'severityMilli',
      `${seen.finding.type}${caller(seen)}: ${text}; severity ${seen.finding.severityMilli / 1000}`,
    ),
  ],
})

export const assessed = (seen: Case, verdict: Verdict, text: string): Assessment => ({
  verdict,
  confidence: verdict === 'inconclusive' ? 'low' : 'medium',
  reasons: [because(seen, 'type', `${seen.finding.type}${caller(seen)}: ${text}`)],
})

/** From where and for what, as far as the finding says it. */
export function caller({ finding: { remoteAddress, api } }: Case): string {
  return `${remoteAddress === null ? '' : ` from ${remoteAddress}`}${api === null ? '' : ` to call ${api}`}`
}

/** The same assessment with a further reason. */
export const also = (assessment: Assessment, reason: Reason): Assessment => ({
  ...assessment,
  reasons: [...assessment.reasons, reason],
})
