import { entryOf } from '#domain/catalogue/erased'
import type { ErrorCode } from '#domain/errors'
import { shortHash } from '#domain/ids'
import type { PlannedStep } from '#domain/plan'
import { modeOf, protectionOf } from '#domain/policy'
import { targetText } from '#domain/targets'
import type { Case } from './case.ts'
import { departure } from './declaration.ts'
import { unprovenVote } from './proof.ts'
import { ballotOf, countVotes, isPasskeyAsked, quorumAt } from './quorum.ts'

interface Condition {
  readonly code: ErrorCode
  /** Why the step may not be carried out, or null when the condition holds. */
  readonly objection: (asked: Case) => string | null
}

export interface Refusal {
  readonly code: ErrorCode
  readonly reason: string
}

/** Why a permit may be given: all of these hold, asked in this order. */
export const conditions: readonly Condition[] = [
  { code: 'frozen', objection: freeze },
  { code: 'plan_altered', objection: alteration },
  { code: 'policy_changed', objection: otherPolicy },
  { code: 'build_unknown', objection: unknownBuild },
  { code: 'catalogue_changed', objection: otherCatalogue },
  { code: 'vote_forged', objection: forgery },
  { code: 'vote_unproven', objection: missingProof },
  { code: 'denied', objection: denial },
  { code: 'on_hold', objection: hold },
  { code: 'quorum_missing', objection: missingQuorum },
  { code: 'decided_late', objection: lateDecision },
  { code: 'run_by_passed', objection: lateRun },
  { code: 'conflict', objection: otherEnd },
  { code: 'target_locked', objection: lock },
  { code: 'target_protected', objection: protection },
  { code: 'not_permitted', objection: mode },
  { code: 'budget_spent', objection: spentBudget },
  { code: 'out_of_order', objection: openEarlierStep },
  { code: 'drifted', objection: drift },
]

/** The first condition that does not hold, or null when the permit may be given. */
export function refusalOf(asked: Case): Refusal | null {
  for (const { code, objection } of conditions) {
    const reason = objection(asked)
    if (reason !== null) return { code, reason }
  }
  return null
}

function freeze({ facts }: Case): string | null {
  if (facts.freeze === null) return null
  const { account, reason } = facts.freeze
  return `Changes are frozen ${account === null ? 'everywhere' : `in account ${account}`}: ${reason}`
}

/** The stored bytes are the plan of that hash, and what the record says beside them is what they say. */
export function alteration({ hash, storedHash, plan, row, step }: Case): string | null {
  if (storedHash !== hash) return `The bytes stored for plan ${shortHash(hash)} have another hash`
  if (plan.incident !== row.incident || plan.proposer !== row.proposer)
    return `The record of plan ${shortHash(hash)} names another incident or proposer than the plan`
  return plan.steps[step.index] === step ? null : `The steps of plan ${shortHash(hash)} are not in their order`
}

function otherPolicy({ plan, policy, facts }: Case): string | null {
  if (facts.policy === null || policy === null)
    return `The policy that is frozen for ${plan.incident} cannot be trusted`
  if (plan.policyDigest !== facts.policy.digest)
    return `The plan was made under policy ${shortHash(plan.policyDigest)}, and ${shortHash(facts.policy.digest)} is frozen for the incident`
  return null
}

function unknownBuild({ plan, facts }: Case): string | null {
  return facts.isBuildKnown ? null : `No build ${plan.buildId} is registered`
}

function otherCatalogue(asked: Case): string | null {
  if (asked.plan.catalogueDigest !== asked.catalogueDigest)
    return `The plan was made with catalogue ${shortHash(asked.plan.catalogueDigest)}, and this is ${shortHash(asked.catalogueDigest)}`
  return departure(asked)
}

function forgery({ facts }: Case): string | null {
  const forged = facts.votes.find(({ isGenuine }) => !isGenuine)
  return forged === undefined ? null : `The vote of ${forged.person} at ${forged.at} belongs to no sign-in of theirs`
}

function missingProof(asked: Case): string | null {
  const { hash, facts, relyingParty } = asked
  return isPasskeyAsked(asked) ? unprovenVote(facts.votes, { plan: hash, relyingParty }) : null
}

function denial(asked: Case): string | null {
  const result = countVotes(asked)
  return result.kind === 'denied' ? `${result.by} denied the plan` : null
}

function hold(asked: Case): string | null {
  const result = countVotes(asked)
  return result.kind === 'held' ? `${result.by} holds the plan` : null
}

function missingQuorum(asked: Case): string | null {
  const result = countVotes(asked)
  const { required, groups } = ballotOf(asked).quorum
  if (result.kind !== 'open') return null
  const from = groups > 1 ? ` from ${groups} groups` : ''
  return `${result.given} of ${required} approvals${from} are there`
}

function lateDecision(asked: Case): string | null {
  const { plan, policy } = asked
  const decidedAt = Date.parse(quorumAt(asked) ?? '')
  const longest = Date.parse(plan.proposedAt) + (policy?.clocks.decideByMs ?? 0)
  const decideBy = Math.min(Date.parse(plan.decideBy), longest)
  return decidedAt <= decideBy ? null : `The quorum came after ${new Date(decideBy).toISOString()}`
}

function lateRun(asked: Case): string | null {
  const { plan, policy, facts } = asked
  const runBy = Date.parse(quorumAt(asked) ?? '') + Math.min(plan.runWithinMs, policy?.clocks.runByMs ?? 0)
  return Date.parse(facts.now) <= runBy ? null : `The plan could run until ${new Date(runBy).toISOString()}`
}

function otherEnd({ row }: Case): string | null {
  return row.status === 'approved' || row.status === 'executing' ? null : `The plan is ${row.status}`
}

function lock({ facts: { lockedBy }, step }: Case): string | null {
  return lockedBy === null ? null : `Plan ${shortHash(lockedBy)} is changing ${targetText(step.target)}`
}

function protection({ step, policy, observed }: Case): string | null {
  const covering = policy && protectionOf(step.target, policy)
  if (covering) return covering.instructions
  return observed.isProtected ? `${targetText(step.target)} carries the tag of protected assets` : null
}

function mode({ step, policy }: Case): string | null {
  const { account } = step.target
  const inForce = policy === null ? 'observe' : modeOf(account, policy)
  return inForce === 'approve' || inForce === 'automatic' ? null : `Account ${account} is in mode ${inForce}`
}

function spentBudget(asked: Case): string | null {
  const { policy, facts, step } = asked
  if (facts.isTargetCounted) return null
  const kind = ballotOf(asked).quorum.required === 0 ? 'automatic' : 'approved'
  const { assets, windowMs } = policy?.budgets[kind] ?? { assets: 0, windowMs: 0 }
  const since = Date.parse(facts.now) - windowMs
  const used = facts.otherTargets.filter((at) => Date.parse(at) > since).length
  return used < assets
    ? null
    : `${used} targets of account ${step.target.account} were changed in the last ${windowMs / MS_PER_MINUTE} minutes`
}

const MS_PER_MINUTE = 60_000

function openEarlierStep({ plan, step, facts }: Case): string | null {
  const isOpen = ({ index, action }: PlannedStep): boolean =>
    index < step.index && !facts.appliedSteps.includes(index) && entryOf(action).isBestEffort !== true
  const open = plan.steps.find(isOpen)
  return open === undefined ? null : `Step ${open.index} of the plan is not applied`
}

function drift({ judgement }: Case): string | null {
  return judgement.kind === 'drifted' ? judgement.difference : null
}
