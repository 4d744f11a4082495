import type { Numbers } from '#api/schemas/numbers'
import { ask } from '#console/shell/ask.ts'

export type { Numbers }
export type ResponseTime = Numbers['times'][number]

/** What is asked for, by the address of the page: only what the api knows of it. */
export function questionOf(query: URLSearchParams): URLSearchParams {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
  const asked = new URLSearchParams({ zone: timeZone })
  for (const name of ['days', 'drills']) {
    const value = query.get(name)
    if (value !== null) asked.set(name, value)
  }
  return asked
}

export const readNumbers = (query: URLSearchParams) => ask<Numbers>(`/api/numbers?${questionOf(query)}`)
export const fileOf = (query: URLSearchParams): string => `/api/numbers.csv?${questionOf(query)}`
