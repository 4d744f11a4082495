import { modeIn } from '#domain/account-standing'
import { doubtAbout } from '#domain/attested'
import { breakerDoubt } from '#domain/breaker'
import { closedWindows, freezeAt } from '#domain/calendar'
import { entryOf } from '#domain/catalogue/erased'
import type { ErrorCode } from '#domain/errors'
import { shortHash } from '#domain/ids'
import type { PlannedStep } from '#domain/plan'
import { type Budget, protectionOf } from '#domain/policy'
import { standingIn } from '#domain/standing-approval'
import { targetText } from '#domain/targets'
import { isDuring, weekTimeText } from '#domain/week-time'
import { writeBackObjection } from '#domain/write-back'
import { statementOf } from '#store/policy/change-statement'
import { isAuthorised, isClosed } from './authority.ts'
import { type Case, scalingGroupOf, tagsOf } from './case.ts'
import { departure } from './declaration.ts'
import { unprovenVote } from './proof.ts'
import { ballotOf, countVotes, isAutomatic, isPasskeyAsked, isStanding, isUnasked, quorumAt } from './quorum.ts'
import { rulingOnStep } from './ruled.ts'
import { objectionToStanding } from './standing.ts'

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
  { code: 'quorum_lost', objection: lostQuorum },
  { code: 'quorum_missing', objection: missingQuorum },
  { code: 'decided_late', objection: lateDecision },
  { code: 'run_by_passed', objection: lateRun },
  { code: 'conflict', objection: otherEnd },
  { code: 'target_locked', objection: lock },
  { code: 'sample_only', objection: sample },
  { code: 'unattested', objection: unconfirmed },
  { code: 'write_back_barred', objection: writeBack },
  { code: 'target_protected', objection: protection },
  { code: 'not_permitted', objection: mode },
  { code: 'calendar_frozen', objection: calendar },
  { code: 'window_closed', objection: changeWindow },
  { code: 'budget_spent', objection: spentBudget },
  { code: 'breaker_open', objection: breaker },
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

/** What the record says beside the plan’s bytes is what they say; that they have the plan’s hash was asked before they were read. */
export function alteration({ hash, plan, row, step }: Case): string | null {
  if (plan.incident !== row.incident || plan.proposer !== row.proposer)
    return `The record of plan ${shortHash(hash)} names another incident or proposer than the plan`
  return plan.steps[step.index] === step ? null : `The steps of plan ${shortHash(hash)} are not in their order`
}

/** What was done can be undone, whatever it was done for. */
function sample({ plan, facts }: Case): string | null {
  return facts.isOnlySample && plan.purpose !== 'undo'
    ? `Every finding of ${plan.incident} is a sample of its detector`
    : null
}

/** Where Cordon used up what it may do by itself, people decide. */
function breaker(asked: Case): string | null {
  const { plan, facts } = asked
  if (facts.breaker === null || isClosed(facts.breaker) || !isUnasked(asked)) return null
  return breakerDoubt(facts.breaker.breaker, plan.purpose)
}

/** People who looked may decide all the same. */
function unconfirmed(asked: Case): string | null {
  const { plan, policy, facts } = asked
  if (policy === null || !isUnasked(asked)) return null
  return doubtAbout(facts.unattested, { policy, purpose: plan.purpose })
}

/** Written back is only what policy lets be, what is settled, and what no attack is seen in. To take it back is always right. */
function writeBack({ plan, step, policy, facts }: Case): string | null {
  const { incident } = plan
  if (step.direction === 'revert' || policy === null) return null
  return writeBackObjection({ ...step, incident, policy, facts: facts.writeBack, now: facts.now })
}

function otherPolicy({ plan, policy, facts }: Case): string | null {
  if (facts.policy === null || policy === null)
    return `The policy that is frozen for ${plan.incident} cannot be trusted`
  if (!isAuthorised(facts.authority, facts.policy.digest))
    return `Policy ${shortHash(facts.policy.digest)}, which is frozen for ${plan.incident}, was brought into force by nobody who may`
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
  // What time has ended waits for nobody.
  return result.kind === 'held' && !isOver(asked) ? `${result.by} holds the plan` : null
}

/** Whether there was a quorum, and its time to run is over. */
function isOver(asked: Case): boolean {
  return quorumAt(asked) !== null && lateRun(asked) !== null
}

/** It was made once: whoever took an approval back, or another, can make it again while the plan may run. */
function lostQuorum(asked: Case): string | null {
  if (quorumAt(asked) === null || isOver(asked)) return null
  const missing = shortOfQuorum(asked)
  return missing === null ? null : `${missing}; there were more`
}

function missingQuorum(asked: Case): string | null {
  return quorumAt(asked) === null ? shortOfQuorum(asked) : null
}

function shortOfQuorum(asked: Case): string | null {
  const result = countVotes(asked)
  const { required, groups, from = [] } = ballotOf(asked).quorum
  if (result.kind !== 'open') return null
  const different = groups > 1 ? ` from ${groups} groups` : ''
  const named = from.length > 0 ? `, and one of each of ${from.join(', ')} is needed` : ''
  const standing = asked.plan.standingApproval && asked.policy ? `. ${objectionToStanding(asked, asked.policy)}` : ''
  return `${result.given} of ${required} approvals${different} are there${named}${standing}`
}

function lateDecision(asked: Case): string | null {
  const { plan, ruling } = asked
  const decidedAt = Date.parse(quorumAt(asked) ?? '')
  const longest = Date.parse(plan.proposedAt) + (ruling?.decideByMs ?? 0)
  const decideBy = Math.min(Date.parse(plan.decideBy), longest)
  return decidedAt <= decideBy ? null : `The quorum came after ${new Date(decideBy).toISOString()}`
}

function lateRun(asked: Case): string | null {
  const { plan, ruling, facts } = asked
  const runBy = Date.parse(quorumAt(asked) ?? '') + Math.min(plan.runWithinMs, ruling?.runByMs ?? 0)
  return Date.parse(facts.now) <= runBy ? null : `The plan could run until ${new Date(runBy).toISOString()}`
}

function otherEnd({ row }: Case): string | null {
  return row.status === 'approved' || row.status === 'executing' ? null : `The plan is ${row.status}`
}

function lock({ facts: { lockedBy }, step }: Case): string | null {
  return lockedBy === null ? null : `Plan ${shortHash(lockedBy)} is changing ${targetText(step.target)}`
}

function protection({ step, policy }: Case): string | null {
  const covering = policy && protectionOf(step.target, policy)
  return covering ? `Manual action needed for ${targetText(step.target)}: ${covering.instructions}` : null
}

function mode(asked: Case): string | null {
  const { step, facts } = asked
  const { account } = step.target
  const ruled = rulingOnStep(asked)
  const inForce = ruled === null ? 'observe' : modeIn(ruled.mode, facts.account?.standing ?? 'registered')
  return inForce === 'approve' || inForce === 'automatic' ? null : `Account ${account} is in mode ${inForce}`
}

function calendar({ step, policy, facts }: Case): string | null {
  const freeze = freezeAt(policy?.freezes ?? [], { account: step.target.account, at: facts.now })
  return freeze === undefined
    ? null
    : `The calendar freezes changes until ${freeze.to} (${freeze.zone}): ${freeze.reason}`
}

function changeWindow(asked: Case): string | null {
  const lists = rulingOnStep(asked)?.changeWindows.value ?? []
  const closed = closedWindows(lists, (time) => isDuring(time, asked.facts.now))
  return closed === null ? null : `Changes wait for their window: ${closed.map(weekTimeText).join(', or ')}`
}

function spentBudget(asked: Case): string | null {
  if (asked.facts.isTargetCounted) return null
  const spent = budgetsOn(asked).find((limit) => usedOf(asked, limit) >= limit.budget.assets)
  if (spent === undefined) return null
  const { of, budget } = spent
  return `${usedOf(asked, spent)} targets of ${of} were changed in the last ${budget.windowMs / MS_PER_MINUTE} minutes`
}

interface Limit {
  readonly of: string
  readonly budget: Budget
  /** Other targets of it by when they last got a permit. */
  readonly others: readonly string[]
}

function budgetsOn(asked: Case): readonly Limit[] {
  const { policy, facts, step, plan } = asked
  const { account } = step.target
  const kind = isAutomatic(asked) ? 'automatic' : 'approved'
  const budget = rulingOnStep(asked)?.[kind].value ?? NOTHING
  const { organisation, scalingGroup } = policy?.budgets ?? {}
  const group = scalingGroupOf(plan, step)
  return [
    { of: `account ${account}`, budget, others: facts.otherTargets },
    ...(organisation === undefined
      ? []
      : [{ of: 'all accounts', budget: organisation, others: facts.otherTargetsEverywhere }]),
    ...(scalingGroup === undefined || group === null
      ? []
      : [{ of: `Auto Scaling group ${group}`, budget: scalingGroup, others: facts.otherTargetsOfGroup }]),
    ...tagLimits(asked),
    ...standingLimits(asked),
  ]
}

function tagLimits({ policy, facts, step }: Case): readonly Limit[] {
  const tags = tagsOf(step)
  return (policy?.budgets.tagGroups ?? []).flatMap((budget) => {
    const value = Object.hasOwn(tags, budget.tag) ? tags[budget.tag] : undefined
    const of = `tag ${budget.tag}=${value} in account ${step.target.account}`
    return value === undefined ? [] : [{ of, budget, others: facts.otherTargetsOfTag[budget.tag] ?? [] }]
  })
}

function standingLimits(asked: Case): readonly Limit[] {
  const { standing } = asked.facts
  if (standing === null || !isStanding(asked)) return []
  const { row, otherTargets } = standing
  return [{ of: `standing approval ${row.id}`, budget: standingIn(statementOf(row).body), others: otherTargets }]
}

function usedOf({ facts }: Case, { budget, others }: Limit): number {
  const since = Date.parse(facts.now) - budget.windowMs
  return others.filter((at) => Date.parse(at) > since).length
}

const NOTHING: Budget = { assets: 0, windowMs: 0 }
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
