import type { LogEntry, LogPage, SealState } from '#api/schemas/audit'
import { ask } from '#console/shell/ask.ts'

export type { LogEntry, LogPage, SealState }

/** What the log can be searched by; the names are those of the address and of the api. */
export const filters = ['actor', 'type', 'incident', 'from', 'until'] as const
export type Filter = (typeof filters)[number]

export function questionOf(query: URLSearchParams): URLSearchParams {
  const asked = new URLSearchParams()
  for (const name of [...filters, 'cursor']) {
    const value = query.get(name)
    if (value !== null && value !== '') asked.set(name, value)
  }
  return asked
}

export const searchLog = (query: URLSearchParams) => ask<LogPage>(`/api/audit/events?${questionOf(query)}`)
export const readEntry = (id: string) => ask<LogEntry>(`/api/audit/events/${encodeURIComponent(id)}`)
export const bytesOf = (id: number): string => `/api/audit/events/${id}/bytes`
export const readSeal = () => ask<SealState>('/api/audit/seal')
