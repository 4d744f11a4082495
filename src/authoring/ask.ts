import { type ActionName, catalogue, type TargetOf } from '#domain/catalogue/index'
import type { EvidenceKind, EvidenceKinds, EvidenceRequest } from '#domain/evidence'
import type { ProposedAction } from '#domain/proposal'
import type { IamRole, IamUser } from '#domain/targets'

/** One function for each action of the catalogue: an action on the wrong kind of target does not compile. */
export const actions = Object.fromEntries(
  Object.keys(catalogue).map((action) => [action, (target: unknown) => ({ action, target })]),
  // The keys are the catalogue's own, so the map is complete.
) as unknown as { readonly [Name in ActionName]: (target: TargetOf<Name>) => ProposedAction<Name> }

type Asks = {
  readonly [Kind in EvidenceKind]: (
    principal: IamUser | IamRole,
    options: { readonly hours: number },
  ) => EvidenceRequest<Kind> & { readonly question: EvidenceKinds[Kind]['question'] }
}

/** One function for each kind of evidence. */
export const evidence: Asks = {
  activityOf: (principal, { hours }) => ({ kind: 'activityOf', question: { principal, hours } }),
}
