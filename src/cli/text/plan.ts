import type { PlanCall, PlanStep, PlanView } from '#cli/answers'
import type { Screen } from '#cli/screen'
import { time, value } from './table.ts'

const MINUTE_MS = 60_000

/** A plan as people decide it: every change, what it cannot do, what else it touches, who must agree and until when. */
export function planText(plan: PlanView, { paint }: Pick<Screen, 'paint'>): string {
  const { shortHash, phrase, reason, kind, tier, status, statusReason, quorum, authors = [] } = plan
  return [
    `${paint('bold', `Plan ${shortHash}`)}  ${reason}  [${kind}, ${tier}, ${status}]`,
    `  its phrase is ${phrase}`,
    `  hash ${plan.hash}`,
    ...(statusReason === null ? [] : [`  ${statusReason}`]),
    ...plan.steps.flatMap((step) => stepLines(step, { paint })),
    ...plan.blastRadius.map((text) => `  ${paint('yellow', 'also touched')}: ${text}`),
    `  quorum ${quorum.given} of ${quorum.required}${groupsOf(quorum)}; ${quorum.eligible} people may vote`,
    ...authors.map((person) => `    ${person} wrote the runbook, and has no vote`),
    ...standingLines(plan),
    ...plan.votes.map(
      ({ person, decision, at, reason }) =>
        `    ${person}: ${decision} at ${time(at)}${reason === null ? '' : `: ${reason}`}`,
    ),
    ...glassLines(plan),
    `  decide by ${time(plan.decideBy)}; ${runBy(plan)}`,
    ...verificationLines(plan),
    ...leaseLines(plan),
  ].join('\n')
}

function glassLines({ breakGlass }: PlanView): readonly string[] {
  if (breakGlass === null) return []
  const { person, at, reason, reviewBy, reviewedBy, review } = breakGlass
  const state = reviewedBy === null ? `to be reviewed by ${time(reviewBy)}` : `reviewed by ${reviewedBy}: ${review}`
  return [`  decided by ${person} alone at ${time(at)}: ${reason}; ${state}`]
}

function leaseLines({ hash, lease }: PlanView): readonly string[] {
  if (lease === null || !lease.isStanding) return []
  const { until, renewedBy, reason, state } = lease
  const renewed = renewedBy === null ? '' : `, renewed by ${renewedBy}: ${reason}`
  const still = state === 'ended' ? 'is over, and it still holds' : 'must be renewed or released'
  return [
    `  what it contained holds; its lease until ${time(until)} ${still}${renewed}`,
    ...(state === 'standing'
      ? []
      : [`  renew it with cordon plans renew ${hash} --for 3d, or release it with cordon undo ${hash}`]),
  ]
}

const groupsOf = ({ groups, from = [] }: PlanView['quorum']): string =>
  `${groups > 1 ? ` from ${groups} groups` : ''}${from.length > 0 ? `, one of each of ${from.join(', ')}` : ''}`

const standingLines = ({ standingApproval }: PlanView): readonly string[] =>
  standingApproval === null || standingApproval === undefined
    ? []
    : [
        `  approved beforehand by change ${standingApproval.change} (${standingApproval.title}): ${standingApproval.votes
          .filter(({ decision }) => decision === 'approve')
          .map(({ person, at }) => `${person} at ${time(at)}`)
          .join(', ')}`,
      ]

const runBy = ({ runBy, runWithinMs }: PlanView): string =>
  runBy === null ? `then it may run for ${runWithinMs / MINUTE_MS} min` : `run by ${time(runBy)}`

function stepLines(step: PlanStep, { paint }: Pick<Screen, 'paint'>): readonly string[] {
  return [
    `  ${step.index + 1}. ${paint('bold', step.direction === 'revert' ? `undo ${step.action}` : step.action)} on ${step.target.text}  [${step.status}${step.reversible ? '' : ', cannot be undone'}]`,
    `     ${step.text}`,
    ...step.calls.flatMap(callLines),
    ...step.residual.map((text) => `     ${paint('yellow', 'not cut')}: ${text}`),
    ...reasonOf(step),
  ]
}

const callLines = ({ operation, resource, change, made }: PlanCall): readonly string[] => [
  `     ${operation} on ${resource}`,
  `       ${change.field}: ${value(change.before)} → ${change.via === undefined ? '' : `for a moment ${change.via} → `}${value(change.after)}`,
  ...made.map(
    (done) =>
      `       made at ${time(done.at)}${done.requestId === null ? '' : ` (request ${done.requestId})`}: ${done.field} is ${value(done.after)}`,
  ),
]

function reasonOf({ outcome }: PlanStep): readonly string[] {
  if (typeof outcome !== 'object' || outcome === null) return []
  const { reason, difference } = outcome as { readonly reason?: unknown; readonly difference?: unknown }
  return [reason, difference].filter((text) => typeof text === 'string').map((text) => `     ${text}`)
}

/** What was read back after the changes. */
export const verificationLines = ({ verifications }: PlanView): readonly string[] =>
  verifications.map(
    ({ round, at, discrepancies }) => `  read back ${round + 1} at ${time(at)}: ${found(discrepancies)}`,
  )

function found(discrepancies: unknown): string {
  const texts = (Array.isArray(discrepancies) ? discrepancies : []).flatMap(discrepancyTexts)
  return texts.length === 0 ? 'as planned' : texts.join('; ')
}

/** Sentences, or sentences by step. */
function discrepancyTexts(one: unknown): readonly string[] {
  if (typeof one !== 'object' || one === null) return [String(one)]
  const { discrepancies } = one as { readonly discrepancies?: unknown }
  return Array.isArray(discrepancies) ? discrepancies.map(String) : [JSON.stringify(one)]
}
