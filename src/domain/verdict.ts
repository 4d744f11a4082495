import { bandOf, type Finding } from './finding.ts'
import type { Verdict } from './incident.ts'

/** A verdict with the reasons that a responder can check; each names what it rests on. */
export interface Judged {
  readonly verdict: Verdict
  readonly reasons: readonly string[]
}

interface Rule {
  readonly verdict: Verdict
  readonly when: (finding: Finding) => boolean
  readonly because: (finding: Finding) => string
}

const isPurpose =
  (...purposes: readonly string[]) =>
  (finding: Finding) =>
    purposes.some((purpose) => finding.type.startsWith(`${purpose}:`))

/** The first rule that fits decides. What no rule fits is inconclusive and goes to a person, never to the archive. */
const rules: readonly Rule[] = [
  {
    verdict: 'benign-expected',
    when: (finding) => finding.isSample,
    because: ({ id }) => `finding ${id} is a sample of its detector`,
  },
  {
    verdict: 'posture',
    when: isPurpose('Policy'),
    because: ({ type }) => `${type} reports a setting, not an act`,
  },
  {
    verdict: 'threat',
    when: (finding) =>
      finding.credential.kind !== 'unknown' &&
      isPurpose('UnauthorizedAccess', 'CredentialAccess', 'AttackSequence')(finding),
    because: ({ type, remoteAddress, api }) =>
      `${type}: the credential was used${remoteAddress === null ? '' : ` from ${remoteAddress}`}${api === null ? '' : ` to call ${api}`}`,
  },
  {
    verdict: 'threat',
    when: ({ severityMilli }) => ['high', 'critical'].includes(bandOf(severityMilli / 1000)),
    because: ({ type, severityMilli }) => `${type} has severity ${severityMilli / 1000}`,
  },
]

/** The verdict over an incident’s findings: the gravest that any of them gives. */
export function judgeFindings(findings: readonly Finding[]): Judged {
  const judged = findings.map(judgeFinding)
  const gravest = gravity.find((verdict) => judged.some((one) => one.verdict === verdict)) ?? 'inconclusive'
  return {
    verdict: gravest,
    reasons: judged.filter(({ verdict }) => verdict === gravest).flatMap(({ reasons }) => reasons),
  }
}

const gravity: readonly Verdict[] = ['threat', 'inconclusive', 'inappropriate', 'posture', 'benign-expected']

function judgeFinding(finding: Finding): Judged {
  const rule = rules.find(({ when }) => when(finding))
  if (rule === undefined)
    return {
      verdict: 'inconclusive',
      reasons: [`no rule knows ${finding.type} at severity ${finding.severityMilli / 1000}`],
    }
  return { verdict: rule.verdict, reasons: [rule.because(finding)] }
}
