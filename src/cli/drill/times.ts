import type { PlanView, TimelineEvent } from '#cli/answers'

/** Seconds from the finding's arrival to each moment, by the server's clock; null when it was not reached. */
export interface DrillTimes {
  readonly page: number | null
  readonly decision: number | null
  readonly firstWrite: number | null
  readonly contained: number | null
  readonly recovered: number | null
}

/** The part of the timeline that the drill's findings began; an incident or an episode that it opened is told just before it. */
export function sinceFinding(
  events: readonly TimelineEvent[],
  findingIds: readonly string[],
): readonly TimelineEvent[] {
  const start = events.findIndex(
    ({ type, refs }) => type === 'finding.received' && findingIds.includes(refs['finding'] ?? ''),
  )
  if (start < 0) return []
  const isOpening = ['incident.opened', 'incident.reopened'].includes(events[start - 1]?.type ?? '')
  return events.slice(isOpening ? start - 1 : start)
}

export function timesOf(events: readonly TimelineEvent[], plans: readonly PlanView[]): DrillTimes {
  const first = (type: string): string | undefined => events.find((event) => event.type === type)?.at
  const begun = first('finding.received')
  const writes = plans
    .flatMap(({ steps }) => steps.flatMap(({ calls }) => calls.flatMap(({ made }) => made.map(({ at }) => at))))
    .filter((at) => begun !== undefined && at >= begun)
  const seconds = (at: string | undefined): number | null =>
    at === undefined || begun === undefined ? null : Math.max(0, Date.parse(at) - Date.parse(begun)) / MS_PER_SECOND
  return {
    page: seconds(first('page.sent')),
    decision: seconds(first('plan.approved')),
    firstWrite: seconds(writes.toSorted()[0]),
    contained: seconds(first('incident.contained')),
    recovered: seconds(first('incident.recovered')),
  }
}

const MS_PER_SECOND = 1000

const names: Readonly<Record<keyof DrillTimes, string>> = {
  page: 'somebody was paged',
  decision: 'the first plan was decided',
  firstWrite: 'the first change was made',
  contained: 'the containment was verified',
  recovered: 'it was recovered',
}

export const timesText = (times: DrillTimes): string =>
  [
    'Since the finding came:',
    ...(Object.keys(names) as readonly (keyof DrillTimes)[]).map((moment) => {
      const after = times[moment]
      return `  ${after === null ? '     never' : `${after.toFixed(2).padStart(8)} s`}  ${names[moment]}`
    }),
  ].join('\n')
