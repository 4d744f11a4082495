import { doubtAbout } from '#domain/attested'
import { shortHash } from '#domain/ids'
import { stepsOnTimeout, whoStopped } from '#domain/on-timeout'
import type { Plan } from '#domain/plan'
import { placeOf, rulePlan } from '#domain/plan-ruling'
import { eligibleCount } from '#domain/votes'
import { originOf } from '#store/builds/runbook-authors'
import { clock } from '#store/database/clock'
import type { Database, Tx } from '#store/database/database'
import { unattestedOf } from '#store/findings/attesting'
import { record } from '#store/log/events'
import { everyone } from '#store/people/people'
import { policyOf } from '#store/policy/policies'
import { standingFor } from '#store/policy/standing-approvals'
import { type LockedPlan, votesOn } from '#store/votes/voting'
import { accountFacts } from './gate-facts.ts'
import type { PlanRequestBody } from './requests.ts'

/**
 * Asks, in the transaction in which the plan expires, for a plan of those of its steps that the policy has carried out when nobody decided; the
 * incident answers it like a person’s request. Only where somebody could still have decided: nobody denied or holds the plan, and a standing
 * approval covers what is left. The gate looks at all of that again.
 */
export async function askOnTimeout(tx: Tx, { hash, incident }: LockedPlan, plan: Plan): Promise<void> {
  if (whoStopped(await votesOn(tx, hash)) !== null) return
  const steps = await coveredSteps(tx, plan)
  if (steps.length === 0) return
  const why = `nobody decided plan ${shortHash(hash)} by ${plan.decideBy}`
  const body: PlanRequestBody = { undecided: hash, steps, reason: `${plan.reason}: ${why}` }
  const { id } = await tx
    .insertInto('plan_request')
    .values({ incident, person: null, body: JSON.stringify(body) })
    .returning('id')
    .executeTakeFirstOrThrow()
  const actions = [...new Set(steps.map((index) => plan.steps[index]?.action))].join(', ')
  await record(tx, {
    stream: incident,
    type: 'plan.requested',
    actor: { kind: 'cordon', id: 'policy' },
    text: `The policy asks for ${actions}: ${why}`,
    refs: { request: id, plan: hash },
  })
}

/** The steps that policy and a standing approval have carried out when nobody decides; none when any condition of them fails. */
export async function coveredSteps(tx: Database | Tx, plan: Plan): Promise<readonly number[]> {
  const account = plan.steps[0]?.target.account ?? ''
  const now = await clock(tx)
  const policy = await policyOf(tx, plan.policyDigest)
  const { severity_milli } = await tx
    .selectFrom('incident')
    .select('severity_milli')
    .where('id', '=', plan.incident)
    .executeTakeFirstOrThrow()
  const around = {
    place: placeOf(account, await accountFacts(tx, account)),
    severity: severity_milli / 1000,
    pool: eligibleCount(await everyone(tx), await originOf(tx, plan)),
  }
  const meant = stepsOnTimeout(policy, plan.steps, { ...around, at: now })
  const { tier, quorum, mode } = rulePlan(policy, { ...around, purpose: plan.purpose, steps: meant, moments: [now] })
  const steps = meant.map((step, index) => ({ ...step, index }))
  const left: Plan = { ...plan, tier, quorum, steps, proposedAt: now }
  const doubt = doubtAbout(await unattestedOf(tx, plan.incident), { policy, purpose: plan.purpose })
  const isCovered = meant.length > 0 && (await standingFor(tx, { kind: 'plan', plan: left, mode, doubt })) !== undefined
  return isCovered ? meant.map(({ index }) => index) : []
}
