import { sql } from 'kysely'
import { evidenceFor } from '#domain/brief'
import type { Actor } from '#domain/events'
import type { EvidenceRequest } from '#domain/evidence'
import type { Finding } from '#domain/finding'
import type { Person } from '#domain/votes'
import type { Database, Tx } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { lockIncident, type PersonsVerb, type Woken } from '#store/incidents/incident-verbs'
import { materialOf } from '#store/incidents/material'
import { raiseWake } from '#store/incidents/wake'
import { sortedJson } from '#store/log/digest'
import { record } from '#store/log/events'
import type { PlanRequestBody } from '#store/plans/requests'
import { logSources } from './log-sources.ts'

/** What one incident may ask at once: look-ups take their turn. */
const MOST_PIECES = 9

/** What Cordon asks for by itself may be on its way in so many incidents; in a storm people ask for what they need. */
const MOST_UNASKED = 20

/**
 * Asks for every piece of evidence about what the findings name that is not on its way; answers how many. Throws `not_found`, `conflict` when the incident is
 * closed, and `unprocessable` when there is nothing to ask about, or nothing can be read there.
 */
export const requestEvidence = (
  db: Database,
  { incident, person }: PersonsVerb,
): Promise<Woken & { readonly asked: number }> =>
  db.transaction().execute(async (tx) => {
    const { build, status, account } = await lockIncident(tx, incident)
    if (status === 'closed') throw refusal('conflict', 'The incident is closed: reopen it first')
    if (!(await isKnown(tx, account)))
      throw refusal('unprocessable', `Account ${account} is not registered with Cordon: nothing can be read there`)
    const wanted = await wantedIn(tx, incident)
    if (wanted.length === 0)
      throw refusal(
        'unprocessable',
        'The findings name neither a principal nor an instance: there is nothing to ask about',
      )
    const asked = await askFor(tx, incident, { wanted, person, actor: { kind: 'person', id: person.id } })
    return { incident, build, asked, wakeDue: asked > 0 && (await raiseWake(tx, incident)) }
  })

/** The same by Cordon itself, for what waits for a person: so the answers are there when somebody comes. The sweeper signals the wake. */
export async function requestEvidenceEarly(tx: Tx, incident: string, account: string): Promise<void> {
  if (!(await isKnown(tx, account)) || (await underWayByCordon(tx)) >= MOST_UNASKED) return
  const wanted = await wantedIn(tx, incident)
  const asked = await askFor(tx, incident, { wanted, person: null, actor: { kind: 'cordon', id: 'triage' } })
  if (asked > 0) await raiseWake(tx, incident)
}

async function isKnown(tx: Tx, account: string): Promise<boolean> {
  return (await tx.selectFrom('account').select('id').where('id', '=', account).executeTakeFirst()) !== undefined
}

async function underWayByCordon(tx: Tx): Promise<number> {
  const { open } = await tx
    .selectFrom('plan_request')
    .select((of) => of.fn.countAll<number>().as('open'))
    .where('person', 'is', null)
    .where('evidence', 'is', null)
    .where('refused', 'is', null)
    .where(sql<boolean>`body ? 'evidence'`)
    .executeTakeFirstOrThrow()
  return Number(open)
}

async function wantedIn(tx: Tx, incident: string): Promise<readonly EvidenceRequest[]> {
  const { cases } = await materialOf(tx, incident)
  const findings: readonly Finding[] = cases.map(({ finding }) => finding)
  return evidenceFor(findings, await logSources(tx)).slice(0, MOST_PIECES)
}

interface Asking {
  readonly wanted: readonly EvidenceRequest[]
  readonly person: Person | null
  readonly actor: Actor
}

async function askFor(tx: Tx, incident: string, { wanted, person, actor }: Asking): Promise<number> {
  const waiting = new Set(
    (await evidenceRequestsOf(tx, incident)).filter(isWaiting).map(({ asked }) => sortedJson(asked)),
  )
  const fresh = wanted.filter((asked) => !waiting.has(sortedJson(asked)))
  for (const evidence of fresh) {
    const body: PlanRequestBody = { evidence }
    const { id } = await tx
      .insertInto('plan_request')
      .values({ incident, person: person?.id ?? null, body: JSON.stringify(body) })
      .returning('id')
      .executeTakeFirstOrThrow()
    await record(tx, {
      stream: incident,
      type: 'evidence.asked',
      actor,
      text: `${person?.name ?? 'Cordon'} asks for evidence: ${evidence.kind}`,
      refs: { request: id },
    })
  }
  return fresh.length
}

const isWaiting = ({ evidence, refused }: { readonly evidence: string | null; readonly refused: unknown }): boolean =>
  evidence === null && refused === null

/** Every request for evidence, oldest first, with what came of it. */
export async function evidenceRequestsOf(db: Database | Tx, incident: string) {
  const rows = await db
    .selectFrom('plan_request')
    .select(['id', 'body', 'evidence', 'refused'])
    .where('incident', '=', incident)
    .where(sql<boolean>`body ? 'evidence'`)
    .orderBy('at')
    .execute()
  return rows.map(({ body, refused, ...row }) => ({
    ...row,
    // Both are written here and by `refuseRequest` only.
    asked: (body as unknown as { readonly evidence: EvidenceRequest }).evidence,
    refused: refused as { readonly code: string; readonly reason: string } | null,
  }))
}
