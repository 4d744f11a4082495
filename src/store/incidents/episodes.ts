import type { Opened } from '#domain/records'
import type { Database, Tx } from '#store/database/database'
import { record } from '#store/log/events'
import { ladderOfIncident } from '#store/paging/called-ladder'
import { policyOf } from '#store/policy/policies'
import { lockIncident } from './incident-verbs.ts'
import { enterPhase } from './phases.ts'
import { noteAuthors } from './preparation.ts'
import { readRecord } from './record-view.ts'

/**
 * What is known when an episode begins, or goes on, and its record: a run that is not the first one of the episode is told as a restart, once.
 * Throws `not_found`.
 */
export const openEpisode = (
  db: Database,
  { incident, run }: { readonly incident: string; readonly run: string },
): Promise<Opened> =>
  db.transaction().execute(async (tx) => {
    const row = await lockIncident(tx, incident)
    const { account, episode, policy_digest } = row
    await noteRun(tx, { incident, episode, run })
    const known = await tx.selectFrom('account').select('id').where('id', '=', account).executeTakeFirst()
    const { repeat = 0 } = await policyOf(tx, policy_digest)
    const ladder = await ladderOfIncident(tx, row)
    const calling = { waitsMs: ladder.map(({ waitMs }) => waitMs), repeat }
    const briefing = {
      incident,
      run,
      episode,
      account,
      ladder: calling,
      isAccountKnown: known !== undefined,
    }
    return { briefing, record: await readRecord(tx, incident) }
  })

interface Run {
  readonly incident: string
  readonly episode: number
  readonly run: string
}

async function noteRun(tx: Tx, { incident, episode, run }: Run): Promise<void> {
  const noted = await tx
    .insertInto('episode_run')
    .values({ incident, episode, run })
    .onConflict((conflict) => conflict.columns(['incident', 'episode', 'run']).doNothing())
    .returning('run')
    .executeTakeFirst()
  if (noted === undefined) return
  const { runs } = await tx
    .selectFrom('episode_run')
    .select((of) => of.fn.countAll<number>().as('runs'))
    .where('incident', '=', incident)
    .where('episode', '=', episode)
    .executeTakeFirstOrThrow()
  if (runs === 1) return
  await record(tx, {
    stream: incident,
    type: 'incident.restarted',
    actor: { kind: 'cordon', id: 'worker' },
    text: 'The incident’s workflow was gone; it was started again and goes on from the record',
    refs: { run },
    body: { episode },
  })
}

export interface Containment {
  readonly incident: string
  readonly episode: number
  /** The runbook that responds; null when none does. */
  readonly runbook: string | null
}

/** Begins the phase contain, and keeps which runbook responds; says when the people without its author are too few. */
export const beginContainment = (db: Database, { incident, episode, runbook }: Containment): Promise<void> =>
  db.transaction().execute(async (tx) => {
    await enterPhase(tx, { incident, episode, phase: 'contain' })
    if (runbook === null) return
    await tx.updateTable('incident').set({ runbook }).where('id', '=', incident).execute()
    await noteAuthors(tx, { incident, runbook })
  })
