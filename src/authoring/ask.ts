import { type ActionName, catalogue, type TargetOf } from '#domain/catalogue/index'
import type { EvidenceRequest } from '#domain/evidence'
import type { ProposedAction } from '#domain/proposal'
import type { Ec2Instance, Principal } from '#domain/targets'

/** One function for each action of the catalogue: an action on the wrong kind of target does not compile. */
export const actions = Object.fromEntries(
  Object.keys(catalogue).map((action) => [action, (target: unknown) => ({ action, target })]),
  // The keys are the catalogue's own, so the map is complete.
) as unknown as { readonly [Name in ActionName]: (target: TargetOf<Name>) => ProposedAction<Name> }

/** One function for each kind of evidence. */
export const evidence = {
  /** What a user, a role or an instance’s sessions did in so many hours, by CloudTrail. */
  activityOf: (principal: Principal, { hours }: { readonly hours: number }): EvidenceRequest<'activityOf'> => ({
    kind: 'activityOf',
    question: { principal, hours },
  }),
  /** What an instance is now: its state, role, Auto Scaling group, volumes and addresses. */
  instanceDetails: (instance: Ec2Instance): EvidenceRequest<'instanceDetails'> => ({
    kind: 'instanceDetails',
    question: { instance },
  }),
  /** What a user, a role or an instance’s role may do by its own policies, and when it was last used. */
  reachOf: (principal: Principal): EvidenceRequest<'reachOf'> => ({ kind: 'reachOf', question: { principal } }),
  /** The same as `activityOf` by the organisation’s trail, where Cordon is set up to ask it: seconds to a minute, and bytes that cost. */
  trailOf: (principal: Principal, { hours }: { readonly hours: number }): EvidenceRequest<'trailOf'> => ({
    kind: 'trailOf',
    question: { principal, hours },
  }),
  /** With whom an instance talked in so many hours, by VPC flow logs, where Cordon is set up to ask them. */
  flowsOf: (instance: Ec2Instance, { hours }: { readonly hours: number }): EvidenceRequest<'flowsOf'> => ({
    kind: 'flowsOf',
    question: { instance, hours },
  }),
}
