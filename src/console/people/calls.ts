import type { DelegationList, MadeToken, PasskeyList, SessionList, TokenList } from '#api/schemas/access'
import type { ChangeList, Outcome, PeopleList } from '#api/schemas/people'
import type { CreationOptions } from '#console/parts/webauthn.ts'
import { ask, send } from '#console/shell/ask.ts'

export const readWays = () => ask<{ readonly oidc: boolean }>('/api/sign-in')
export const signIn = (token: string) => send('/api/sign-in', { token })
export const signInAs = (person: string, password: string) => send('/api/sign-in', { person, password })
export const setUp = (token: string, password: string) => send('/api/sign-in/set-up', { token, password })

export type PasskeyRow = PasskeyList['passkeys'][number]
export const readPasskeys = () => ask<PasskeyList>('/api/passkeys')
export const passkeyOptions = () => send<CreationOptions>('/api/passkeys/options', {})
export const addPasskey = (passkey: object) =>
  send<{ readonly change: { readonly id: string } }>('/api/passkeys', passkey)
export const removePasskey = (id: string) => ask(`/api/passkeys/${encodeURIComponent(id)}`, { method: 'DELETE' })

export type PersonRow = PeopleList['people'][number]
export type PersonChange = ChangeList['changes'][number]
export type Delegation = DelegationList['delegations'][number]
export type Token = TokenList['tokens'][number]
export type SessionRow = SessionList['sessions'][number]
export type { MadeToken, Outcome }

const personPath = (id: string): string => `/api/people/${encodeURIComponent(id)}`
const changePath = (id: string): string => `/api/people/changes/${encodeURIComponent(id)}`

export const readPeople = () => ask<PeopleList>('/api/people')
export const readWaiting = () => ask<ChangeList>('/api/people/changes')
export const addPerson = (person: object) => send<Outcome>('/api/people', person)
export const changePerson = (id: string, change: object) => send<Outcome>(personPath(id), change)
export const disablePerson = (id: string) => send<Outcome>(`${personPath(id)}/disable`, {})
export const resetPerson = (id: string) => send<Outcome>(`${personPath(id)}/reset`, {})
export const confirmChange = (id: string) => send<Outcome>(`${changePath(id)}/confirm`, {})
export const withdrawChange = (id: string) => ask(changePath(id), { method: 'DELETE' })

export const readDelegations = () => ask<DelegationList>('/api/delegations')
export const delegate = (to: string, minutes: number) => send('/api/delegations', { to, minutes })
export const endDelegation = (id: string) => ask(`/api/delegations/${encodeURIComponent(id)}`, { method: 'DELETE' })

export const readTokens = () => ask<TokenList>('/api/tokens')
export const makeToken = (token: object) => send<MadeToken>('/api/tokens', token)
export const revokeToken = (id: string) => ask(`/api/tokens/${encodeURIComponent(id)}`, { method: 'DELETE' })

export const readSessions = () => ask<SessionList>('/api/sessions')
export const endSession = (id: string) => ask(`/api/sessions/${encodeURIComponent(id)}`, { method: 'DELETE' })
