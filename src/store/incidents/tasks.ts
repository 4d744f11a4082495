import { sql } from 'kysely'
import type { Settlement } from '#domain/incident'
import type { Database, Tx } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { retrying } from '#store/database/retrying'
import { record } from '#store/log/events'
import { everyone } from '#store/people/people'
import { settleStatus } from './incident-status.ts'
import { lockIncident, type PersonsVerb, type Woken } from './incident-verbs.ts'
import { raiseWake } from './wake.ts'

export interface NewTask {
  readonly incident: string
  readonly episode: number
  readonly key: string
  readonly text: string
}

/** Gives the incident to the responders, with what there is to do; once for each key of an episode. */
export const handOver = (db: Database, task: NewTask): Promise<void> =>
  db.transaction().execute(async (tx) => {
    if (!(await openTaskIn(tx, task))) return
    await record(tx, {
      stream: task.incident,
      type: 'incident.handed-over',
      actor: { kind: 'cordon', id: 'worker' },
      text: `A person must go on: ${task.text}`,
      refs: { task: task.key },
    })
  })

/** Opens the task in the transaction of what makes it necessary; false when it is there already. */
export async function openTaskIn(tx: Tx, { incident, episode, key, text }: NewTask): Promise<boolean> {
  const responders = (await everyone(tx)).filter(({ roles }) => roles.includes('responder')).map(({ id }) => id)
  const opened = await tx
    .insertInto('task')
    .values({ incident, episode, key, text, whom: responders })
    .onConflict((conflict) => conflict.columns(['incident', 'episode', 'key']).doNothing())
    .returning('id')
    .executeTakeFirst()
  return opened !== undefined
}

export interface TaskEnd extends PersonsVerb {
  readonly task: string
  readonly how: Settlement
  readonly reason: string | null
}

/** Ends a task, with who says how; the first end stays. An incident that waited for it alone is recovered. Throws `not_found`. */
export const settleTask = (db: Database, end: TaskEnd): Promise<Woken> =>
  retrying(() => db.transaction().execute((tx) => settleIn(tx, end)))

async function settleIn(tx: Tx, { incident, person, task, how, reason }: TaskEnd): Promise<Woken> {
  const { build } = await lockIncident(tx, incident)
  const known = await tx
    .selectFrom('task')
    .select(['text', 'settled_at'])
    .where('incident', '=', incident)
    .where('id', '=', task)
    .executeTakeFirst()
  if (known === undefined) throw refusal('not_found', `There is no task ${task} in incident ${incident}`)
  if (known.settled_at !== null) return { incident, build, wakeDue: false }
  await tx.updateTable('task').set({ settled_at: sql<Date>`clock_timestamp()` }).where('id', '=', task).execute()
  await record(tx, {
    stream: incident,
    type: 'task.settled',
    actor: { kind: 'person', id: person.id },
    text: `${person.name} settled as ${how}${reason === null ? '' : ` (${reason})`}: ${known.text}`,
    refs: { task },
    body: { how, reason },
  })
  await settleStatus(tx, incident)
  return { incident, build, wakeDue: await raiseWake(tx, incident) }
}
