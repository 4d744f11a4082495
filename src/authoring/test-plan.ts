import { durationMs } from '#domain/durations'
import { noPlan, type Outcome, outcomeOf } from '#domain/outcome'
import { type Plan, type PlanStatus, type StepOutcome, statusAfter } from '#domain/plan'
import { makePlan, type Proposal } from '#domain/proposal'
import type { DeclaredCall } from '#domain/state'
import { tally, type Vote } from '#domain/votes'
import { carryOut, observe, outcomeFor, type TestRun, tell, timeOf } from './test-run.ts'
import type { ScriptedOutcome } from './test-world.ts'

/** As often as Cordon proposes afresh after drift. */
const MAX_REPROPOSALS = 3

interface Ended {
  readonly status: PlanStatus
  readonly reason: string | null
}

/** Takes a proposal to its end, as the incident’s workflow does: proposed, decided, carried out; after drift again. */
export function pursue(run: TestRun, proposal: Proposal): Outcome {
  for (let revision = 0; ; revision++) {
    const made = proposed(run, proposal, revision)
    if (made.kind === 'refused') return noPlan(made)
    const { plan } = made
    const name = `${plan.verbKey}/${revision}`
    tell(
      run,
      'plan.proposed',
      `${plan.reason}: ${plan.steps.map(({ action }) => action).join(', ') || 'nothing to change'}`,
    )
    const decided = decide(run, plan)
    const ended = decided.status === 'approved' ? carryOutPlan(run, plan, name) : decided
    run.plans.push({ plan, ...ended })
    tell(run, eventOf(ended.status), `${plan.reason}${ended.reason === null ? '' : `: ${ended.reason}`}`)
    const hasDrifted = ended.reason?.startsWith('drifted') === true
    if (!hasDrifted || revision >= MAX_REPROPOSALS) return outcomeOf(name, ended.status, ended.reason)
  }
}

function proposed(run: TestRun, proposal: Proposal, revision: number) {
  const observations = proposal.wanted.map((wanted) => observe(run, wanted))
  return makePlan(proposal, observations, {
    incident: run.incident,
    episode: 1,
    revision,
    policy: run.policy,
    policyDigest: 'test',
    buildId: 'test',
    catalogueDigest: 'test',
    account: { environment: run.world.environment ?? 'production', partition: 'aws', region: 'eu-central-1' },
    now: timeOf(run),
  })
}

/** Lets the cast vote in order, until the plan is decided or its time is over. */
function decide(run: TestRun, plan: Plan): Ended {
  const proposedAt = run.now
  const ballot = { quorum: plan.quorum, proposer: plan.proposer, people: run.cast.people }
  const votes: Vote[] = []
  const cast = run.cast
    .votes(plan)
    .map((vote) => ({ ...vote, at: proposedAt + (durationMs(vote.after) ?? 0) }))
    .toSorted((one, other) => one.at - other.at)
  for (const { person, decision, at } of cast) {
    if (at > Date.parse(plan.decideBy)) break
    const counted = tally({ ...ballot, votes })
    if (counted.kind === 'approved') break
    run.now = at
    votes.push({ person, decision, at: timeOf(run) })
    tell(run, 'vote.cast', `${person}: ${decision}`)
    const result = tally({ ...ballot, votes })
    if (result.kind === 'denied') return { status: 'denied', reason: `${result.by} denied it` }
  }
  if (tally({ ...ballot, votes }).kind === 'approved') return { status: 'approved', reason: null }
  run.now = Date.parse(plan.decideBy)
  return { status: 'expired', reason: `nobody decided by ${plan.decideBy}` }
}

function carryOutPlan(run: TestRun, plan: Plan, name: string): Ended {
  const done: (readonly DeclaredCall[])[] = []
  run.done.set(name, done)
  for (const step of plan.steps) {
    const scripted = outcomeFor(run, step.action)
    if (scripted !== 'applied') return endedBy(outcomeOfScript(scripted), done.length)
    done.push(carryOut(run, step))
    tell(run, 'step.applied', `${step.action}: ${step.calls.map(({ operation }) => operation).join(', ')}`)
  }
  return { status: 'done', reason: null }
}

type Unapplied = Exclude<StepOutcome, { kind: 'applied' }>

function outcomeOfScript(scripted: Exclude<ScriptedOutcome, 'applied'>): Unapplied {
  if ('drifted' in scripted) return { kind: 'drifted', difference: scripted.drifted }
  if ('failed' in scripted) return { kind: 'failed', code: scripted.failed, reason: scripted.reason }
  return { kind: 'refused', code: scripted.refused, reason: scripted.reason }
}

const endedBy = (outcome: Unapplied, applied: number): Ended => ({
  status: statusAfter(outcome, applied),
  reason: outcome.kind === 'drifted' ? `drifted: ${outcome.difference}` : `${outcome.code}: ${outcome.reason}`,
})

const eventOf = (status: PlanStatus) => (status === 'proposed' ? 'plan.proposed' : (`plan.${status}` as const))
