import { type Approval, countings, type Delegation } from './delegation.ts'

/** `withdraw` takes an approval or a hold back, until a permit is given. */
export const decisions = ['approve', 'deny', 'hold', 'withdraw'] as const
export type Decision = (typeof decisions)[number]

/** What its person did to the plan, between the name and “plan …”. */
export const pastTense: Readonly<Record<Decision, string>> = {
  approve: 'approved',
  deny: 'denied',
  hold: 'held',
  withdraw: 'took back their vote on',
}

export const roles = [
  'viewer',
  'responder',
  'approver',
  'runbook-author',
  'policy-admin',
  'auditor',
  'operator',
  'machine',
] as const
export type Role = (typeof roles)[number]

export interface Person {
  readonly id: string
  readonly name: string
  readonly roles: readonly Role[]
  readonly groups: readonly string[]
  /** Where mail reaches the person. */
  readonly email?: string
}

export interface Vote {
  readonly person: string
  readonly decision: Decision
  readonly at: string
}

export type Tally =
  | { readonly kind: 'denied'; readonly by: string }
  | { readonly kind: 'held'; readonly by: string }
  | { readonly kind: 'approved'; readonly given: number }
  | { readonly kind: 'open'; readonly given: number }

/** How many people must approve, out of how many different groups; `from` names groups of which each must approve. */
export interface Quorum {
  readonly required: number
  readonly groups: number
  readonly from?: readonly string[]
}

/** Whose own work it is that people vote on: they have no say in it. */
export interface Origin {
  /** A person’s id, or `runbook/<id>`. */
  readonly proposer: string
  /** Addresses of who changed the runbook last; none where nobody knows. */
  readonly authors?: readonly string[]
}

export interface Ballot extends Origin {
  readonly quorum: Quorum
  readonly people: readonly Person[]
  readonly votes: readonly Vote[]
  /** Who stood for whom; none where they have no say. */
  readonly delegations?: readonly Delegation[]
}

/** Whether the person’s vote may count at all. Neither the proposer’s nor the runbook’s last author’s does; machines have no vote. */
export function mayVote(person: Person, origin: Origin): boolean {
  const isOwn = person.id === origin.proposer || isAuthor(person, origin)
  return !isOwn && person.roles.includes('approver') && !person.roles.includes('machine')
}

/** Whether the person changed the runbook last: the address of its commit is theirs. */
export const isAuthor = ({ email }: Person, { authors = [] }: Origin): boolean =>
  email !== undefined && authors.some((author) => author.toLowerCase() === email.toLowerCase())

/** Why the person has no vote on what they may read; for who asks. */
export function whyNoVote(person: Person, origin: Origin, what: 'plan' | 'change'): string {
  if (person.id === origin.proposer) return `Who proposed a ${what} cannot vote on it`
  return isAuthor(person, origin) ? 'Who wrote the runbook cannot vote on its plans' : 'Only approvers can vote'
}

/** How many of the people could still make the quorum: what `eligible` shows and what says early that a quorum is out of reach. */
export const eligibleCount = (people: readonly Person[], origin: Origin): number =>
  people.filter((person) => mayVote(person, origin)).length

/**
 * What the votes amount to. One eligible deny is final; a hold of a person lasts until that person approves, denies or withdraws it;
 * approvals count once a person, and once for somebody and their delegate together, as long as they are not withdrawn, and their groups must differ as far as
 * the quorum says.
 */
export function tally({ quorum, people, votes, delegations = [], ...origin }: Ballot): Tally {
  const eligible = new Map(people.filter((person) => mayVote(person, origin)).map((person) => [person.id, person]))
  const counting = votes
    .filter(({ person }) => eligible.has(person))
    .toSorted((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0))
  const deny = counting.find(({ decision }) => decision === 'deny')
  if (deny !== undefined) return { kind: 'denied', by: deny.person }

  const latest = new Map(counting.map((vote) => [vote.person, vote]))
  const approvals = [...latest.values()].filter(({ decision }) => decision === 'approve')
  const held = [...latest.values()].find(({ decision }) => decision === 'hold')
  if (held !== undefined) return { kind: 'held', by: held.person }

  const groupsOf = (id: string) => eligible.get(id)?.groups
  const said = approvals.map(({ person, at }): Approval => ({ person, at, groups: groupsOf(person) ?? [] }))
  const counted = countings(said, { delegations, groupsOf }).map((choice) => choice.map(({ groups }) => groups))
  const given = Math.max(...counted.map(({ length }) => length))
  return { kind: counted.some((groups) => suffices(quorum, groups)) ? 'approved' : 'open', given }
}

/** Whether approvals of people of these groups are the quorum. */
export const suffices = (
  { required, groups: different, from = [] }: Quorum,
  groups: readonly (readonly string[])[],
): boolean => groups.length >= required && covers(groups, different) && hearsEach(groups, from)

/** Whether each of the named groups is heard, by somebody else for each: one person is never the voice of two. */
function hearsEach(groups: readonly (readonly string[])[], [name, ...others]: readonly string[]): boolean {
  if (name === undefined) return true
  return groups.some((own, index) => own.includes(name) && hearsEach(groups.toSpliced(index, 1), others))
}

/** Whether `wanted` people can be matched to that many different groups. At most two are ever wanted. */
export function covers(groups: readonly (readonly string[])[], wanted: number): boolean {
  if (wanted < 2) return groups.length >= wanted
  return groups.some((one, index) =>
    groups.slice(index + 1).some((other) => new Set([...one, ...other]).size > 1 && one.length > 0 && other.length > 0),
  )
}
