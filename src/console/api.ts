import type { IncidentDetail, IncidentList, IncidentRow, TimelineEvent } from '#api/schemas/incident'
import type { PlanView as DescribedPlan } from '#api/schemas/plan'

export type { IncidentDetail, IncidentRow, TimelineEvent }

/** The schema builds its statuses from a list, which leaves no type of them. */
export type PlanView = Omit<DescribedPlan, 'status'> & { readonly status: string }

/** What a page shows when it cannot show what was asked. */
export interface Refusal {
  readonly status: number
  readonly detail: string
}

export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal }

async function ask<T>(path: string, request: RequestInit = {}): Promise<Answer<T>> {
  try {
    const response = await fetch(path, { ...request, credentials: 'same-origin' })
    const text = await response.text()
    if (response.ok) return { ok: true, value: (text === '' ? null : JSON.parse(text)) as T }
    return { ok: false, refusal: { status: response.status, detail: detailOf(text) } }
  } catch (error) {
    return { ok: false, refusal: { status: 0, detail: error instanceof Error ? error.message : String(error) } }
  }
}

function detailOf(text: string): string {
  try {
    const { detail } = JSON.parse(text) as { readonly detail?: unknown }
    return typeof detail === 'string' ? detail : text
  } catch {
    // Not Cordon, but something before it.
    return text
  }
}

interface Me {
  readonly person: { readonly name: string }
}

const pathOf = (id: string): string => `/api/incidents/${encodeURIComponent(id)}`

export const readIncidents = () => ask<IncidentList>('/api/incidents?limit=100')
export const readIncident = (id: string) => ask<IncidentDetail>(pathOf(id))
export const readTimeline = (id: string) =>
  ask<{ readonly events: readonly TimelineEvent[] }>(`${pathOf(id)}/timeline?limit=999`)
export const readPlans = (id: string) => ask<{ readonly plans: readonly PlanView[] }>(`${pathOf(id)}/plans`)
export const readPlan = (hash: string) => ask<PlanView>(`/api/plans/${encodeURIComponent(hash)}`)

export const readMe = () => ask<Me>('/api/me')

export const signIn = (token: string) =>
  ask('/api/sign-in', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  })
export const signOut = () => ask('/api/sign-in', { method: 'DELETE' })
