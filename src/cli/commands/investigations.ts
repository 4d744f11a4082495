import type { IncidentDetail } from '#cli/answers'
import { type Asked, listOption, option, type Run, required, word } from '#cli/command'
import { incidentText } from '#cli/text/incident'
import { type Brief, briefText, type Queue, queueText } from '#cli/text/investigation'
import { pathOf } from './incidents.ts'

export const list: Run = async ({ api }) => {
  const document = await api.get<Queue>('/api/investigations')
  return { document, text: queueText(document) }
}

const shown = (incident: IncidentDetail, { screen }: Asked) => ({
  document: incident,
  text: incidentText(incident, screen),
})

export const claim: Run = async (asked) => {
  const { api, options } = asked
  const body = { from: option(options, 'from'), reason: option(options, 'reason') }
  return shown(await api.post<IncidentDetail>(`${pathOf(word(asked))}/claim`, body), asked)
}

export const release: Run = async (asked) =>
  shown(await asked.api.remove<IncidentDetail>(`${pathOf(word(asked))}/claim`), asked)

export const brief: Run = async (asked) => {
  const { api, options } = asked
  const path = pathOf(word(asked))
  if (options['ask'] === true) await api.post(`${path}/evidence`)
  const document = await api.get<Brief>(`${path}/brief`)
  return { document, text: briefText(document) }
}

const USUAL_CONFIDENCE = 'medium'

export const verdict: Run = async (asked) => {
  const { api, options } = asked
  required(asked, 'evidence')
  const body = {
    verdict: word(asked, 1),
    confidence: option(options, 'confidence') ?? USUAL_CONFIDENCE,
    conclusion: required(asked, 'conclusion'),
    evidence: listOption(options, 'evidence'),
  }
  return shown(await api.post<IncidentDetail>(`${pathOf(word(asked))}/verdict`, body), asked)
}

export const ask: Run = async (asked) => {
  const document = await asked.api.post<{ readonly id: string }>(`${pathOf(word(asked))}/questions`, {
    text: word(asked, 1),
  })
  return { document, text: `Asked: answer it as ${document.id}.` }
}

export const answer: Run = async (asked) => {
  const path = `${pathOf(word(asked))}/questions/${encodeURIComponent(word(asked, 1))}/answers`
  const document = await asked.api.post(path, { text: word(asked, 2), evidence: listOption(asked.options, 'evidence') })
  return { document, text: 'Answered.' }
}
