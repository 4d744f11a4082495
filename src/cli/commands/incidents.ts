import type { Evidence, IncidentDetail, IncidentRow, PlanView, TimelineEvent } from '#cli/answers'
import type { Api } from '#cli/api'
import { option, type Run, word } from '#cli/command'
import { evidenceText } from '#cli/text/evidence'
import { incidentTable, incidentText, timelineText } from '#cli/text/incident'
import { planText } from '#cli/text/plan'

export const list: Run = async ({ api, options }) => {
  const names = ['status', 'severity', 'account', 'finding', 'q', 'priority', 'sort', 'limit'] as const
  const query = Object.fromEntries(names.map((name) => [name, option(options, name)]))
  const document = await api.get<{ readonly incidents: readonly IncidentRow[] }>('/api/incidents', query)
  return { document, text: incidentTable(document.incidents) }
}

export const show: Run = async (asked) => {
  const { api, screen } = asked
  const path = pathOf(word(asked))
  const [incident, events, { plans }] = await Promise.all([
    api.get<IncidentDetail>(path),
    wholeTimeline(api, word(asked)),
    api.get<{ readonly plans: readonly PlanView[] }>(`${path}/plans`),
  ])
  const text = [incidentText(incident, screen), ...plans.map((plan) => planText(plan, screen)), timelineText(events)]
  return { document: { ...incident, plans, timeline: events }, text: text.join('\n\n') }
}

export const timeline: Run = async (asked) => {
  const events = await wholeTimeline(asked.api, word(asked))
  return { document: { events }, text: timelineText(events) }
}

export const evidence: Run = async (asked) => {
  const document = await asked.api.get<{ readonly evidence: readonly Evidence[] }>(`${pathOf(word(asked))}/evidence`)
  const text = document.evidence.map(
    (one) => `${one.kind} ${one.id}, collected ${one.collectedAt}, sha256 ${one.digest}\n${evidenceText(one)}`,
  )
  return { document, text: text.length === 0 ? 'Nothing was collected.' : text.join('\n\n') }
}

export const pathOf = (incident: string): string => `/api/incidents/${encodeURIComponent(incident)}`

/** Every page of it, oldest first. */
export async function wholeTimeline(api: Api, incident: string): Promise<readonly TimelineEvent[]> {
  const events: TimelineEvent[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await api.get<{ readonly events: readonly TimelineEvent[]; readonly next: string | null }>(
      `${pathOf(incident)}/timeline`,
      { cursor },
    )
    events.push(...page.events)
    if (page.next === null) return events
    cursor = page.next
  }
}
