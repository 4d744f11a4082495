import type { Breakers, Explanation, PolicyVersions, PolicyVersionView, PolicyView } from '#api/schemas/policy'
import type { Runbooks } from '#api/schemas/runbooks'
import { type Answer, ask, send } from '#console/shell/ask.ts'

export type { Explanation, PolicyVersionView }
export type InForce = PolicyView
export type Policy = PolicyView['policy']
export type Breaker = Breakers['breakers'][number]
export type Version = PolicyVersions['versions'][number]

export const readPolicy = () => ask<InForce>('/api/policy')
export const readVersions = () => ask<PolicyVersions>('/api/policy/versions')
export const readVersion = (version: number) => ask<PolicyVersionView>(`/api/policy/versions/${version}`)

/** What can be asked to be explained; the names are those of the address and of the api. */
export const questions = ['account', 'action', 'target', 'tag', 'severity'] as const

/** Null until account and action are said. */
export function questionOf(query: URLSearchParams): URLSearchParams | null {
  const asked = new URLSearchParams()
  for (const name of questions) {
    const value = query.get(name)
    if (value !== null && value !== '') asked.set(name, value)
  }
  return asked.has('account') && asked.has('action') ? asked : null
}

export const explain = (asked: URLSearchParams) => ask<Explanation>(`/api/policy/explain?${asked}`)

export interface Choices {
  readonly accounts: readonly { readonly id: string; readonly name: string }[]
  readonly actions: readonly string[]
}

/** What people choose from: accounts that are known, and actions that runbooks name. */
export async function readChoices(): Promise<Answer<Choices>> {
  const [accounts, runbooks] = await Promise.all([
    ask<Pick<Choices, 'accounts'>>('/api/accounts'),
    ask<Runbooks>('/api/runbooks'),
  ])
  if (!accounts.ok) return accounts
  if (!runbooks.ok) return runbooks
  const named = runbooks.value.runbooks.flatMap(({ actions }) => actions.map(({ name }) => name))
  return { ok: true, value: { accounts: accounts.value.accounts, actions: [...new Set(named)] } }
}

export const readBreakers = () => ask<Breakers>('/api/breakers')
export const closeBreaker = (id: string, reason: string) =>
  send<{ readonly id: string }>(`/api/breakers/${encodeURIComponent(id)}/close`, { reason })

export interface Standing {
  readonly id: string
  readonly title: string
  readonly body: {
    readonly runbook: string
    readonly actions: readonly string[]
    readonly accounts?: readonly string[]
    readonly units?: readonly string[]
    readonly environment?: string
    readonly assets: number
    readonly windowMs: number
    readonly expiresAt: string
  }
}

/** Standing approvals in force, each with its shape. */
export async function readStanding(): Promise<Answer<readonly Standing[]>> {
  const list = await ask<{ readonly changes: readonly { readonly id: string; readonly kind: string }[] }>(
    '/api/changes?status=in-force',
  )
  if (!list.ok) return list
  const those = list.value.changes.filter(({ kind }) => kind === 'standing-approval')
  const views = await Promise.all(those.map(({ id }) => ask<Standing>(`/api/changes/${encodeURIComponent(id)}`)))
  return { ok: true, value: views.flatMap((view) => (view.ok ? [view.value] : [])) }
}
