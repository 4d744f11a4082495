import type { Principal, Target } from '#domain/targets'
import { sessionsId } from './deny-instance-sessions.ts'

/** A principal that can do nothing while it is contained, and the id under which CloudTrail shows its calls. */
export interface ContainedPrincipal {
  readonly principal: Principal
  readonly id: string
}

/** Who is contained with the target; null for a role as a whole, which may be assumed anew, and for what is no principal. */
export function containedPrincipal(target: Target): ContainedPrincipal | null {
  switch (target.kind) {
    case 'iam-user':
      return { principal: target, id: target.userId }
    case 'instance-sessions':
      return { principal: target, id: sessionsId(target) }
    default:
      return null
  }
}
