import { sql } from 'kysely'
import type { Finding } from '#domain/finding'
import type { Database, Tx } from '#store/database/database'
import { retrying } from '#store/database/retrying'
import type { Woken } from '#store/incidents/incident-verbs'
import { raiseWakes } from '#store/incidents/wake'
import type { Known } from './known-findings.ts'
import { lockFindings } from './lock-findings.ts'
import { isMergeable, lockIncidents, mergeIn } from './merging.ts'

/** That one finding is a part of an attack sequence, by the keys of both. Either may not have come yet. */
export interface Part {
  readonly part: string
  readonly sequence: string
}

/** What the findings themselves say: a part names its sequence, a sequence its parts. */
export const partsTold = (all: readonly Finding[]): readonly Part[] =>
  all.flatMap(({ key, attackSequence }) => {
    if (attackSequence === null || attackSequence === undefined) return []
    if (attackSequence.kind === 'sequence') return attackSequence.parts.map((part) => ({ part, sequence: key }))
    return attackSequence.sequence === null ? [] : [{ part: key, sequence: attackSequence.sequence }]
  })

/** Keeps it, so that the other one finds it when it comes. */
export async function keepParts(tx: Tx, parts: readonly Part[]): Promise<void> {
  if (parts.length === 0) return
  await tx
    .insertInto('sequence_part')
    .values([...parts])
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** What is kept of the findings, as parts and as sequences. */
export const partsOf = (tx: Tx, keys: readonly string[]): Promise<readonly Part[]> =>
  tx
    .selectFrom('sequence_part')
    .select(['part', 'sequence'])
    .where((where) => where.or([where('part', 'in', keys), where('sequence', 'in', keys)]))
    .orderBy('sequence')
    .orderBy('part')
    .execute()

/**
 * Merges the incidents of parts into that of their sequence, where nothing is being carried out in them; where something is, they stay
 * and the sequence’s is shown beside them. Answers which incident each of them went into.
 */
export async function absorbParts(tx: Tx, { parts, incidents, news }: Known): Promise<ReadonlyMap<string, string>> {
  const moved = new Map<string, string>()
  const nowOf = (finding: string): string | undefined => {
    const incident = incidents.get(finding)
    return incident === undefined ? undefined : (moved.get(incident) ?? incident)
  }
  for (const { part, sequence } of parts) {
    const [from, into] = [nowOf(part), nowOf(sequence)]
    if (from === undefined || into === undefined || from === into) continue
    if (!(await absorb(tx, { from, into, reason: OF_SEQUENCE }))) continue
    for (const [other, where] of moved) if (where === from) moved.set(other, into)
    moved.set(from, into)
    news.add(from).add(into)
  }
  return moved
}

/**
 * The same for what the intake kept, which may merge nothing: each pair once, when both have come. Answers whom to wake.
 */
export async function absorbWaiting(db: Database): Promise<readonly Woken[]> {
  const waiting = await db
    .selectFrom('sequence_part')
    .innerJoin('finding as part', 'part.key', 'sequence_part.part')
    .innerJoin('finding as whole', 'whole.key', 'sequence_part.sequence')
    .select(['sequence_part.part', 'sequence_part.sequence'])
    .where('compared_at', 'is', null)
    .orderBy('sequence_part.sequence')
    .orderBy('sequence_part.part')
    .limit(MOST_AT_ONCE)
    .execute()
  const woken: Woken[] = []
  for (const pair of waiting)
    woken.push(...(await retrying(() => db.transaction().execute((tx) => absorbPair(tx, pair)))))
  return woken
}

const OF_SEQUENCE = 'It is a part of an attack sequence'

const MOST_AT_ONCE = 500

async function absorbPair(tx: Tx, { part, sequence }: Part): Promise<readonly Woken[]> {
  await lockFindings(tx, [part, sequence])
  const incidents = await tx
    .selectFrom('finding')
    .select(['key', 'incident'])
    .where('key', 'in', [part, sequence])
    .execute()
  const where = new Map(incidents.map(({ key, incident }) => [key, incident]))
  const [from, into] = [where.get(part) ?? '', where.get(sequence) ?? '']
  const isAbsorbed = from !== into && (await absorb(tx, { from, into, reason: OF_SEQUENCE }))
  await tx
    .updateTable('sequence_part')
    .set({ compared_at: sql<Date>`clock_timestamp()` })
    .where('part', '=', part)
    .where('sequence', '=', sequence)
    .execute()
  if (!isAbsorbed) return []
  const due = new Set(await raiseWakes(tx, [from, into]))
  const rows = await tx.selectFrom('incident').select(['id', 'build']).where('id', 'in', [from, into]).execute()
  return rows.map(({ id, build }) => ({ incident: id, build, wakeDue: due.has(id) }))
}

interface Absorbed {
  readonly from: string
  readonly into: string
  readonly reason: string
}

/** Merges the one into the other where nothing is being carried out in it and nobody parted them; else shows it beside. Answers whether it merged. */
export async function absorb(tx: Tx, { from, into, reason }: Absorbed): Promise<boolean> {
  const [part, whole] = await lockIncidents(tx, [from, into])
  if (part === undefined || whole === undefined || whole.status === 'closed') return false
  if (await wereParted(tx, { from, into })) return false
  if (await isMergeable(tx, part)) {
    await mergeIn(tx, { from: part, into: whole, reason, actor: detector })
    return true
  }
  await tx
    .updateTable('incident')
    .set({ related_to: into })
    .where('id', '=', from)
    .where('related_to', 'is', null)
    .execute()
  return false
}

/** What a responder took apart stays so. */
async function wereParted(tx: Tx, { from, into }: { readonly from: string; readonly into: string }): Promise<boolean> {
  const { rows } = await sql`
    select from regrouping
     where (kind = 'merge' and incident = ${from} and into_incident = ${into} and undone_at is not null)
        or (kind = 'split' and incident = ${into} and into_incident = ${from} and undone_at is null) limit 1`.execute(
    tx,
  )
  return rows.length > 0
}

const detector = { kind: 'detector', id: 'guardduty' } as const
