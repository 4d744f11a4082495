import { durationMs } from '#domain/durations'
import type { Plan } from '#domain/plan'
import { mayVote, pastTense, tally, type Vote } from '#domain/votes'
import { mistake, type TestRun, tell, timeOf } from './test-run.ts'
import type { CastVote, Ended } from './test-world.ts'

interface DueVote extends CastVote {
  readonly at: number
}

/** Lets the cast vote in order, until the plan is decided or its time is over. */
export function decide(run: TestRun, plan: Plan): Ended {
  const votes: Vote[] = []
  const count = () => tally({ quorum: plan.quorum, proposer: plan.proposer, people: run.cast.people, votes })
  const due = votesOn(run, plan).filter(({ at }) => at <= Date.parse(plan.decideBy))
  for (const { person, decision, at } of due) {
    if (count().kind === 'approved') break
    run.now = at
    if (decision === 'replace') return replaced(run, plan, person)
    // The same vote again changes nothing.
    if (votes.findLast((vote) => vote.person === person)?.decision === decision) continue
    votes.push({ person, decision, at: timeOf(run) })
    tell(run, 'vote.cast', `${person} ${pastTense[decision]} it`)
    const counted = count()
    if (counted.kind === 'denied') return { status: 'denied', reason: `${counted.by} denied it` }
    if (counted.kind === 'held') tell(run, 'plan.held', `${counted.by} holds it`)
  }
  const counted = count()
  if (counted.kind !== 'approved') {
    run.now = Date.parse(plan.decideBy)
    return { status: 'expired', reason: `nobody decided by ${plan.decideBy}` }
  }
  tell(run, 'plan.approved', `${plan.reason}: approved by ${counted.given}`)
  return { status: 'approved', reason: null }
}

function votesOn(run: TestRun, plan: Plan): readonly DueVote[] {
  return run.cast
    .votes(plan)
    .filter((vote) => mayTake(run, plan, vote))
    .map((vote) => ({ ...vote, at: run.now + delayOf(run, vote) }))
    .toSorted((one, other) => one.at - other.at)
}

function mayTake(run: TestRun, plan: Plan, { person, decision }: CastVote): boolean {
  const known = run.cast.people.find(({ id }) => id === person)
  if (known === undefined) throw mistake(run, `The cast lets ${person} vote, and has no such person`)
  return decision === 'replace' || mayVote(known, plan)
}

function delayOf(run: TestRun, { after }: CastVote): number {
  const ms = durationMs(after)
  if (ms === null) throw mistake(run, `A vote comes after a duration such as 5m, not ${after}`)
  return ms
}

function replaced(run: TestRun, { purpose }: Plan, person: string): Ended {
  if (purpose === 'contain') throw mistake(run, 'Only an undo replaces a plan, and it replaces no containment')
  return { status: 'superseded', reason: `an undo of ${person} replaces it` }
}
