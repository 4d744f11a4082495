import { mentionsIn } from '#domain/mention'
import type { Person } from '#domain/votes'
import type { Database, Tx } from '#store/database/database'
import { record } from '#store/log/events'
import { insertMessage } from '#store/paging/messages'
import { lockPagesOf } from '#store/paging/pages'
import { everyone } from '#store/people/people'
import { lockIncident, type Woken } from './incident-verbs.ts'
import { raiseWake } from './wake.ts'

export interface NewComment {
  readonly incident: string
  readonly person: Person
  readonly text: string
}

/** Adds what a person says to the incident, and tells everybody whom it names by `@`, each once. Throws `not_found`. */
export const addComment = (db: Database, { incident, person, text }: NewComment) =>
  db.transaction().execute(async (tx) => {
    // Before its pages: in the order of whoever pages.
    const row = await lockIncident(tx, incident)
    const comment = await tx
      .insertInto('comment')
      .values({ incident, person: person.id, text })
      .returningAll()
      .executeTakeFirstOrThrow()
    await record(tx, {
      stream: incident,
      type: 'incident.commented',
      actor: { kind: 'person', id: person.id },
      text: `${person.name}: ${text}`,
      refs: { comment: comment.id },
    })
    const mentioned = await mentionedBy(tx, { person, text })
    await lockPagesOf(tx, mentioned)
    for (const one of mentioned) {
      await tx.insertInto('mention').values({ comment: comment.id, person: one }).execute()
      const told = `${person.name} names you in a comment: ${text}`
      await insertMessage(tx, row, { key: `comment/${comment.id}`, person: one, text: told, by: 'api' })
    }
    const wakeDue = mentioned.length > 0 && row.status !== 'closed' && (await raiseWake(tx, incident))
    const woken: Woken = { incident, build: row.build, wakeDue }
    return { comment, woken }
  })

/** Machines read no messages, and nobody is told what they wrote themselves. */
async function mentionedBy(tx: Tx, { person, text }: Omit<NewComment, 'incident'>): Promise<readonly string[]> {
  const people = (await everyone(tx)).filter(({ id, roles }) => id !== person.id && !roles.includes('machine'))
  return mentionsIn(text, new Set(people.map(({ id }) => id)))
}
