import type { Activity, EvidenceKinds, TrailLook } from '#domain/evidence'
import { logKinds } from '#domain/logs/log-place'
import type { LogWindow } from '#domain/logs/log-query'
import { type LogSeen, silenceOf } from '#domain/logs/log-state'
import { MOST_TRAIL_ROWS, trailAskedOf, trailQuery } from '#domain/logs/trail-query'
import type { Principal } from '#domain/targets'
import { clock } from '#store/database/clock'
import { activityOf, type EvidenceDeps, isChange } from './activity-of.ts'
import { type OpenLog, openLog } from './logs/open-log.ts'
import { type LogAnswer, type LogRow, runQuery } from './logs/run-query.ts'
import { callIn, openedIn, type SessionOpened } from './logs/trail-row.ts'
import { refusedBy } from './part.ts'

interface Asked {
  readonly incident: string
  readonly question: EvidenceKinds['trailOf']['question']
  readonly signal: AbortSignal
}

const MS_PER_HOUR = 3_600_000
/** How often sessions that were opened from sessions are followed, and how many at once. */
const MOST_ROUNDS = 3
const MOST_SESSIONS = 5

/** What a principal did, by the organisation’s trail; by CloudTrail’s event history when the trail cannot be asked, which `parts` says. */
export async function trailOf(deps: EvidenceDeps, asked: Asked): Promise<TrailLook> {
  const { question, incident, signal } = asked
  const opened = await openLog(deps, { kind: 'trail', incident, signal })
  if (opened.kind === 'none') return byHistory(deps, asked, opened.seen)
  const to = new Date(await clock(deps.db))
  const window = {
    from: new Date(to.getTime() - question.hours * MS_PER_HOUR),
    to,
    account: question.principal.account,
    region: null,
  }
  const first = await runQuery(opened.log, () => trailQuery(opened.log, trailAskedOf(question.principal), window))
  if (first.kind === 'none') {
    const { state, text } = first
    return byHistory(deps, asked, { source: logKinds.trail, state, text })
  }
  return lookOf(question.principal, await followed(opened.log, first, window), { ...window, log: opened.log })
}

interface Followed {
  readonly rows: readonly LogRow[]
  readonly sessions: readonly SessionOpened[]
  readonly bytes: number
  readonly queries: readonly string[]
  readonly unseen: readonly string[]
}

type Rows = Extract<LogAnswer, { kind: 'rows' }>

/** What the sessions did that were opened, too; what there was no time for is said. */
async function followed(log: OpenLog, first: Rows, window: LogWindow): Promise<Followed> {
  const answers = [first]
  const sessions = new Map<string, SessionOpened>()
  const unseen: string[] = []
  let last = first
  for (let round = 0; ; round++) {
    const fresh = last.rows.flatMap(openedIn).filter(({ id }) => !sessions.has(id))
    for (const session of fresh) sessions.set(session.id, session)
    const ids = [...new Set(fresh.map(({ id }) => id))]
    if (ids.length === 0) break
    const left = round === MOST_ROUNDS ? ids.length : ids.length - MOST_SESSIONS
    if (left > 0) unseen.push(`${left} more role sessions were opened; what they did was not looked up`)
    if (round === MOST_ROUNDS) break
    const next = await runQuery(log, () =>
      trailQuery(log, { principals: [], sessions: ids.slice(0, MOST_SESSIONS) }, window),
    )
    if (next.kind === 'none') {
      unseen.push(`What ${ids.length} opened role sessions did was not seen: ${next.state}, ${next.text}`)
      break
    }
    answers.push(next)
    last = next
  }
  return {
    rows: answers.flatMap(({ rows }) => rows),
    sessions: [...sessions.values()],
    bytes: answers.reduce((sum, { bytes }) => sum + bytes, 0),
    queries: answers.map(({ query }) => query),
    unseen,
  }
}

function lookOf(
  principal: Principal,
  { rows, sessions, bytes, queries, unseen }: Followed,
  { from, to, log }: LogWindow & { readonly log: OpenLog },
): TrailLook {
  const once = new Map(rows.map((row) => [row.eventid, callIn(row)]))
  const calls = [...once.values()].toSorted((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0))
  const shown = calls.slice(-MOST_TRAIL_ROWS)
  const roles = new Map(sessions.map(({ role }) => [role.roleId, role]))
  if (principal.kind === 'iam-role') roles.delete(principal.roleId)
  const text = `${shown.length} calls; ${bytes} bytes were read by ${queries.map((query) => `query ${query}`).join(', ')}`
  return {
    calls: shown,
    rolesAssumed: [...roles.values()],
    changes: shown.filter(isChange),
    from: from.toISOString(),
    to: to.toISOString(),
    parts: [{ source: logKinds.trail, state: 'available', text }],
    unseen: [
      'The trail has what its event selectors say: data events only where they are switched on',
      ...silenceOf(calls, logKinds.trail, principal),
      'Calls of the last 15 minutes may not have been delivered yet',
      ...(log.table.account === null ? [] : [`Calls in other accounts than ${principal.account} were not looked at`]),
      ...(calls.length > shown.length ? ['Older calls are left out: there are more than are shown'] : []),
      ...unseen,
    ],
  }
}

/** What is seen without the trail, and why it was not asked. */
async function byHistory(deps: EvidenceDeps, asked: Asked, seen: LogSeen): Promise<TrailLook> {
  const source = 'CloudTrail look-up'
  try {
    const activity: Activity = await activityOf(deps, asked)
    return { ...activity, parts: [seen, { source, state: 'available', text: 'in the place of the trail' }] }
  } catch (error) {
    asked.signal.throwIfAborted()
    const { state, text } = refusedBy(error)
    const now = new Date(await clock(deps.db)).toISOString()
    const nothing = { calls: [], rolesAssumed: [], changes: [], from: now, to: now, unseen: [] }
    return { ...nothing, parts: [seen, { source, state, text }] }
  }
}
