import { sql } from 'kysely'
import type { AppealKind } from '#domain/appeal'
import type { Database } from '#store/database/database'

const SHOWN = 100

/** Comments that name the person and that they have not read, the newest first. */
export async function unreadMentions(db: Database, person: string) {
  const rows = await db
    .selectFrom('mention')
    .innerJoin('comment', 'comment.id', 'mention.comment')
    .innerJoin('incident', 'incident.id', 'comment.incident')
    .select(['comment.id as comment', 'comment.person as by', 'comment.text', 'comment.at'])
    .select(['incident.id as incident', 'incident.title'])
    .where('mention.person', '=', person)
    .where('mention.read_at', 'is', null)
    .orderBy('comment.at', 'desc')
    .limit(SHOWN)
    .execute()
  return rows.map(({ at, ...row }) => ({ ...row, at: at.toISOString() }))
}

/** Marks the comments that name the person as read by them; what names somebody else, or is read already, stays as it is. */
export async function readMentions(
  db: Database,
  { person, comments }: { readonly person: string; readonly comments: readonly string[] },
): Promise<void> {
  await db
    .updateTable('mention')
    .set({ read_at: sql<Date>`clock_timestamp()` })
    .where('person', '=', person)
    .where(sql<boolean>`comment = any(${[...comments]})`)
    .where('read_at', 'is', null)
    .execute()
}

/** What others ask of the person now and nobody has answered, the oldest first. */
export async function appealsTo(db: Database, person: string) {
  const rows = await db
    .selectFrom('appeal')
    .innerJoin('incident', 'incident.id', 'appeal.incident')
    .select(['appeal.id as appeal', 'appeal.kind', 'appeal.asked_by as by', 'appeal.reason', 'appeal.at'])
    .select(['incident.id as incident', 'incident.title'])
    .where('appeal.status', 'in', ['open', 'unanswered'])
    .where(sql<boolean>`${person} = any(appeal.people)`)
    .orderBy('appeal.at')
    .limit(SHOWN)
    .execute()
  return rows.map(({ at, kind, ...row }) => ({ ...row, kind: kind as AppealKind, at: at.toISOString() }))
}
