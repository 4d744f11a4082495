import type { IncidentDetail } from '#cli/answers'
import { type Run, required, word } from '#cli/command'
import { incidentText } from '#cli/text/incident'
import { pathOf } from './incidents.ts'

export const getHelp: Run = async (asked) => {
  const body = { of: word(asked, 1), reason: required(asked, 'reason') }
  return changed(asked, 'help', body)
}

export const handOver: Run = async (asked) => {
  const body = { to: word(asked, 1), note: required(asked, 'note') }
  return changed(asked, 'hand-over', body)
}

export const handOverAll: Run = async (asked) => {
  const to = word(asked)
  const body = { to, note: required(asked, 'note') }
  const document = await asked.api.post<{ readonly incidents: readonly string[] }>('/api/hand-overs', body)
  const { incidents } = document
  const text =
    incidents.length === 0
      ? 'There is nothing to hand over.'
      : [`${to} is asked to take over; until they acknowledge them these stay yours:`, ...incidents].join('\n  ')
  return { document, text }
}

async function changed(asked: Parameters<Run>[0], verb: string, body: object): ReturnType<Run> {
  const incident = await asked.api.post<IncidentDetail>(`${pathOf(word(asked))}/${verb}`, body)
  return { document: incident, text: incidentText(incident, asked.screen) }
}
