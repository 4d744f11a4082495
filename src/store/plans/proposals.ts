import { sql } from 'kysely'
import { canonicalBytes } from '#audit/canonical'
import { catalogueDigest } from '#audit/catalogue-digest'
import { digestOf } from '#audit/digest'
import type { Observation } from '#domain/executor'
import { shortHash } from '#domain/ids'
import { type Plan, type PlanStatus, planAsJson } from '#domain/plan'
import type { Policy } from '#domain/policy'
import { makePlan, type Planned, type Proposal, type Surroundings } from '#domain/proposal'
import type { StoredPlan } from '#domain/records'
import { targetKey } from '#domain/targets'
import { eligibleCount } from '#domain/votes'
import { writeBackObjection } from '#domain/write-back'
import { originOf } from '#store/builds/runbook-authors'
import { clock } from '#store/database/clock'
import type { Database, Tx } from '#store/database/database'
import { earlierTags } from '#store/database/earlier-tags'
import { unattestedOf } from '#store/findings/attesting'
import { isOnlySample } from '#store/findings/samples'
import { lockIncident } from '#store/incidents/incident-verbs'
import { enterPhase } from '#store/incidents/phases'
import { record } from '#store/log/events'
import { everyone } from '#store/people/people'
import { policyOf } from '#store/policy/policies'
import { standingFor } from '#store/policy/standing-approvals'
import { breakerOver } from './breakers.ts'
import { accountFacts } from './gate-facts.ts'
import { supersedeOverlapped } from './superseding.ts'
import { writeBackFacts } from './write-back-facts.ts'

export interface NewProposal {
  readonly incident: string
  readonly episode: number
  /** Which try of the proposal it is, from 0. */
  readonly revision: number
  readonly proposal: Proposal
  /** What was observed of each wanted target, in order. */
  readonly observations: readonly Observation[]
}

/**
 * Makes the exact plan of a proposal and stores its bytes under their hash, or says why there cannot be one. Once for each key and
 * revision: again answers what the first call stored. A plan that needs nobody's vote is approved as it is stored.
 */
export const storePlan = (db: Database, wanted: NewProposal): Promise<StoredPlan> =>
  db.transaction().execute(async (tx) => {
    const incident = await lockIncident(tx, wanted.incident)
    const earlier = await tx
      .selectFrom('plan')
      .select(['hash', 'status', 'decide_by'])
      .where('verb_key', '=', wanted.proposal.verbKey)
      .where('revision', '=', wanted.revision)
      .executeTakeFirst()
    if (earlier !== undefined)
      return stored({ ...earlier, status: earlier.status as PlanStatus, decideBy: earlier.decide_by.toISOString() })
    if (incident.status === 'closed' || incident.episode !== wanted.episode)
      return { kind: 'refused', code: 'conflict', reason: 'The incident was closed meanwhile' }
    // What was done can be undone, whatever it was done for.
    if (wanted.proposal.purpose !== 'undo' && (await isOnlySample(tx, incident.id)))
      return {
        kind: 'refused',
        code: 'sample_only',
        reason: 'Every finding of the incident is a sample of its detector',
      }
    const planned = await plan(tx, wanted, incident)
    if (planned.kind === 'refused') return planned
    const standingApproval = await standingFor(tx, planned)
    if (standingApproval === undefined && planned.plan.undecided !== undefined) return uncovered
    return insertPlan(tx, standingApproval === undefined ? planned.plan : { ...planned.plan, standingApproval })
  })

/** Nobody is asked for what the gate would refuse as things stand. */
async function writeBackBar(
  tx: Tx,
  { incident, steps, proposedAt: now }: Plan,
  policy: Policy,
): Promise<Planned | null> {
  for (const step of steps.filter(({ direction }) => direction === 'apply')) {
    const facts = await writeBackFacts(tx, { incident, target: step.target })
    const reason = writeBackObjection({ ...step, incident, policy, facts, now })
    if (reason !== null) return { kind: 'refused', code: 'write_back_barred', reason }
  }
  return null
}

/** People were asked once already. */
const uncovered: StoredPlan = {
  kind: 'refused',
  code: 'not_permitted',
  reason: 'Nobody decided, and no standing approval covers what is left of the plan',
}

const stored = (plan: {
  readonly hash: string
  readonly status: PlanStatus
  readonly decideBy: string
}): StoredPlan => ({
  kind: 'stored',
  plan: plan.hash,
  status: plan.status,
  decideBy: plan.decideBy,
})

type Frozen = Pick<Awaited<ReturnType<typeof lockIncident>>, 'policy_digest' | 'build' | 'severity_milli'>

async function plan(tx: Tx, { proposal, observations, ...around }: NewProposal, frozen: Frozen): Promise<Planned> {
  // Only an undo may have nothing to change: then it releases what stays as it is.
  const id = proposal.wanted[0]?.target.account ?? proposal.undoes?.account ?? ''
  const account = await accountFacts(tx, id)
  if (account === null)
    return { kind: 'refused', code: 'unprocessable', reason: `Account ${id} is not registered with Cordon` }
  const surroundings: Surroundings = {
    incident: around.incident,
    episode: around.episode,
    revision: around.revision,
    policy: await policyOf(tx, frozen.policy_digest),
    policyDigest: frozen.policy_digest,
    buildId: frozen.build,
    catalogueDigest: catalogueDigest(),
    account,
    severity: frozen.severity_milli / 1000,
    pool: eligibleCount(await everyone(tx), await originOf(tx, { ...proposal, incident: around.incident })),
    unattested: await unattestedOf(tx, around.incident),
    breaker: await breakerOver(tx, id),
    earlierTags: await earlierTags(tx, { incident: around.incident, policyDigest: frozen.policy_digest }),
    now: await clock(tx),
  }
  const planned = makePlan(proposal, observations, surroundings)
  return planned.kind === 'plan' ? ((await writeBackBar(tx, planned.plan, surroundings.policy)) ?? planned) : planned
}

async function insertPlan(tx: Tx, plan: Plan): Promise<StoredPlan> {
  const hash = digestOf('plan', planAsJson(plan))
  const needsNobody = isDecidedBefore(plan)
  await tx
    .insertInto('plan')
    .values({ ...rowOf(plan), hash, ...(needsNobody ? approvedAtOnce(plan) : {}) })
    .execute()
  for (const { index, target, residual } of plan.steps)
    await tx
      .insertInto('plan_step')
      .values({ plan: hash, index, target_key: targetKey(target), account: target.account, residual: [...residual] })
      .execute()
  await answerRequest(tx, plan, hash)
  await enterPhase(tx, { ...plan, phase: plan.purpose === 'contain' ? 'contain' : 'recover' })
  await tellProposed(tx, plan, hash)
  await supersedeOverlapped(tx, plan, hash)
  return stored({ hash, status: needsNobody ? 'approved' : 'proposed', decideBy: plan.decideBy })
}

const rowOf = (plan: Plan) => ({
  bytes: Buffer.from(canonicalBytes(planAsJson(plan))),
  incident: plan.incident,
  episode: plan.episode,
  verb_key: plan.verbKey,
  revision: plan.revision,
  purpose: plan.purpose,
  tier: plan.tier,
  proposer: plan.proposer,
  undoes: plan.undoes?.plan ?? null,
  proposed_at: plan.proposedAt,
  decide_by: plan.decideBy,
})

const approvedAtOnce = ({ proposedAt, runWithinMs }: Plan) => ({
  status: 'approved',
  approved_at: proposedAt,
  run_by: sql<Date>`${proposedAt}::timestamptz + make_interval(secs => ${runWithinMs / 1000})`,
})

/** Whether nobody has to vote any more: no rule wants it, or people approved plans of its shape. */
const isDecidedBefore = ({ quorum, standingApproval }: Plan): boolean =>
  quorum.required === 0 || standingApproval !== undefined

/** The prefix of a verb key that stands for a person's request. */
const REQUEST = 'request/'

/** The request whose key it is; null for a key of a runbook’s verb. */
export const requestOfKey = (key: string): string | null => (key.startsWith(REQUEST) ? key.slice(REQUEST.length) : null)

export const keyOfRequest = (request: string): string => `${REQUEST}${request}`

async function answerRequest(tx: Tx, { verbKey }: Plan, hash: string): Promise<void> {
  if (!verbKey.startsWith(REQUEST)) return
  await tx.updateTable('plan_request').set({ plan: hash }).where('id', '=', verbKey.slice(REQUEST.length)).execute()
}

async function tellProposed(tx: Tx, plan: Plan, hash: string): Promise<void> {
  const isByRunbook = plan.proposer.startsWith('runbook/')
  const { standingApproval, quorum } = plan
  const votes = quorum.required === 0 ? 'it needs no vote' : `it needs ${quorum.required} votes`
  const wants = standingApproval === undefined ? votes : `standing approval ${standingApproval.change} is its quorum`
  await record(tx, {
    stream: plan.incident,
    type: 'plan.proposed',
    actor: isByRunbook
      ? { kind: 'runbook', id: plan.proposer.slice('runbook/'.length) }
      : { kind: 'person', id: plan.proposer },
    text: `Plan ${shortHash(hash)} is proposed: ${plan.reason} (tier ${plan.tier}, ${wants} until ${plan.decideBy})`,
    refs: { plan: hash, ...(standingApproval === undefined ? {} : { change: standingApproval.change }) },
    body: { revision: plan.revision, purpose: plan.purpose, tier: plan.tier, steps: plan.steps.length },
  })
}
