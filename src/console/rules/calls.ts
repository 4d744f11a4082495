import type { ChangeView as DescribedChange } from '#api/schemas/policy'
import type { VoteChallenge } from '#console/parts/webauthn.ts'
import { ask, send } from '#console/shell/ask.ts'

export type ChangeView = Omit<DescribedChange, 'status'> & { readonly status: string }
type ChangeRow = Omit<ChangeView, 'body' | 'differences' | 'concerns'>

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
