import type { LogPlace } from '#domain/logs/log-place'
import type { Statement } from '#domain/policy-statements'
import type { AccountRole } from '#domain/roles/account-roles'
import { policiesOf } from '#domain/roles/role-policies'

/** Permissions to ask about, with a resource and a request of the kind that they are for: a policy may name both. */
export interface Asked {
  readonly resource: string
  readonly permissions: readonly string[]
  /** Condition keys of the request. */
  readonly context: Readonly<Record<string, string>>
}

interface Place {
  readonly partition: string
  readonly account: string
  readonly region: string
  readonly logs?: LogPlace | undefined
}

/** A name that nothing has: what is allowed for it is allowed for whatever an incident is about. */
const ANY_NAME = 'cordon-doctor'

/** Everything that the role must be allowed, as questions. */
export function questionsFor(role: AccountRole, { region, ...place }: Place): readonly Asked[] {
  const policies = policiesOf(role, { ...place, regions: [region] })
  const allowing = policies.flatMap(({ document }) => document.Statement).filter(({ Effect }) => Effect === 'Allow')
  return allowing.flatMap(({ Action, Resource, Condition }) =>
    [Resource].flat().map((resource) => ({
      resource: exactOf(resource, region),
      permissions: Action,
      context: contextOf(Condition),
    })),
  )
}

function exactOf(pattern: string, region: string): string {
  if (pattern === '*') return pattern
  const parts = pattern.split(':')
  return parts
    .map((part, index) => (index === REGION_PART && part === '*' ? region : part.replaceAll('*', ANY_NAME)))
    .join(':')
}

/** In an ARN: `arn`, partition, service, Region, … */
const REGION_PART = 3

/** A request that the conditions let through. */
function contextOf(condition: Statement['Condition'] = {}): Asked['context'] {
  const entries = Object.values(condition).flatMap((keys) => Object.entries(keys))
  return Object.fromEntries(entries.map(([key, values]) => [key, ([values].flat()[0] ?? '').replaceAll('*', ANY_NAME)]))
}
