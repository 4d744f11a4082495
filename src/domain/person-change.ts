import type { Person, Role } from './votes.ts'

/** Who has one of these can approve, or make people who can: one person alone never gives them. */
const privileged: ReadonlySet<Role> = new Set(['approver', 'operator', 'policy-admin'])

/** Who looks after people: proposes and confirms changes of them. */
const keepers: readonly Role[] = ['operator', 'policy-admin']

/** What a person may do, and whom the person stands for. */
export type Standing = Pick<Person, 'roles' | 'groups'>

/** What one person’s word, or the identity provider’s, may give at once: of what needs a second person only what is there already. */
export function atOnce(before: Standing | null, wanted: Standing): Standing {
  if (!needsSecond(before, wanted)) return wanted
  const roles = wanted.roles.filter((role) => !privileged.has(role) || before?.roles.includes(role) === true)
  return { roles: roles.length === 0 ? ['viewer'] : roles, groups: before?.groups ?? wanted.groups }
}

/** Whether the change of a person, `null` for nobody yet, needs a second person. To take somebody’s access away never does. */
export function needsSecond(before: Standing | null, after: Standing): boolean {
  const isPrivileged = after.roles.some((role) => privileged.has(role))
  if (before === null) return isPrivileged
  const isRaised = after.roles.some((role) => privileged.has(role) && !before.roles.includes(role))
  // Groups count in quorums: whoever moves an approver to another group makes two of one.
  return isRaised || (isPrivileged && !sameMembers(before.groups, after.groups))
}

const sameMembers = (one: readonly string[], other: readonly string[]): boolean =>
  one.toSorted().join('\n') === other.toSorted().join('\n')

export const isKeeper = ({ roles }: Pick<Person, 'roles'>): boolean => keepers.some((role) => roles.includes(role))

/** Whether the two people can stand for two groups. */
export function areOfDifferentGroups(one: Person, other: Person): boolean {
  return (
    one.id !== other.id &&
    one.groups.length > 0 &&
    other.groups.length > 0 &&
    new Set([...one.groups, ...other.groups]).size > 1
  )
}

export const changeKinds = ['person', 'passkey', 'reset'] as const
export type ChangeKind = (typeof changeKinds)[number]

export interface Confirmation {
  readonly kind: ChangeKind
  /** The id of whom it is about. */
  readonly about: string
  readonly proposer: Person
  readonly confirmer: Person
}

/** Why this person cannot confirm the change, or null. */
export function objectionToConfirm({ kind, about, proposer, confirmer }: Confirmation): string | null {
  if (!isKeeper(confirmer)) return 'Only an operator or a policy-admin can confirm it'
  if (confirmer.id === about) return 'Nobody confirms a change of themselves'
  if (!areOfDifferentGroups(proposer, confirmer))
    return 'Who confirms must be another person, of another group than who proposed'
  // The way back in is the way in for an intruder: both sides of the house must want it.
  if (kind === 'reset' && !keepers.every((role) => proposer.roles.includes(role) || confirmer.roles.includes(role)))
    return 'A reset needs an operator and a policy-admin'
  return null
}

/** Whether the people can still confirm changes when the one is gone: otherwise nobody could be let in again. */
export function leavesKeepers(people: readonly Person[], gone: string): boolean {
  const left = people.filter((person) => person.id !== gone && isKeeper(person))
  return left.some((one) =>
    left.some(
      (other) =>
        areOfDifferentGroups(one, other) &&
        keepers.every((role) => one.roles.includes(role) || other.roles.includes(role)),
    ),
  )
}
