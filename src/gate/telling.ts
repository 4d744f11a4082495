import type { EventType } from '#domain/events'
import { shortHash } from '#domain/ids'
import type { JsonObject } from '#domain/json'
import type { PermitQuestion } from '#domain/permit'
import type { PlannedStep, StepOutcome } from '#domain/plan'
import type { DeclaredCall } from '#domain/state'
import { asksForCare, PROTECTED_TAG } from '#domain/tags'
import { targetText } from '#domain/targets'
import type { Tx } from '#store/database/database'
import { record } from '#store/log/events'
import type { PlanRow } from '#store/plans/gate-facts'
import type { Permit } from '#store/plans/permits'
import type { Refusal } from './conditions.ts'

/** The plan that an event is about, in the transaction that decides on it. */
interface About {
  readonly tx: Tx
  readonly row: PlanRow
}

const gate = { kind: 'cordon', id: 'gate' } as const

interface Told {
  readonly type: EventType
  readonly text: string
  readonly step: number
  readonly refs?: Readonly<Record<string, string>>
  readonly body: JsonObject
}

function tell({ tx, row }: About, { type, text, step, refs, body }: Told): Promise<void> {
  return record(tx, {
    stream: row.incident,
    type,
    actor: gate,
    text: `Step ${step + 1} of plan ${shortHash(row.hash)}: ${text}`,
    refs: { plan: row.hash, step: String(step), ...refs },
    body,
  })
}

export const tellRefused = (about: About, step: number, { code, reason }: Refusal): Promise<void> =>
  tell(about, {
    type: 'permit.refused',
    text: `the gate refuses it: ${reason}`,
    step,
    body: { code, reason },
  })

export const tellGiven = (about: About & Acting, permit: Permit, calls: readonly DeclaredCall[]): Promise<void> =>
  tell(about, {
    type: 'permit.given',
    text: `the gate permits ${listed(calls)} on ${targetText(about.step.target)}${careText(about)}`,
    step: permit.step,
    refs: { permit: permit.id },
    body: { ...permitBody(permit, calls), ...(isLateCare(about) ? { lateTag: PROTECTED_TAG } : {}) },
  })

interface Acting {
  readonly step: PlannedStep
  readonly question: PermitQuestion
}

/** Tags are no guard fields: one that came after the plan was made can hold nothing up, and is told. */
const isLateCare = ({ step, question }: Acting): boolean =>
  asksForCare(question.observed.tags) && !asksForCare(step.tags ?? {})

const careText = (acting: Acting): string =>
  isLateCare(acting) ? `; it carries ${PROTECTED_TAG}, which the plan does not count: it came during the incident` : ''

export const tellResumed = (about: About, permit: Permit, calls: readonly DeclaredCall[]): Promise<void> =>
  tell(about, {
    type: 'permit.resumed',
    text: `attempt ${permit.attempt} goes on with ${listed(calls)}`,
    step: permit.step,
    refs: { permit: permit.id },
    body: permitBody(permit, calls),
  })

export const tellClosed = (about: About, permit: Permit, outcome: StepOutcome): Promise<void> =>
  tell(about, {
    type: 'permit.closed',
    text: ending(outcome),
    step: permit.step,
    refs: { permit: permit.id },
    body: { attempt: permit.attempt, outcome: outcome.kind },
  })

const permitBody = ({ attempt, values }: Permit, calls: readonly DeclaredCall[]): JsonObject => ({
  attempt,
  values,
  calls: calls.map(({ operation, resource, change: { field } }) => ({ operation, resource, field })),
})

const listed = (calls: readonly DeclaredCall[]): string =>
  calls.length === 0 ? 'nothing more to do' : [...new Set(calls.map(({ operation }) => operation))].join(' and ')

function ending(outcome: StepOutcome): string {
  switch (outcome.kind) {
    case 'applied':
      return 'applied'
    case 'drifted':
      return `the target drifted: ${outcome.difference}`
    case 'refused':
    case 'failed':
      return `${outcome.kind} (${outcome.code}): ${outcome.reason}`
  }
}
