import { type Run, word } from '#cli/command'
import { type Change, type Outcome, outcomeText } from '#cli/text/person-change'
import { table, time } from '#cli/text/table'

export const list: Run = async ({ api }) => {
  const document = await api.get<{ readonly changes: readonly Change[] }>('/api/people/changes')
  const rows = document.changes.map(({ id, kind, person, proposer, expiresAt, wish }) => [
    id,
    kind,
    person,
    proposer,
    time(expiresAt),
    JSON.stringify(wish),
  ])
  const text = table(['ID', 'KIND', 'PERSON', 'PROPOSED BY', 'UNTIL', 'WHAT'], rows)
  return { document, text: rows.length === 0 ? 'Nothing waits.' : text }
}

export const confirm: Run = async (asked) => {
  const document = await asked.api.post<Outcome>(`${pathOf(word(asked))}/confirm`)
  return { document, text: outcomeText(document, 'as was proposed') }
}

export const withdraw: Run = async (asked) => {
  await asked.api.remove(pathOf(word(asked)))
  return { document: { withdrawn: true }, text: 'Taken back.' }
}

const pathOf = (change: string): string => `/api/people/changes/${encodeURIComponent(change)}`
