import type { ConsolePlace } from './console-place.ts'

/** What a list of incidents shows where its address says nothing. */
export type UsualList = Readonly<Record<string, string>>

/** Pages of the console that are a list of incidents. */
export const consoleLists = {
  now: { sort: 'priority', status: 'open,contained,recovered' },
  incidents: { sort: 'newest' },
} as const satisfies Partial<Record<ConsolePlace, UsualList>>

const PAGE = '50'
/** What the address may say of a list, under the names that the api knows. */
const said = ['status', 'severity', 'priority', 'account', 'whom', 'q', 'sort'] as const

/** What a list asks of the api, by its address. */
export function listQuestion(usual: UsualList, address: URLSearchParams): string {
  const question = new URLSearchParams({ limit: PAGE })
  for (const name of said) {
    const value = address.get(name) ?? usual[name] ?? ''
    if (value !== '') question.set(name, value)
  }
  const after = address.get('after')
  if (after !== null) question.set('cursor', after)
  return `/api/incidents?${question.toString()}`
}

/** Who is signed in. */
export const ME = '/api/me'

/** What a page asks first. The api names it with the page, so that a browser asks before it has the script; the script then asks the same. */
export function askedAhead(place: string, address: URLSearchParams): readonly string[] {
  const lists: Readonly<Record<string, UsualList>> = consoleLists
  const list = lists[place]
  return list === undefined ? [ME] : [ME, listQuestion(list, address)]
}
