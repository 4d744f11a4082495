import { sql } from 'kysely'
import { type Phase, phases } from '#domain/incident'
import type { Tx } from '#store/database/database'
import { record } from '#store/log/events'
import { lockIncident } from './incident-verbs.ts'

interface EpisodePhase {
  readonly incident: string
  readonly episode: number
  readonly phase: Phase
}

/** Moves the incident forward to the phase, in that episode, with what begins it; one that it is in or past stays. */
export async function enterPhase(tx: Tx, { incident, episode, phase }: EpisodePhase): Promise<void> {
  const row = await lockIncident(tx, incident)
  const isForward = phases.indexOf(phase) > phases.indexOf(row.phase as Phase)
  if (row.episode !== episode || !isForward) return
  await tx
    .updateTable('incident')
    .set({ phase, updated_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', incident)
    .execute()
  await record(tx, {
    stream: incident,
    type: 'incident.phase',
    actor: { kind: 'cordon', id: 'worker' },
    text: `The incident enters the phase ${phase}`,
    refs: {},
    body: { phase, episode },
  })
}
