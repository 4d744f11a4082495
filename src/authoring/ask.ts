import { type ActionName, catalogue, type TargetOf } from '#domain/catalogue/index'
import type { EksCluster, EvidenceRequest } from '#domain/evidence'
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
  /** Which names an instance asked for in so many hours, by the Resolver’s query logs, where Cordon is set up to ask them. */
  namesOf: (instance: Ec2Instance, { hours }: { readonly hours: number }): EvidenceRequest<'namesOf'> => ({
    kind: 'namesOf',
    question: { instance, hours },
  }),
  /** What a principal did to objects of S3 in so many hours, by the trail’s data events, where Cordon is set up to ask them. */
  objectsOf: (principal: Principal, { hours }: { readonly hours: number }): EvidenceRequest<'objectsOf'> => ({
    kind: 'objectsOf',
    question: { principal, hours },
  }),
  /** Who changed something in a cluster of EKS or read its secrets, by its audit log, where Cordon is set up to ask it. */
  clusterCallsOf: (cluster: EksCluster, { hours }: { readonly hours: number }): EvidenceRequest<'clusterCallsOf'> => ({
    kind: 'clusterCallsOf',
    question: { cluster, hours },
  }),
}
