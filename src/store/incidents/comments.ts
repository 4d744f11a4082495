import type { Person } from '#domain/votes'
import type { Database } from '#store/database/database'
import { record } from '#store/log/events'

export interface NewComment {
  readonly incident: string
  readonly person: Person
  readonly text: string
}

/** Adds what a person says to the incident. */
export const addComment = (db: Database, { incident, person, text }: NewComment) =>
  db.transaction().execute(async (tx) => {
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
    return comment
  })
