import { parseCanonical } from '#audit/canonical'
import { catalogueDigest } from '#audit/catalogue-digest'
import { digestOf } from '#audit/digest'
import type { Json } from '#domain/json'
import type { Judgement } from '#domain/judge'
import type { Observed, PermitQuestion } from '#domain/permit'
import type { Plan, PlannedStep } from '#domain/plan'
import type { PlanRuling } from '#domain/plan-ruling'
import type { Policy } from '#domain/policy'
import type { RelyingParty } from '#domain/relying-party'
import type { Tags } from '#domain/tags'
import { targetKey } from '#domain/targets'
import type { Tx } from '#store/database/database'
import { type GateFacts, type PlanRow, readFacts } from '#store/plans/gate-facts'
import { hasPlanShape } from './plan-shape.ts'
import { rulingOn } from './ruled.ts'

/** One step that somebody wants to carry out, and everything by which the gate judges it. */
export interface Case {
  /** The hash that was asked for. */
  readonly hash: string
  readonly row: PlanRow
  readonly plan: Plan
  readonly step: PlannedStep
  readonly observed: Observed
  readonly judgement: Judgement
  readonly facts: GateFacts
  /** The policy that is frozen for the incident, when its body is what its digest says. */
  readonly policy: Policy | null
  /** What that policy wants of the plan; found out once, by the first condition that goes by it: only then the plan is known to be one of the catalogue. */
  readonly ruling: PlanRuling | null
  readonly catalogueDigest: string
  /** Whom passkeys belong to here; null where there can be none. */
  readonly relyingParty: RelyingParty | null
}

/** A plan as its bytes say it, which are those of its hash, before anything is known about whether it may be believed. */
export interface StoredPlan {
  readonly row: PlanRow
  readonly plan: Plan
}

/** Reads the plan’s bytes; null when they are not the plan of its hash, or no plan at all. */
export function readPlan(row: PlanRow): StoredPlan | null {
  try {
    const value = parseCanonical(row.bytes)
    if (digestOf('plan', value) !== row.hash || !hasPlanShape(value)) return null
    // What a plan holds is compared with the catalogue and the record, member by member, before it counts.
    return { row, plan: value }
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

export interface Judged {
  readonly stored: StoredPlan
  readonly step: PlannedStep
  readonly question: PermitQuestion
  readonly judgement: Judgement
  readonly relyingParty: RelyingParty | null
}

/** Reads the record around a step. */
export async function openCase(tx: Tx, { stored, step, question, judgement, relyingParty }: Judged): Promise<Case> {
  const { plan, row } = stored
  const facts = await readFacts(tx, {
    hash: question.plan,
    incident: plan.incident,
    proposer: plan.proposer,
    buildId: plan.buildId,
    account: step.target.account,
    target: step.target,
    targetKey: targetKey(step.target),
    scalingGroup: scalingGroupOf(plan, step),
    tags: tagsOf(step),
    standingApproval: plan.standingApproval?.change,
    undoes: plan.undoes?.plan,
    undecided: plan.undecided,
  })
  const policy = trustedPolicy(facts.policy)
  let ruling: PlanRuling | undefined
  return {
    hash: question.plan,
    row,
    plan,
    step,
    observed: question.observed,
    judgement,
    facts,
    policy,
    get ruling() {
      return policy === null ? null : (ruling ??= rulingOn({ plan, step, facts }, policy))
    },
    catalogueDigest: catalogueDigest(),
    relyingParty,
  }
}

/**
 * The Auto Scaling group of the step’s target: what a step of the plan that suspends its replacement observed. Null where the plan has no such
 * step: nothing else tells it.
 */
export function scalingGroupOf({ steps }: Plan, { target }: PlannedStep): string | null {
  const suspending = steps.find(
    (one) => one.action === 'suspendReplacement' && targetKey(one.target) === targetKey(target),
  )
  const group = suspending?.before['group']
  return typeof group === 'string' ? group : null
}

/** The tags of the step’s target as the plan recorded them; what is no text is none. */
export const tagsOf = ({ tags }: PlannedStep): Tags =>
  Object.fromEntries(Object.entries(tags ?? {}).filter(([, value]) => typeof value === 'string'))

function trustedPolicy(stored: GateFacts['policy']): Policy | null {
  if (stored === null) return null
  return digestOf('policy', stored.body as Json) === stored.digest ? (stored.body as Policy) : null
}
