import type { FindingRow } from '#cli/answers'
import { option, type Run, word } from '#cli/command'
import { readText } from '#cli/document'
import { table, time } from '#cli/text/table'

interface TakenIn {
  readonly accepted: number
  readonly duplicates: number
  readonly quarantined: readonly { readonly index: number; readonly reason: string }[]
  readonly incidents: readonly { readonly finding: string; readonly incident: string }[]
}

export const send: Run = async (asked) => {
  const document = await asked.api.post<TakenIn>('/api/findings', await readText(word(asked)))
  const { accepted, duplicates, quarantined, incidents } = document
  const text = [
    `${accepted} accepted, ${duplicates} duplicates, ${quarantined.length} quarantined`,
    ...quarantined.map(({ index, reason }) => `  ${index}: ${reason}`),
    ...incidents.map(({ finding, incident }) => `  ${finding} → incident ${incident}`),
  ]
  return { document, text: text.join('\n') }
}

export const list: Run = async ({ api, options }) => {
  const query = Object.fromEntries(['state', 'incident', 'limit'].map((name) => [name, option(options, name)]))
  const document = await api.get<{ readonly findings: readonly FindingRow[] }>('/api/findings', query)
  const rows = document.findings.map(({ id, state, type, account, incident, reason, receivedAt }) => [
    id,
    state,
    time(receivedAt),
    account ?? '',
    incident ?? '',
    type ?? reason ?? '',
  ])
  return { document, text: table(['ID', 'STATE', 'RECEIVED', 'ACCOUNT', 'INCIDENT', 'TYPE OR REASON'], rows) }
}

export const show: Run = async (asked) => {
  const document = await asked.api.get(`/api/findings/${encodeURIComponent(word(asked))}`)
  return { document, text: JSON.stringify(document, null, 2) }
}
