import { guarddutyTypes } from '#domain/guardduty-types'

/** By what Security Hub writes for it: the slash became a hyphen. */
const byRenamed: ReadonlyMap<string, string> = new Map(
  [...guarddutyTypes.keys()].map((type) => [type.replace('/', '-').toLowerCase(), type]),
)

/**
 * GuardDuty’s own type for what Security Hub made of it, by looking it up. A type that the list does not have stays as it came,
 * without the namespace: to put a slash where a hyphen stands would be a guess. Source: Security Hub, GuardDuty integration.
 */
export function typeRenamed(type: string): string {
  const bare = /[A-Z][A-Za-z]*:.*$/s.exec(type)?.[0] ?? type
  return byRenamed.get(bare.replace('/', '-').toLowerCase()) ?? bare
}
