import type { AppealKind } from '#domain/appeal'
import type { Database, Tx } from '#store/database/database'
import { record } from '#store/log/events'
import { insertMessage } from '#store/paging/messages'
import { personNamed } from '#store/people/people'
import { appealKey, askText } from './appeal-answers.ts'
import { pageAsked } from './appeals.ts'
import { lockIncident } from './incident-verbs.ts'

export interface AppealRound {
  readonly incident: string
  readonly appeal: string
  /** Counted from 0, which is when it was asked. */
  readonly round: number
}

/** Pages whoever is asked once more, each once for a round; nobody when it is answered. */
export const repeatAppeal = (db: Database, { incident, appeal, round }: AppealRound): Promise<void> =>
  db.transaction().execute(async (tx) => {
    const row = await lockIncident(tx, incident)
    const asked = await appealRow(tx, appeal)
    if (asked.status !== 'open') return
    const asker = (await personNamed(tx, asked.asked_by))?.name ?? asked.asked_by
    const text = askText({ kind: asked.kind as AppealKind, of: asked.of_whom, asker, reason: asked.reason })
    await pageAsked(tx, row, { key: appealKey(appeal, round), people: asked.people, text, by: 'worker' })
  })

/** Notes that nobody took the incident over in time, and tells whose it stays; once. */
export const lapseAppeal = (db: Database, { incident, appeal }: Omit<AppealRound, 'round'>): Promise<void> =>
  db.transaction().execute(async (tx) => {
    const row = await lockIncident(tx, incident)
    const asked = await appealRow(tx, appeal)
    if (asked.status !== 'open') return
    await tx.updateTable('appeal').set({ status: 'unanswered' }).where('id', '=', appeal).execute()
    const text = `${asked.of_whom} has not taken the incident over: it stays with ${asked.asked_by}`
    await record(tx, {
      stream: incident,
      type: 'appeal.unanswered',
      actor: { kind: 'cordon', id: 'worker' },
      text,
      refs: { appeal },
      body: { kind: asked.kind },
    })
    await insertMessage(tx, row, { key: `lapse/${appeal}`, person: asked.asked_by, text, by: 'worker' })
  })

const appealRow = (tx: Tx, appeal: string) =>
  tx.selectFrom('appeal').selectAll().where('id', '=', appeal).executeTakeFirstOrThrow()
