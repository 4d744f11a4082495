import { listOption, option, type Run, word } from '#cli/command'
import { type Outcome, outcomeText } from '#cli/text/person-change'
import { table } from '#cli/text/table'

interface PersonRow {
  readonly id: string
  readonly name: string
  readonly roles: readonly string[]
  readonly groups: readonly string[]
  readonly passkeys: number
}

export const list: Run = async ({ api }) => {
  const document = await api.get<{ readonly people: readonly PersonRow[] }>('/api/people')
  const rows = document.people.map(({ id, name, roles, groups, passkeys }) => [
    id,
    name,
    roles.join(', '),
    groups.join(', '),
    String(passkeys),
  ])
  return { document, text: table(['ID', 'NAME', 'ROLES', 'GROUPS', 'PASSKEYS'], rows) }
}

export const add: Run = async (asked) => {
  const { api, options } = asked
  const id = word(asked)
  const body = { id, name: id, roles: ['viewer'], groups: [], ...standingIn(options) }
  const document = await api.post<Outcome>('/api/people', body)
  return { document, text: outcomeText(document, 'added') }
}

export const change: Run = async (asked) => {
  const document = await asked.api.post<Outcome>(pathOf(word(asked)), standingIn(asked.options))
  return { document, text: outcomeText(document, 'changed') }
}

export const disable: Run = async (asked) => {
  const document = await asked.api.post<Outcome>(`${pathOf(word(asked))}/disable`)
  return { document, text: `${document.person} has no access any more.` }
}

export const reset: Run = async (asked) => {
  const document = await asked.api.post<Outcome>(`${pathOf(word(asked))}/reset`)
  return { document, text: outcomeText(document, 'reset') }
}

const pathOf = (person: string): string => `/api/people/${encodeURIComponent(person)}`

/** What was said of the person, and nothing of what was not. */
function standingIn(options: Parameters<Run>[0]['options']) {
  const given = {
    name: option(options, 'name'),
    roles: listOption(options, 'roles'),
    groups: listOption(options, 'groups'),
    email: option(options, 'email'),
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}
