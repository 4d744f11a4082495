import type { Accounting, FindingCounters } from '#api/schemas/accounting'
import type { FindingDetail, FoundFindings, Quarantine, Retried } from '#api/schemas/finding'
import { ask, send } from '#console/shell/ask.ts'

export type { FindingDetail, Retried }
export type FindingRow = FoundFindings['findings'][number]
export type AccountingRow = Accounting['rows'][number]
export type Tally = Accounting['total']

export const readFound = (query: string) => ask<FoundFindings>(`/api/findings?${query}`)
export const readFinding = (id: string) => ask<FindingDetail>(`/api/findings/${encodeURIComponent(id)}`)

export interface Known {
  readonly environment: string | null
  readonly criticality: string
  readonly owners: readonly string[]
  readonly facts: readonly { readonly fact: string; readonly entry: string; readonly text: string }[]
}
export const readKnown = (finding: string) => ask<Known>(`/api/context/explain?finding=${encodeURIComponent(finding)}`)

export const readQuarantine = (query: string) => ask<Quarantine>(`/api/quarantine?${query}`)
export const readAgain = (id: string) => send<Retried>(`/api/quarantine/${encodeURIComponent(id)}/retry`, {})

const DAY_MS = 86_400_000
const dayAgo = (days: number): Date => new Date(Date.now() - days * DAY_MS)

export const readAccounting = (days: number) =>
  ask<Accounting>(`/api/findings/accounting?since=${encodeURIComponent(dayAgo(days).toISOString())}`)

const dayOf = (at: Date): string => at.toISOString().slice(0, 'yyyy-mm-dd'.length)

/** Of whole days in UTC, today included. */
export const readCounters = (days: number) =>
  ask<FindingCounters>(`/api/findings/metrics?startDate=${dayOf(dayAgo(days - 1))}&endDate=${dayOf(dayAgo(0))}`)
