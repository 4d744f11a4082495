import type { CreationOptions } from '#console/parts/webauthn.ts'
import { ask, send } from '#console/shell/ask.ts'

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
