import { visibleIn } from '#domain/visible-text'

/** What a page shows when it cannot show what was asked. */
export interface Refusal {
  readonly status: number
  readonly detail: string
}

export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal }

export async function ask<T>(path: string, request: RequestInit = {}): Promise<Answer<T>> {
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

export function send<T>(path: string, body: object, method: 'POST' | 'DELETE' = 'POST'): Promise<Answer<T>> {
  const headers = { 'content-type': 'application/json' }
  return ask<T>(path, { method, headers, body: JSON.stringify(body) })
}

export interface Me {
  readonly person: { readonly id: string; readonly name: string; readonly roles: readonly string[] }
}

export const readMe = () => ask<Me>('/api/me')
export const signOut = () => ask('/api/sign-in', { method: 'DELETE' })
