import { CONSOLE, type PageStatus } from '#domain/channels'
import type { JsonObject } from '#domain/json'
import type { Tx } from './database.ts'
import { record } from './events.ts'

export interface PageRow {
  readonly incident: string
  readonly key: string
  readonly person: string
  readonly level: number
  readonly text: string
  /** The plan whose votes it is about. */
  readonly plan: string | null
  readonly status: PageStatus
}

/** How the log tells of it. */
interface Told {
  readonly by: 'api' | 'worker'
  readonly text: string
  readonly body?: JsonObject
}

/** Puts a page into the record and, with that, into the console; each person once for a key. The only writer of pages. */
export async function insertPage(tx: Tx, page: PageRow, { by, text, body = {} }: Told): Promise<void> {
  const { incident, person, level, plan } = page
  const sent = await tx
    .insertInto('page')
    .values(page)
    .onConflict((conflict) => conflict.columns(['incident', 'key', 'person']).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (sent === undefined) return
  await tx.insertInto('delivery').values({ page: sent.id, channel: CONSOLE, status: 'delivered' }).execute()
  await record(tx, {
    stream: incident,
    type: 'page.sent',
    actor: { kind: 'cordon', id: by },
    text,
    refs: { page: sent.id, person, ...(plan === null ? {} : { plan }) },
    body: { level, channel: CONSOLE, ...body },
  })
}
