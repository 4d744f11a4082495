import type { FindingRow } from '#cli/answers'
import { type Asked, option, type Run, word } from '#cli/command'
import { readFindings } from '#cli/finding-file'
import { table, time } from '#cli/text/table'

interface TakenIn {
  readonly accepted: number
  readonly duplicates: number
  readonly quarantined: readonly { readonly index: number; readonly reason: string }[]
  readonly incidents: readonly { readonly finding: string; readonly incident: string }[]
}

/** Every file is a call of its own: what a later one lacks keeps nothing of an earlier one back. */
export const send: Run = async (asked) => {
  const answers: TakenIn[] = []
  for (const file of filesOf(asked))
    for (const some of await readFindings(file)) answers.push(await asked.api.post<TakenIn>('/api/findings', some))
  const [first, ...more] = answers
  const document = more.length === 0 && first !== undefined ? first : together(answers)
  const { accepted, duplicates, quarantined, incidents } = document
  const text = [
    `${accepted} accepted, ${duplicates} duplicates, ${quarantined.length} quarantined`,
    ...quarantined.map(({ index, reason }) => `  ${index}: ${reason}`),
    ...incidents.map(({ finding, incident }) => `  ${finding} → incident ${incident}`),
  ]
  return { document, text: text.join('\n') }
}

/** Commander gives the words of the last argument as one list. */
const filesOf = ({ words }: Asked): readonly string[] => words.flat().filter((one) => one !== undefined)

const together = (answers: readonly TakenIn[]): TakenIn => ({
  accepted: answers.reduce((sum, { accepted }) => sum + accepted, 0),
  duplicates: answers.reduce((sum, { duplicates }) => sum + duplicates, 0),
  quarantined: answers.flatMap(({ quarantined }) => quarantined),
  incidents: answers.flatMap(({ incidents }) => incidents),
})

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
