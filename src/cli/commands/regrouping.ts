import type { IncidentDetail } from '#cli/answers'
import { type Asked, listOption, option, type Run, required, word } from '#cli/command'
import { incidentText } from '#cli/text/incident'
import { pathOf } from './incidents.ts'

export const merge: Run = (asked) => regroup(asked, 'merge', { into: word(asked, 1) })

export const split: Run = (asked) => {
  required(asked, 'findings')
  return regroup(asked, 'split', { findings: listOption(asked.options, 'findings') })
}

export const undo: Run = (asked) => regroup(asked, `regroupings/${encodeURIComponent(word(asked, 1))}/undo`, {})

async function regroup(asked: Asked, verb: string, body: object): ReturnType<Run> {
  const reason = option(asked.options, 'reason')
  const incident = await asked.api.post<IncidentDetail>(`${pathOf(word(asked))}/${verb}`, { ...body, reason })
  return { document: incident, text: incidentText(incident, asked.screen) }
}
