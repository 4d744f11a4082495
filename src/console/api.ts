import type { IncidentDetail, IncidentList, IncidentRow, TimelineEvent } from '#api/schemas/incident'
import type { PlanView as DescribedPlan } from '#api/schemas/plan'
import type { ChangeView as DescribedChange } from '#api/schemas/policy'
import { visibleIn } from '#domain/visible-text'

import type { CreationOptions, VoteChallenge } from './webauthn.ts'

export type { IncidentDetail, IncidentRow, TimelineEvent }

/** The schema builds its statuses from a list, which leaves no type of them. */
export type PlanView = Omit<DescribedPlan, 'status'> & { readonly status: string }

export type ChangeView = Omit<DescribedChange, 'status'> & { readonly status: string }
type ChangeRow = Omit<ChangeView, 'body' | 'differences' | 'concerns'>

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
    // People decide by what they see.
    if (response.ok) return { ok: true, value: visibleIn((text === '' ? null : JSON.parse(text)) as T) }
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
  readonly person: { readonly name: string; readonly roles: readonly string[] }
}

const pathOf = (id: string): string => `/api/incidents/${encodeURIComponent(id)}`

export const readIncidents = () => ask<IncidentList>('/api/incidents?limit=100')
export const readIncident = (id: string) => ask<IncidentDetail>(pathOf(id))
export const readTimeline = (id: string) =>
  ask<{ readonly events: readonly TimelineEvent[] }>(`${pathOf(id)}/timeline?limit=999`)
export const readPlans = (id: string) => ask<{ readonly plans: readonly PlanView[] }>(`${pathOf(id)}/plans`)
export const readPlan = (hash: string) => ask<PlanView>(`/api/plans/${encodeURIComponent(hash)}`)

export const readMe = () => ask<Me>('/api/me')

function send<T>(path: string, body: object, method: 'POST' | 'DELETE' = 'POST'): Promise<Answer<T>> {
  const headers = { 'content-type': 'application/json' }
  return ask<T>(path, { method, headers, body: JSON.stringify(body) })
}

export const readWays = () => ask<{ readonly oidc: boolean }>('/api/sign-in')
export const signIn = (token: string) => send('/api/sign-in', { token })
export const signInAs = (person: string, password: string) => send('/api/sign-in', { person, password })
export const setUp = (token: string, password: string) => send('/api/sign-in/set-up', { token, password })

export interface PasskeyRow {
  readonly id: string
  readonly name: string
  readonly confirmedAt: string | null
}
export const readPasskeys = () =>
  ask<{ readonly passkeys: readonly PasskeyRow[]; readonly recommended: number }>('/api/passkeys')
export const passkeyOptions = () => send<CreationOptions>('/api/passkeys/options', {})
export const addPasskey = (passkey: object) =>
  send<{ readonly change: { readonly id: string } }>('/api/passkeys', passkey)
export const removePasskey = (id: string) => ask(`/api/passkeys/${encodeURIComponent(id)}`, { method: 'DELETE' })

const votesOf = (hash: string): string => `/api/plans/${encodeURIComponent(hash)}/votes`
export const askForChallenge = (hash: string, decision: string) =>
  send<VoteChallenge>(`${votesOf(hash)}/challenge`, { decision })
export const vote = (hash: string, body: object) => send<PlanView>(votesOf(hash), body)

const changePath = (id: string): string => `/api/changes/${encodeURIComponent(id)}`
export const readChanges = () => ask<{ readonly changes: readonly ChangeRow[] }>('/api/changes')
export const readChange = (id: string) => ask<ChangeView>(changePath(id))
export const askForChangeChallenge = (id: string, decision: string) =>
  send<VoteChallenge>(`${changePath(id)}/votes/challenge`, { decision })
export const voteOnChange = (id: string, body: object) => send<ChangeView>(`${changePath(id)}/votes`, body)

export interface FreezeRow {
  readonly id: string
  readonly account: string | null
  readonly reason: string
  readonly startedBy: string
  readonly endsAt: string
  readonly liftAskedBy: string | null
  readonly note: string
}
export interface FreezeTerms {
  readonly freezes: readonly FreezeRow[]
  readonly asksPasskey: boolean
}
export interface FreezeOrder {
  readonly order: 'start' | 'lift'
  readonly account: string | null
}
export const readFreezes = () => ask<FreezeTerms>('/api/freeze')
export const askForFreezeChallenge = (wish: FreezeOrder) => send<VoteChallenge>('/api/freeze/challenge', wish)
export const freeze = (body: object) => send('/api/freeze', body)
export const unfreeze = (account: string | null, body: object) =>
  send(`/api/freeze${account === null ? '' : `?account=${encodeURIComponent(account)}`}`, body, 'DELETE')

export const signOut = () => ask('/api/sign-in', { method: 'DELETE' })
