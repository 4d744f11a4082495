import { areOfDifferentGroups, leavesKeepers } from './person-change.ts'
import type { Person } from './votes.ts'

/** What is a person’s id: it stands in commands, in policies and in the log. */
export const PERSON_ID = '^[a-z0-9][a-z0-9._-]{0,63}$'

/** Why an installation cannot begin with these people, or null. */
export function objectionToFirst(people: readonly Person[]): string | null {
  const wrong = people.find(({ id }) => !new RegExp(PERSON_ID).test(id))
  if (wrong !== undefined) return `“${wrong.id}” is no id: small letters, digits, dots and hyphens`
  if (new Set(people.map(({ id }) => id)).size < people.length) return 'Somebody is named twice'
  const approvers = people.filter(({ roles }) => roles.includes('approver'))
  if (!approvers.some((one) => approvers.some((other) => areOfDifferentGroups(one, other))))
    return 'Two approvers of two groups are needed: one alone decides nothing'
  if (!leavesKeepers(people, ''))
    return 'An operator and a policy-admin of two groups are needed: together they confirm changes of people'
  return null
}
