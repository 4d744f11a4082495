import { sql } from 'kysely'
import { digestOf } from '#audit/digest'
import type { Json } from '#domain/json'
import type { OpenedVerb, VerbCall } from '#domain/records'
import type { Database, Tx } from '#store/database/database'
import { contentDigest } from '#store/log/digest'
import { record } from '#store/log/events'
import { requestOfKey } from '#store/plans/proposals'
import { openEradication } from './eradication.ts'
import { lockIncident } from './incident-verbs.ts'

/**
 * Opens a runbook’s call of a verb under its key, or answers from its row. A call that does not fit the row at its position
 * is `diverged`: the runbook is not the program that the record shows.
 */
export const openVerb = (db: Database, call: VerbCall): Promise<OpenedVerb> =>
  db.transaction().execute(async (tx) => {
    const { runbook } = await lockIncident(tx, call.incident)
    const key = keyOf(call)
    const row = await rowOf(tx, call, key)
    if (row === undefined) {
      await insertCall(tx, call, { key, runbook: runbook ?? 'unknown' })
      return { kind: 'open', key, plans: [] }
    }
    if (row.key !== key || row.position !== call.position) return { kind: 'diverged', expected: row.verb }
    // An answer of null is an answer: when it came is what tells.
    if (row.answered_at !== null) return { kind: 'answered', key, outcome: row.outcome as Json }
    return { kind: 'open', key, plans: await plansFor(tx, key) }
  })

/** Which call it is, whatever run of the runbook makes it: by incident, episode, verb, arguments and count. */
function keyOf({ incident, episode, verb, arguments: asked, nth }: VerbCall): string {
  return `${incident}/${episode}/${verb}/${digestOf('verb', asked).slice(0, 16)}/${nth}`
}

const rowOf = (tx: Tx, { incident, episode, position }: VerbCall, key: string) =>
  tx
    .selectFrom('verb_call')
    .select(['key', 'position', 'verb', 'outcome', 'answered_at'])
    .where((where) =>
      where.or([
        where('key', '=', key),
        where.and([where('incident', '=', incident), where('episode', '=', episode), where('position', '=', position)]),
      ]),
    )
    .limit(1)
    .executeTakeFirst()

interface Named {
  readonly key: string
  readonly runbook: string
}

async function insertCall(tx: Tx, call: VerbCall, { key, runbook }: Named): Promise<void> {
  const { incident, episode, position, verb, arguments: asked } = call
  const digest = digestOf('verb', asked)
  const row = { key, incident, episode, position, verb, arguments_digest: digest, arguments: JSON.stringify(asked) }
  await tx.insertInto('verb_call').values(row).execute()
  await record(tx, {
    stream: incident,
    type: 'verb.asked',
    actor: { kind: 'runbook', id: runbook },
    text: `Runbook ${runbook} asks: ${verb}`,
    refs: { verb: key },
    body: { verb, argumentsDigest: digest },
  })
}

/** The plans that were made for the key, oldest first. */
export async function plansFor(tx: Tx, verbKey: string): Promise<readonly string[]> {
  const rows = await tx.selectFrom('plan').select('hash').where('verb_key', '=', verbKey).orderBy('revision').execute()
  return rows.map(({ hash }) => hash)
}

/** Keeps how a call ended; the first answer stays. */
export const answerVerb = (
  db: Database,
  { incident, key, outcome }: { readonly incident: string; readonly key: string; readonly outcome: Json },
): Promise<void> =>
  db.transaction().execute(async (tx) => {
    const answered = await tx
      .updateTable('verb_call')
      .set({ outcome: JSON.stringify(outcome), answered_at: sql<Date>`clock_timestamp()` })
      .where('key', '=', key)
      .where('answered_at', 'is', null)
      .returning('verb')
      .executeTakeFirst()
    if (answered === undefined) return
    await record(tx, {
      stream: incident,
      type: 'verb.answered',
      actor: { kind: 'cordon', id: 'worker' },
      text: `The runbook has its answer: ${answered.verb}`,
      refs: { verb: key },
      body: { outcomeDigest: contentDigest(outcome) },
    })
  })

export interface NewEvidence {
  readonly incident: string
  readonly episode: number
  readonly key: string
  readonly kind: string
  readonly question: Json
  readonly answer: Json
  /** What a contained principal created or changed, a sentence each: somebody must settle it before the incident is recovered. */
  readonly leftBehind: readonly string[]
}

/** Evidence that was asked for is the end of its request. */
async function answerRequest(tx: Tx, key: string, evidence: string): Promise<void> {
  const request = requestOfKey(key)
  if (request !== null) await tx.updateTable('plan_request').set({ evidence }).where('id', '=', request).execute()
}

/** Keeps a piece of evidence under its key, once, and opens a task for everything that recovery must settle. */
export const storeEvidence = (db: Database, evidence: NewEvidence): Promise<void> =>
  db.transaction().execute(async (tx) => {
    const { incident, episode, key, kind, question, answer, leftBehind } = evidence
    const digest = contentDigest(answer)
    const stored = await tx
      .insertInto('evidence')
      .values({ incident, key, kind, question: JSON.stringify(question), digest, body: JSON.stringify(answer) })
      .onConflict((conflict) => conflict.column('key').doNothing())
      .returning('id')
      .executeTakeFirst()
    if (stored === undefined) return
    await answerRequest(tx, key, stored.id)
    await record(tx, {
      stream: incident,
      type: 'evidence.collected',
      actor: { kind: 'cordon', id: 'executor' },
      text: `Evidence is collected: ${kind}`,
      refs: { evidence: stored.id },
      body: { kind, digest },
    })
    await openEradication(tx, { incident, episode }, leftBehind)
  })
