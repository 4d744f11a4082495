import { incidentWorkflowId } from '#domain/ids'
import { quantile } from './figures.ts'
import type { MeasuredHome } from './home.ts'
import type { Course } from './responders.ts'

/** Milliseconds of one incident from its finding to the plan that waits for approval. */
interface Anatomy {
  /** Until the finding is committed. */
  readonly takenIn: number
  /** From then until a worker has the workflow’s first task. */
  readonly begun: number
  /** In workflow tasks: nearly all of it in local activities, each a transaction. */
  readonly recording: number
  /** In remote activities, which look at AWS. */
  readonly looking: number
}

/** Where the time of these incidents went, each part by its median. */
export async function anatomyOf(home: MeasuredHome, courses: readonly Course[]): Promise<Anatomy> {
  const each = await Promise.all(courses.map((course) => dissected(home, course)))
  const median = (part: keyof Anatomy): number =>
    quantile(
      each.map((one) => one[part]),
      0.5,
    )
  return {
    takenIn: median('takenIn'),
    begun: median('begun'),
    recording: median('recording'),
    looking: median('looking'),
  }
}

async function dissected({ temporal, database }: MeasuredHome, course: Course): Promise<Anatomy> {
  const { incident, sentAt, proposedAt } = course
  const { rows } = await database.query<{ at: Date }>('select opened_at as at from incident where id = $1', [incident])
  const opened = rows[0]?.at.getTime() ?? 0
  const history = await temporal.workflow.getHandle(incidentWorkflowId(incident)).fetchHistory()
  const events = (history.events ?? []).map((event) => ({ event, at: millisecondsOf(event.eventTime) }))
  const began = new Map(events.map(({ event, at }) => [String(event.eventId), at]))
  const spans = (of: (typeof events)[number]['event'][]): number =>
    of.reduce((sum, event) => {
      const ended = event.workflowTaskCompletedEventAttributes ?? event.activityTaskCompletedEventAttributes
      const from = began.get(String(ended?.startedEventId)) ?? proposedAt
      return sum + Math.max(0, Math.min(proposedAt, millisecondsOf(event.eventTime)) - from)
    }, 0)
  const firstTask = events.find(({ event }) => event.workflowTaskStartedEventAttributes)?.at ?? proposedAt
  return {
    takenIn: opened - sentAt,
    begun: firstTask - opened,
    recording: spans(events.flatMap(({ event }) => (event.workflowTaskCompletedEventAttributes ? [event] : []))),
    looking: spans(events.flatMap(({ event }) => (event.activityTaskCompletedEventAttributes ? [event] : []))),
  }
}

const millisecondsOf = (
  time: { readonly seconds?: unknown; readonly nanos?: number | null } | null | undefined,
): number => Number(time?.seconds ?? 0) * 1000 + (time?.nanos ?? 0) / 1_000_000
