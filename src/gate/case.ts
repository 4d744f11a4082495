import { parseCanonical } from '#audit/canonical'
import { catalogueDigest } from '#audit/catalogue-digest'
import { digestOf } from '#audit/digest'
import type { Json } from '#domain/json'
import type { Judgement } from '#domain/judge'
import type { Observed, PermitQuestion } from '#domain/permit'
import type { Plan, PlannedStep } from '#domain/plan'
import type { Policy } from '#domain/policy'
import type { RelyingParty } from '#domain/relying-party'
import { targetKey } from '#domain/targets'
import type { Tx } from '#store/database'
import { type GateFacts, type PlanRow, readFacts } from '#store/gate-facts'

/** One step that somebody wants to carry out, and everything by which the gate judges it. */
export interface Case {
  /** The hash that was asked for. */
  readonly hash: string
  /** The hash of the bytes that are stored under it; null when they are not a plan in canonical form. */
  readonly storedHash: string | null
  readonly row: PlanRow
  readonly plan: Plan
  readonly step: PlannedStep
  readonly observed: Observed
  readonly judgement: Judgement
  readonly facts: GateFacts
  /** The policy that is frozen for the incident, when its body is what its digest says. */
  readonly policy: Policy | null
  readonly catalogueDigest: string
  /** Whom passkeys belong to here; null where there can be none. */
  readonly relyingParty: RelyingParty | null
}

/** A plan as its bytes say it, before anything is known about whether they may be believed. */
export interface StoredPlan {
  readonly row: PlanRow
  readonly plan: Plan
  readonly storedHash: string
}

/** Reads the plan’s bytes; null when they are not JSON in canonical form, whatever their hash. */
export function readPlan(row: PlanRow): StoredPlan | null {
  try {
    const value = parseCanonical(row.bytes)
    // What a plan holds is compared with the catalogue and the record, member by member, before it counts.
    return { row, plan: value as unknown as Plan, storedHash: digestOf('plan', value) }
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
  const { plan, row, storedHash } = stored
  const facts = await readFacts(tx, {
    hash: question.plan,
    incident: plan.incident,
    buildId: plan.buildId,
    account: step.target.account,
    targetKey: targetKey(step.target),
    undoes: plan.undoes?.plan,
  })
  return {
    hash: question.plan,
    storedHash,
    row,
    plan,
    step,
    observed: question.observed,
    judgement,
    facts,
    policy: trustedPolicy(facts.policy),
    catalogueDigest: catalogueDigest(),
    relyingParty,
  }
}

function trustedPolicy(stored: GateFacts['policy']): Policy | null {
  if (stored === null) return null
  return digestOf('policy', stored.body as Json) === stored.digest ? (stored.body as Policy) : null
}
