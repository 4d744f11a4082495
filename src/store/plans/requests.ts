import { sql } from 'kysely'
import type { ReleaseReason } from '#domain/catalogue/entry'
import type { ActionName } from '#domain/catalogue/index'
import type { EvidenceRequest } from '#domain/evidence'
import type { Json } from '#domain/json'
import type { Target } from '#domain/targets'
import type { Person } from '#domain/votes'
import type { Database, Tx } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { lockIncident, reopenIn } from '#store/incidents/incident-verbs'
import { raiseWake } from '#store/incidents/wake'
import { sortedJson } from '#store/log/digest'
import { record } from '#store/log/events'

/** What a person asks to be planned: the undo of a plan, or steps by hand; or the policy, some steps of a plan that nobody decided. A request may also be for evidence. Stored as it is in `plan_request.body`. */
export type PlanRequestBody =
  | { readonly evidence: EvidenceRequest }
  | { readonly undecided: string; readonly steps: readonly number[]; readonly reason: string }
  | { readonly undo: string; readonly release: ReleaseReason; readonly reason: string }
  | {
      readonly purpose: 'contain' | 'recover'
      readonly reason: string
      readonly steps: readonly {
        readonly action: ActionName
        readonly target: Target
        readonly parameters: { readonly [name: string]: Json }
      }[]
    }

/** The plans that people ask for. */
export type PersonsWish = Exclude<
  PlanRequestBody,
  { readonly undecided: string } | { readonly evidence: EvidenceRequest }
>

export interface NewPlanRequest {
  readonly incident: string
  readonly person: Person
  readonly idempotencyKey: string | null
  readonly body: PersonsWish
}

export interface StoredRequest {
  readonly request: string
  readonly build: string
  readonly wakeDue: boolean
  /** Whether the incident was closed and is in its next episode now. */
  readonly hasReopened: boolean
}

/**
 * Stores what a person asks for and wakes the incident, which answers in the same row; a closed incident is reopened first.
 * With the idempotency key of an earlier request: that one. Throws `not_found`, and `conflict` when the key was used for something else.
 */
export const requestPlan = (db: Database, wish: NewPlanRequest): Promise<StoredRequest> =>
  db.transaction().execute(async (tx) => {
    const incident = await lockIncident(tx, wish.incident)
    const earlier = await earlierRequest(tx, wish)
    if (earlier !== undefined) return { request: earlier, build: incident.build, wakeDue: false, hasReopened: false }
    await refuseUnknownPlan(tx, wish)
    const reopened =
      incident.status === 'closed' ? await reopenIn(tx, { ...wish, reason: wish.body.reason }) : undefined
    const request = await insertRequest(tx, wish)
    const isFirst = await raiseWake(tx, wish.incident)
    return {
      request,
      build: reopened?.build ?? incident.build,
      wakeDue: reopened?.wakeDue ?? isFirst,
      hasReopened: reopened !== undefined,
    }
  })

async function earlierRequest(
  tx: Tx,
  { incident, person, idempotencyKey, body }: NewPlanRequest,
): Promise<string | undefined> {
  if (idempotencyKey === null) return undefined
  const row = await tx
    .selectFrom('plan_request')
    .select(['id', 'body'])
    .where('incident', '=', incident)
    .where('person', '=', person.id)
    .where('idempotency_key', '=', idempotencyKey)
    .executeTakeFirst()
  if (row !== undefined && sortedJson(row.body) !== sortedJson(body))
    throw refusal('conflict', 'This Idempotency-Key was used for another request: use a new one')
  return row?.id
}

async function refuseUnknownPlan(tx: Tx, { incident, body }: NewPlanRequest): Promise<void> {
  if (!('undo' in body)) return
  const plan = await tx
    .selectFrom('plan')
    .select(['incident', 'status'])
    .where('hash', '=', body.undo)
    .executeTakeFirst()
  if (plan === undefined) throw refusal('unprocessable', `There is no plan ${body.undo} to undo`)
  if (plan.incident !== incident)
    throw refusal('unprocessable', `Plan ${body.undo} belongs to incident ${plan.incident}: ask there`)
}

async function insertRequest(tx: Tx, { incident, person, idempotencyKey, body }: NewPlanRequest): Promise<string> {
  const { id } = await tx
    .insertInto('plan_request')
    .values({ incident, person: person.id, idempotency_key: idempotencyKey, body: JSON.stringify(body) })
    .returning('id')
    .executeTakeFirstOrThrow()
  const what = 'undo' in body ? `the undo of plan ${body.undo}` : `a plan to ${body.purpose}`
  await record(tx, {
    stream: incident,
    type: 'plan.requested',
    actor: { kind: 'person', id: person.id },
    text: `${person.name} asks for ${what}: ${body.reason}`,
    refs: { request: id, ...('undo' in body ? { plan: body.undo } : {}) },
  })
  return id
}

export type RequestAnswer =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'planned'; readonly plan: string }
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string }

/** What became of the request so far. */
export async function requestAnswer(db: Database, incident: string, request: string): Promise<RequestAnswer> {
  const row = await db
    .selectFrom('plan_request')
    .select(['plan', 'refused'])
    .where('id', '=', request)
    .where('incident', '=', incident)
    .where(sql<boolean>`not body ? 'evidence'`)
    .executeTakeFirst()
  if (row === undefined) throw refusal('not_found', `There is no request ${request}`)
  if (row.plan !== null) return { kind: 'planned', plan: row.plan }
  if (row.refused === null) return { kind: 'waiting' }
  const { code, reason } = row.refused as { readonly code: string; readonly reason: string }
  return { kind: 'refused', code, reason }
}
