import type { IncidentDetail, PlanView, TimelineEvent } from '#cli/answers'
import type { Api } from '#cli/api'
import { pathOf, wholeTimeline } from '#cli/commands/incidents'
import type { Screen } from '#cli/screen'
import { waitText } from '#cli/text/incident'
import type { Voter } from './cast.ts'
import { createDeciding } from './decide.ts'
import { createShowing } from './show.ts'
import type { StartedDrill } from './start.ts'
import { type DrillTimes, sinceFinding, timesOf } from './times.ts'
import { createUndoing } from './undo.ts'

const LOOK_EVERY_MS = 1000
/** How long nothing at all may happen while Cordon itself is at work. */
const QUIET_MS = 120_000
/** How long a task must stay alone before it ends the drill: records of one moment arrive one after another. */
const SETTLED_MS = 5000

/** Who is asked for votes: nobody (they are given), the person here, or people in other places. */
export type Asks = 'nobody' | 'here' | 'elsewhere'
export type Ending = 'recovered' | 'false-positive'

export interface Drill {
  readonly api: Api
  readonly screen: Screen
  readonly voters: readonly Voter[]
  readonly started: StartedDrill
  readonly asks: Asks
  readonly ending: Ending
}

/** The incident as it is at one moment. */
export interface Look {
  readonly incident: IncidentDetail
  readonly events: readonly TimelineEvent[]
  readonly plans: readonly PlanView[]
}

export interface Followed {
  readonly status: string
  readonly times: DrillTimes
  /** Why it did not get to its end; null when it did. */
  readonly failed: string | null
}

/** Follows the incident to its end, votes on its plans or waits for votes, and shows everything on the way. */
export async function followDrill(drill: Drill): Promise<Followed> {
  const { started, ending } = drill
  const showing = createShowing(drill)
  const deciding = createDeciding(drill)
  const undoing = createUndoing(drill)
  const patience = createPatience()
  for (;;) {
    const now = await look(drill)
    await showing.show(now)
    const failed = patience.failed(now)
    if (isOver(now) || failed !== null)
      return { status: now.incident.status, times: timesOf(now.events, now.plans), failed }
    const isUndoing = ending === 'false-positive' && (await undoing.attend(now))
    const hasDecided = await deciding.attend(now, isUndoing ? 'undo-only' : 'every-plan')
    if (!hasDecided) await started.news(LOOK_EVERY_MS)
  }
}

const isOver = ({ incident, events }: Look): boolean =>
  events.length > 0 && (incident.status === 'recovered' || incident.status === 'closed')

async function look({ api, started }: Drill): Promise<Look> {
  const path = pathOf(started.incident)
  const [incident, events, { plans }] = await Promise.all([
    api.get<IncidentDetail>(path),
    wholeTimeline(api, started.incident),
    api.get<{ readonly plans: readonly PlanView[] }>(`${path}/plans`),
  ])
  return { incident, events: sinceFinding(events, started.findingIds), plans }
}

/** Says when nothing more is to be expected. */
function createPatience(): { readonly failed: (now: Look) => string | null } {
  let last = ''
  let since = performance.now()
  return {
    failed({ incident, events }) {
      const waiting = incident.waitingFor
      const state = `${events.length} ${JSON.stringify(waiting)}`
      if (state !== last) since = performance.now()
      last = state
      const quietMs = performance.now() - since
      if (waiting === null) return null
      if (waiting.what === 'task' && quietMs > SETTLED_MS) return `The drill ends here: it ${waitText(waiting)}`
      // People have until decide-by; the plan's own expiry ends that wait.
      if (waiting.what === 'votes' || quietMs <= QUIET_MS) return null
      return `Nothing happened for ${QUIET_MS / 1000} s while the incident ${waitText(waiting)}. Ask cordon doctor which part does not run`
    },
  }
}
