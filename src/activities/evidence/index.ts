import type { EvidenceKind, EvidenceKinds } from '#domain/evidence'
import { activityOf, type EvidenceDeps } from './activity-of.ts'
import { clusterCallsOf } from './cluster-calls-of.ts'
import { flowsOf } from './flows-of.ts'
import { instanceDetails } from './instance-details.ts'
import { namesOf } from './names-of.ts'
import { objectsOf } from './objects-of.ts'
import { reachOf } from './reach-of.ts'
import { trailOf } from './trail-of.ts'

export interface Collecting<Kind extends EvidenceKind> {
  readonly incident: string
  readonly question: EvidenceKinds[Kind]['question']
  readonly signal: AbortSignal
}

/** How each kind of evidence is collected; read-only. A kind that is missing here does not compile. */
const collectors: {
  readonly [Kind in EvidenceKind]: (
    deps: EvidenceDeps,
    asked: Collecting<Kind>,
  ) => Promise<EvidenceKinds[Kind]['answer']>
} = { activityOf, instanceDetails, reachOf, trailOf, flowsOf, namesOf, objectsOf, clusterCallsOf }

export function collectEvidence<Kind extends EvidenceKind>(
  deps: EvidenceDeps,
  {
    incident,
    kind,
    question,
  }: { readonly incident: string; readonly kind: Kind; readonly question: EvidenceKinds[Kind]['question'] },
  signal: AbortSignal,
): Promise<EvidenceKinds[Kind]['answer']> {
  return collectors[kind](deps, { incident, question, signal })
}
