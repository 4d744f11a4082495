import { type Ballot, covers, mayVote, suffices } from './votes.ts'

/**
 * What is missing for a quorum when only these people come to know of the plan; null when it can still be made. Whoever approved already counts,
 * whoever denied never does.
 */
export function missingForQuorum(
  { quorum, proposer, people, votes }: Ballot,
  reached: ReadonlySet<string>,
): string | null {
  const latest = new Map(votes.map(({ person, decision }) => [person, decision]))
  const able = people
    .filter((person) => mayVote(person, proposer) && latest.get(person.id) !== 'deny')
    .filter(({ id }) => reached.has(id) || latest.get(id) === 'approve')
  const named = able.map(({ id }) => id).join(', ') || 'nobody'
  if (able.length < quorum.required)
    return `${quorum.required} approvers are needed, and ${able.length} can be reached (${named})`
  const groups = able.map((person) => person.groups)
  if (!covers(groups, quorum.groups))
    return `approvers of ${quorum.groups} different groups are needed, and those that can be reached (${named}) are not`
  if (!suffices(quorum, groups))
    return `approvers of ${quorum.from?.join(' and ')} are needed, and those that can be reached (${named}) are not of each`
  return null
}
