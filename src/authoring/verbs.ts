import type { ReleaseReason } from '#domain/catalogue/entry'
import type { ActionName, catalogue } from '#domain/catalogue/index'
import type { EvidenceKind, EvidenceKinds, EvidenceRequest } from '#domain/evidence'
import type { Credential, Finding } from '#domain/finding'
import type { Outcome } from '#domain/outcome'
import type { ProposedAction } from '#domain/proposal'
import type { Ec2Instance } from '#domain/targets'

type NamesOf<Phase extends 'contain' | 'recover'> = {
  readonly [Name in ActionName]: (typeof catalogue)[Name]['phase'] extends Phase ? Name : never
}[ActionName]

type ReversibleNames = {
  readonly [Name in ActionName]: (typeof catalogue)[Name]['reversible'] extends true ? Name : never
}[ActionName]

type AdditiveNames = {
  readonly [Name in ActionName]: (typeof catalogue)[Name]['tier'] extends 'R1' ? Name : never
}[ActionName]

/** Actions that a containment may consist of: those that can be taken back, and those that only add. */
export type Containing = ProposedAction<NamesOf<'contain'> & (ReversibleNames | AdditiveNames)>
export type Recovering = ProposedAction<NamesOf<'recover'>>

/** What a runbook knows about its incident. */
export interface Incident {
  readonly id: string
  readonly account: string
  readonly findings: readonly Finding[]
  /** Whose credential the findings are about. */
  credential(): Credential
  /** The instance that the findings are about, or null. */
  instance(): Ec2Instance | null
}

/**
 * Everything that a runbook may ask for. Every call is recorded under a key: a runbook that starts over gets the recorded
 * answers and goes on from where it was.
 */
export interface Verbs {
  /** Reads something and keeps it as evidence. Needs no approval. */
  collect<Kind extends EvidenceKind>(request: EvidenceRequest<Kind>): Promise<EvidenceKinds[Kind]['answer']>
  /** Proposes a containment, waits for people, carries it out and reads it back. Follows its own re-proposals after drift, at most three. */
  contain(reason: string, steps: readonly Containing[]): Promise<Outcome>
  recover(reason: string, steps: readonly Recovering[]): Promise<Outcome>
  /** Proposes to end a containment, and says why; what the reason keeps stays as it is. */
  release(contained: Outcome, why: ReleaseReason): Promise<Outcome>
  /** Calls the people of the ladder. */
  page(text: string): Promise<void>
  /** Waits for a duration such as `30m` or `2d`; survives every restart. */
  wait(duration: string): Promise<void>
  /** Gives the incident to a person, with the reason. */
  handOver(why: string | Outcome): Promise<void>
}
