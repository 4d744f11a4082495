import type { Database, Tx } from './database.ts'
import { record } from './events.ts'
import { everyone } from './people.ts'
import { policyOf } from './policies.ts'

export interface NewPage {
  readonly incident: string
  readonly key: string
  /** Of the ladder, counted from 0. */
  readonly level: number
  readonly text: string
}

const CHANNEL = 'console'

/** Pages everybody on a level of the ladder that is frozen for the incident; each person once for a key. */
export const pagePeople = (db: Database, page: NewPage): Promise<void> =>
  db.transaction().execute(async (tx) => {
    const { policy_digest } = await tx
      .selectFrom('incident')
      .select('policy_digest')
      .where('id', '=', page.incident)
      .executeTakeFirstOrThrow()
    const rung = (await policyOf(tx, policy_digest)).ladder[page.level]
    const known = new Set((await everyone(tx)).map(({ id }) => id))
    for (const person of rung?.people ?? [])
      if (known.has(person)) await pagePerson(tx, page, { person, level: rung?.level ?? page.level + 1 })
  })

interface Paged {
  readonly person: string
  readonly level: number
}

async function pagePerson(tx: Tx, { incident, key, text }: NewPage, { person, level }: Paged): Promise<void> {
  const sent = await tx
    .insertInto('page')
    .values({ incident, key, person, level, channel: CHANNEL, text })
    .onConflict((conflict) => conflict.columns(['incident', 'key', 'person']).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (sent === undefined) return
  await record(tx, {
    stream: incident,
    type: 'page.sent',
    actor: { kind: 'cordon', id: 'worker' },
    text: `${person} is paged (level ${level}, ${CHANNEL}): ${text}`,
    refs: { page: sent.id, person },
    body: { level, channel: CHANNEL },
  })
}
