import { type Approval, countings } from './delegation.ts'
import { type Ballot, covers, mayVote, type Quorum, suffices } from './votes.ts'

export interface Reach {
  readonly reached: ReadonlySet<string>
  /** When those who are reached would approve, which tells for whom they would stand; left out where nobody stands for anybody. */
  readonly now?: string
}

/**
 * What is missing for a quorum when only these people come to know of the plan; null when it can still be made. Whoever approved already counts,
 * whoever denied never does, and somebody and their delegate count once.
 */
export function missingForQuorum(
  { quorum, people, votes, delegations = [], ...origin }: Ballot,
  { reached, now = '' }: Reach,
): string | null {
  const latest = new Map(votes.map((vote) => [vote.person, vote]))
  const eligible = people.filter((person) => mayVote(person, origin))
  const able = eligible
    .filter(({ id }) => latest.get(id)?.decision !== 'deny')
    .filter(({ id }) => reached.has(id) || latest.get(id)?.decision === 'approve')
  const approvals = able.map(({ id, groups }): Approval => {
    const vote = latest.get(id)
    return { person: id, groups, at: vote?.decision === 'approve' ? vote.at : now }
  })
  const groupsOf = (id: string) => eligible.find((person) => person.id === id)?.groups
  const ways = countings(approvals, { delegations, groupsOf })
  if (ways.some((way) => suffices(quorum, groupsIn(way)))) return null
  const [widest = []] = ways.toSorted((one, other) => other.length - one.length)
  return shortOf(quorum, widest)
}

const groupsIn = (way: readonly Approval[]): readonly (readonly string[])[] => way.map(({ groups }) => groups)

function shortOf(quorum: Quorum, way: readonly Approval[]): string {
  const named = way.map(({ person }) => person).join(', ') || 'nobody'
  if (way.length < quorum.required)
    return `${quorum.required} approvers are needed, and ${way.length} can be reached (${named})`
  if (!covers(groupsIn(way), quorum.groups))
    return `approvers of ${quorum.groups} different groups are needed, and those that can be reached (${named}) are not`
  return `approvers of ${quorum.from?.join(' and ')} are needed, and those that can be reached (${named}) are not of each`
}
