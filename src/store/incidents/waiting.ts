import type { IncidentStatus, WaitingFor } from '#domain/incident'
import { type Decision, mayVote, type Person } from '#domain/votes'
import { authorsIn } from '#store/builds/runbook-authors'
import type { Database } from '#store/database/database'
import { everyone } from '#store/people/people'

/** What the record says of one incident, as far as it tells what the incident waits for. */
interface Situation {
  readonly status: IncidentStatus
  readonly verdict: string | null
  readonly phase: string
  readonly plans: readonly OpenPlan[]
  readonly task: { readonly text: string; readonly whom: readonly string[] } | undefined
  readonly answerBy: Date | null
}

interface OpenPlan {
  readonly hash: string
  readonly incident: string
  readonly purpose: string
  readonly status: string
  readonly proposer: string
  readonly decide_by: Date
  readonly run_by: Date | null
  readonly authors: readonly string[]
  readonly votes: readonly { readonly person: string; readonly decision: Decision }[]
}

export interface WaitingIncident {
  readonly id: string
  readonly status: string
  readonly phase: string
  readonly verdict: string | null
  readonly answer_by: Date | null
}

/** What each incident waits for, whom and until when; null when it is closed. Computed from the record, never stored. */
export async function waitingFor(
  db: Database,
  incidents: readonly WaitingIncident[],
): Promise<ReadonlyMap<string, WaitingFor | null>> {
  const ids = incidents.map(({ id }) => id)
  if (ids.length === 0) return new Map()
  const [people, plans, tasks] = await Promise.all([everyone(db), openPlans(db, { of: ids }), openTasks(db, ids)])
  return new Map(
    incidents.map(({ id, status, phase, verdict, answer_by: answerBy }) => {
      const situation = {
        status: status as IncidentStatus,
        phase,
        verdict,
        answerBy,
        plans: plans.filter(({ incident }) => incident === id),
      }
      return [id, waitOf({ ...situation, task: tasks.find(({ incident }) => incident === id) }, people)]
    }),
  )
}

/** Of every open plan what it waits for, as far as it is somebody’s vote; the nearest deadline first, at most `most` of those that are open. */
export async function voteWaits(db: Database, most: number): Promise<readonly VoteWait[]> {
  const [people, plans] = await Promise.all([everyone(db), openPlans(db, { most })])
  return plans.flatMap((plan) => {
    const wait = plan.status === 'proposed' ? votesWait(plan, people) : stoppedBy(plan, people)
    return wait?.what === 'votes' ? [{ ...wait, incident: plan.incident }] : []
  })
}

export type VoteWait = Extract<WaitingFor, { readonly what: 'votes' }> & { readonly incident: string }

type Which = { readonly of: readonly string[] } | { readonly most: number }

async function openPlans(db: Database, which: Which): Promise<readonly OpenPlan[]> {
  const plans = await db
    .selectFrom('plan')
    .innerJoin('incident', 'incident.id', 'plan.incident')
    .leftJoin('build', 'build.id', 'incident.build')
    .select([
      'plan.hash',
      'plan.incident',
      'plan.purpose',
      'plan.status',
      'plan.proposer',
      'plan.decide_by',
      'plan.run_by',
    ])
    .select('build.manifest')
    .where('plan.status', 'in', ['proposed', 'approved', 'executing'])
    .$call((query) =>
      'of' in which
        ? query.where('plan.incident', 'in', which.of).orderBy('proposed_at')
        : query.orderBy('decide_by').limit(which.most),
    )
    .execute()
  if (plans.length === 0) return []
  const hashes = plans.map(({ hash }) => hash)
  const votes = await db
    .selectFrom('vote')
    .select(['plan', 'person', 'decision'])
    .where('plan', 'in', hashes)
    .orderBy('at')
    .execute()
  const votesOn = (hash: string) =>
    votes
      .filter(({ plan }) => plan === hash)
      .map(({ person, decision }) => ({ person, decision: decision as Decision }))
  return plans.map(({ manifest, ...plan }) => ({
    ...plan,
    authors: authorsIn(manifest, plan.proposer),
    votes: votesOn(plan.hash),
  }))
}

const openTasks = (db: Database, incidents: readonly string[]) =>
  db
    .selectFrom('task')
    .innerJoin('incident', (join) =>
      join.onRef('incident.id', '=', 'task.incident').onRef('incident.episode', '=', 'task.episode'),
    )
    .select(['task.incident', 'task.text', 'task.whom'])
    .where('task.incident', 'in', incidents)
    .where('task.settled_at', 'is', null)
    .orderBy('task.opened_at')
    .execute()

function waitOf(situation: Situation, people: readonly Person[]): WaitingFor | null {
  const { status, phase, plans, task } = situation
  if (status === 'closed') return null
  const proposed = plans.find((plan) => plan.status === 'proposed')
  if (proposed !== undefined) return votesWait(proposed, people)
  const [running] = plans
  if (running !== undefined) return stoppedBy(running, people) ?? executionWait(running)
  if (task !== undefined) return { what: 'task', text: task.text, whom: task.whom, until: timeText(situation.answerBy) }
  const closing = readyToClose(situation)
  if (closing === null) return { what: 'cordon', text: `Cordon is in phase ${phase}`, whom: ['cordon'], until: null }
  const closers = people.filter(({ roles }) => roles.includes('responder')).map(({ id }) => id)
  return { what: 'task', text: closing, whom: closers, until: null }
}

/** What a person has left to do when Cordon has nothing left. */
function readyToClose({ status, verdict }: Situation): string | null {
  if (status === 'recovered') return 'Close the incident: it is recovered'
  return verdict === 'benign-expected' || verdict === 'posture' ? `Close the incident: it is ${verdict}` : null
}

/** Of an approved plan: whoever holds it, or else, once an approval was taken back, those who can approve; until it may not run any more. */
function stoppedBy(plan: OpenPlan, people: readonly Person[]): WaitingFor | null {
  const last = new Set(lastWords(plan).values())
  if (plan.run_by === null || (!last.has('hold') && !last.has('withdraw'))) return null
  return votesWait({ ...plan, decide_by: plan.run_by }, people)
}

const lastWords = ({ votes }: OpenPlan): ReadonlyMap<string, Decision> =>
  new Map(votes.map(({ person, decision }) => [person, decision]))

const executionWait = ({ hash, status, run_by }: OpenPlan): WaitingFor => ({
  what: 'execution',
  plan: hash,
  whom: ['cordon'],
  until: status === 'approved' ? timeText(run_by) : null,
})

const timeText = (time: Date | null): string | null => time?.toISOString() ?? null

function votesWait(plan: OpenPlan, people: readonly Person[]): WaitingFor {
  const latest = lastWords(plan)
  const holders = [...latest].filter(([, decision]) => decision === 'hold').map(([person]) => person)
  const isUndecided = (id: string): boolean => !latest.has(id) || latest.get(id) === 'withdraw'
  const undecided = people.filter((person) => mayVote(person, plan) && isUndecided(person.id))
  const whom = [...holders, ...undecided.map(({ id }) => id)]
  return { what: 'votes', plan: plan.hash, whom, until: plan.decide_by.toISOString() }
}
