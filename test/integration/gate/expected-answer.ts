import type { Decision } from '#domain/votes'

/** One vote of a random record. Minutes count back from now; no two votes of a record share one. */
export interface RecordedVote {
  readonly person: 'approver1' | 'approver2' | 'approver3' | 'responder'
  readonly decision: Decision
  readonly minutesAgo: number
  readonly signIn: 'own' | 'of somebody else' | 'over by then'
}

export interface RecordedFreeze {
  readonly over: 'everything' | 'this account' | 'another account'
  readonly state: 'running' | 'lifted' | 'over'
}

/** All that votes, clocks and freezes can be, for a plan that was proposed `PROPOSED_MINUTES_AGO`. */
export interface RandomRecord {
  readonly environment: 'production' | 'nonproduction'
  readonly proposer: string
  readonly status: string
  readonly wants: { readonly required: number; readonly groups: number }
  readonly decideWithinMinutes: number
  readonly runWithinMinutes: number
  readonly votes: readonly RecordedVote[]
  readonly freezes: readonly RecordedFreeze[]
}

export const PROPOSED_MINUTES_AGO = 45
/** The clocks and the quorum of the demo policy. */
const DECIDE_WITHIN_MINUTES = 30
const RUN_WITHIN_MINUTES = 15
const VOTES_BY_POLICY = { production: 2, nonproduction: 1 }

export const groupOf: Readonly<Record<string, string>> = {
  approver1: 'security',
  approver2: 'platform',
  approver3: 'security',
}

/** What the gate must answer, told from the design alone. */
export function expectedAnswer(record: RandomRecord): string {
  const { freezes, votes, proposer, status } = record
  if (freezes.some(({ over, state }) => state === 'running' && over !== 'another account')) return 'frozen'
  if (votes.some(({ signIn }) => signIn !== 'own')) return 'vote_forged'

  const counting = votes.filter(({ person }) => person in groupOf && person !== proposer)
  if (counting.some(({ decision }) => decision === 'deny')) return 'denied'
  const now = standAt(counting, 0)
  const made = counting.map(({ minutesAgo }) => minutesAgo).filter((at) => isQuorum(record, standAt(counting, at)))
  const isOver = made.length > 0 && Math.max(...made) >= Math.min(record.runWithinMinutes, RUN_WITHIN_MINUTES)
  if ([...now.values()].includes('hold') && !isOver) return 'on_hold'
  if (made.length === 0) return 'quorum_missing'
  if (!isQuorum(record, now) && !isOver) return 'quorum_lost'

  const decided = Math.max(...made)
  const decideWithin = Math.min(record.decideWithinMinutes, DECIDE_WITHIN_MINUTES)
  if (PROPOSED_MINUTES_AGO - decided > decideWithin) return 'decided_late'
  if (isOver) return 'run_by_passed'
  return status === 'approved' || status === 'executing' ? 'given' : 'conflict'
}

/** What each voter’s last word was that many minutes ago. */
function standAt(votes: readonly RecordedVote[], minutesAgo: number): ReadonlyMap<string, Decision> {
  const until = votes
    .filter((vote) => vote.minutesAgo >= minutesAgo)
    .toSorted((one, other) => other.minutesAgo - one.minutesAgo)
  return new Map(until.map(({ person, decision }) => [person, decision]))
}

function isQuorum({ wants, environment }: RandomRecord, stand: ReadonlyMap<string, Decision>): boolean {
  if ([...stand.values()].includes('hold')) return false
  const approving = [...stand.keys()].filter((person) => stand.get(person) === 'approve')
  const groups = new Set(approving.map((person) => groupOf[person]))
  return approving.length >= Math.max(wants.required, VOTES_BY_POLICY[environment]) && groups.size >= wants.groups
}
