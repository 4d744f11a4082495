import { askedAhead, ME } from '#domain/console-list'
import { visibleIn } from '#domain/visible-text'
import { heardClock } from './clock.ts'
import type { Place } from './place.ts'
import { refused } from './session.ts'

/** What a page shows when it cannot show what was asked. */
export interface Refusal {
  /** Of HTTP; 0 when nobody answered. */
  readonly status: number
  readonly detail: string
  /** Of the closed list of errors, where it was Cordon that answered. */
  readonly code?: string
}

export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal }

const SIGN_IN = '/api/sign-in'

export async function ask<T>(path: string, request: RequestInit = {}): Promise<Answer<T>> {
  try {
    const response = await fetch(path, { ...request, credentials: 'same-origin' })
    const text = await response.text()
    heardClock(response.headers.get('date'))
    // People decide by what they see.
    if (response.ok) return { ok: true, value: visibleIn((text === '' ? null : JSON.parse(text)) as T) }
    // A wrong password says nothing of the sign-in that somebody has.
    if (!path.startsWith(SIGN_IN)) refused(response.status)
    return { ok: false, refusal: { status: response.status, ...saidIn(text) } }
  } catch (error) {
    return { ok: false, refusal: { status: 0, detail: error instanceof Error ? error.message : String(error) } }
  }
}

function saidIn(text: string): Omit<Refusal, 'status'> {
  try {
    const { detail, code } = JSON.parse(text) as { readonly detail?: unknown; readonly code?: unknown }
    return {
      detail: visibleIn(typeof detail === 'string' ? detail : text),
      ...(typeof code === 'string' ? { code } : {}),
    }
  } catch {
    // Not Cordon, but something before it.
    return { detail: visibleIn(text) }
  }
}

export function send<T>(path: string, body: object, method: 'POST' | 'DELETE' = 'POST'): Promise<Answer<T>> {
  const headers = { 'content-type': 'application/json' }
  return ask<T>(path, { method, headers, body: JSON.stringify(body) })
}

export interface Me {
  readonly person: { readonly id: string; readonly name: string; readonly roles: readonly string[] }
  readonly expiresAt: string
}

export const readMe = () => ask<Me>(ME)

/** Takes what the browser asked ahead of the script, as whoever was signed in then: a page that asks after this gets answers of its own. */
export const takeAskedAhead = ({ name, query }: Place): Promise<unknown> =>
  Promise.allSettled(askedAhead(name, query).map((question) => fetch(question, { credentials: 'same-origin' })))

export const signOut = () => ask(SIGN_IN, { method: 'DELETE' })
