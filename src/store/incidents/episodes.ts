import { sql } from 'kysely'
import { type Phase, phases } from '#domain/incident'
import type { Briefing } from '#domain/records'
import type { Database, Tx } from '#store/database/database'
import { distinctFindings } from '#store/findings/distinct-findings'
import { record } from '#store/log/events'
import { ladderOfIncident } from '#store/paging/called-ladder'
import { policyOf } from '#store/policy/policies'
import { lockIncident } from './incident-verbs.ts'
import { noteAuthors } from './preparation.ts'

/**
 * What is known when an episode begins, or goes on: a run that is not the first one of the episode is told as a restart, once.
 * Throws `not_found`.
 */
export const openEpisode = (
  db: Database,
  { incident, run }: { readonly incident: string; readonly run: string },
): Promise<Briefing> =>
  db.transaction().execute(async (tx) => {
    const row = await lockIncident(tx, incident)
    const { account, episode, policy_digest } = row
    await noteRun(tx, { incident, episode, run })
    const known = await tx.selectFrom('account').select('id').where('id', '=', account).executeTakeFirst()
    const { findings } = await distinctFindings(tx, incident)
    const { repeat = 0 } = await policyOf(tx, policy_digest)
    const ladder = await ladderOfIncident(tx, row)
    const calling = { waitsMs: ladder.map(({ waitMs }) => waitMs), repeat }
    return {
      incident,
      run,
      episode,
      account,
      ladder: calling,
      isAccountKnown: known !== undefined,
      findings: findings.map(({ finding }) => finding),
    }
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

export interface EpisodePhase {
  readonly incident: string
  readonly episode: number
  readonly phase: Phase
}

/** Moves the incident forward to the phase, in that episode; one that it is in or past stays. */
export const enterPhase = (db: Database, entry: EpisodePhase): Promise<void> =>
  db.transaction().execute((tx) => enterPhaseIn(tx, entry))

/** The same, inside the transaction of what begins the phase. */
export async function enterPhaseIn(tx: Tx, { incident, episode, phase }: EpisodePhase): Promise<void> {
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

/** Keeps which runbook responds, and says when the people without its author are too few. */
export const noteRunbook = (
  db: Database,
  { incident, runbook }: { readonly incident: string; readonly runbook: string },
): Promise<void> =>
  db.transaction().execute(async (tx) => {
    await tx.updateTable('incident').set({ runbook }).where('id', '=', incident).execute()
    await noteAuthors(tx, { incident, runbook })
  })
