import type { IncidentDetail } from '#cli/answers'
import { option, type Run, required, word } from '#cli/command'
import { incidentText } from '#cli/text/incident'
import { pathOf } from './incidents.ts'

export const acknowledge: Run = (asked) => change(asked, 'acknowledge')
export const reopen: Run = (asked) => change(asked, 'reopen', { reason: option(asked.options, 'reason') })
export const close: Run = (asked) =>
  change(asked, 'close', { code: required(asked, 'code'), lessons: option(asked.options, 'lessons') })

export const settle: Run = (asked) =>
  change(asked, `tasks/${encodeURIComponent(word(asked, 1))}/settle`, {
    how: option(asked.options, 'how') ?? 'done',
    reason: option(asked.options, 'reason'),
  })

export const comment: Run = async (asked) => {
  const document = await asked.api.post(`${pathOf(word(asked))}/comments`, { text: word(asked, 1) })
  return { document, text: 'Added.' }
}

async function change(asked: Parameters<Run>[0], verb: string, body?: object): ReturnType<Run> {
  const incident = await asked.api.post<IncidentDetail>(`${pathOf(word(asked))}/${verb}`, body)
  return { document: incident, text: incidentText(incident, asked.screen) }
}
