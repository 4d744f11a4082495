import type { JsonObject } from './json.ts'

/** Every kind of thing that the audit log can say happened. */
export const eventTypes = [
  'finding.received',
  'finding.quarantined',
  'finding.read-again',
  'finding.not-read-again',
  'finding.unarchived',
  'source.heard',
  'breaker.opened',
  'incident.opened',
  'incident.phase',
  'incident.verdict',
  'incident.contained',
  'incident.recovered',
  'incident.closed',
  'incident.reopened',
  'incident.recognised',
  'incident.acknowledged',
  'incident.commented',
  'appeal.opened',
  'appeal.answered',
  'appeal.unanswered',
  'appeal.ended',
  'incident.handed-over',
  'incident.restarted',
  'incident.prepared',
  'incident.claimed',
  'incident.released',
  'incident.analysed',
  'question.asked',
  'question.answered',
  'evidence.asked',
  'review.drawn',
  'review.done',
  'problem.opened',
  'problem.explained',
  'incident.merged',
  'incident.split',
  'incident.regrouping-undone',
  'task.settled',
  'page.sent',
  'page.delivered',
  'page.failed',
  'page.unheard',
  'verb.asked',
  'verb.answered',
  'plan.requested',
  'plan.proposed',
  'plan.approved',
  'plan.denied',
  'plan.expired',
  'plan.superseded',
  'plan.executing',
  'plan.done',
  'plan.partial',
  'plan.failed',
  'plan.held',
  'plan.unreachable',
  'vote.cast',
  'glass.broken',
  'glass.reminded',
  'glass.reviewed',
  'step.intended',
  'step.applied',
  'step.verified',
  'step.ended',
  'permit.given',
  'permit.resumed',
  'permit.refused',
  'permit.closed',
  'containment.held',
  'containment.lost',
  'containment.released',
  'lease.renewed',
  'lease.ending',
  'lease.ended',
  'evidence.collected',
  'freeze.started',
  'freeze.lift-asked',
  'freeze.lifted',
  'delegation.begun',
  'delegation.ended',
  'drill.started',
  'policy.applied',
  'context.applied',
  'reputation.imported',
  'reputation.ended',
  'change.proposed',
  'change.voted',
  'change.in-force',
  'change.denied',
  'change.expired',
  'change.withdrawn',
  'build.activated',
  'person.added',
  'person.changed',
  'person.disabled',
  'person.reset',
  'change.proposed',
  'change.confirmed',
  'change.withdrawn',
  'sign-in.opened',
  'sign-in.ended',
  'sign-in.throttled',
  'set-up.begun',
  'password.set',
  'passkey.added',
  'passkey.confirmed',
  'passkey.revoked',
  'token.created',
  'token.revoked',
  'account.added',
  'account.changed',
  'account.connected',
  'account.refused',
] as const

export type EventType = (typeof eventTypes)[number]

/** Who did it: a person, or a part of Cordon. */
export interface Actor {
  readonly kind: 'person' | 'cordon' | 'runbook' | 'detector'
  readonly id: string
}

/** As people read it: a person’s id, or `runbook/…`, `cordon/…`, `detector/…`. */
export const actorText = ({ kind, id }: Actor): string => (kind === 'person' ? id : `${kind}/${id}`)

/** One thing that happened, as it is told to the log in the transaction of the change. */
export interface NewEvent {
  /** The incident’s id, or `system`. */
  readonly stream: string
  readonly type: EventType
  readonly actor: Actor
  /** A sentence for people. Never a secret. */
  readonly text: string
  /** Ids of what it is about: plan, step, vote, finding, … */
  readonly refs: Readonly<Record<string, string>>
  readonly body?: JsonObject
}
