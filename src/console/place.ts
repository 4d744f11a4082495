import { signal } from '@preact/signals'

export type Place =
  | { readonly page: 'incidents' }
  | { readonly page: 'incident'; readonly id: string }
  | { readonly page: 'plan'; readonly hash: string }
  | { readonly page: 'sign-in' }
  | { readonly page: 'set-up' }
  | { readonly page: 'account' }
  | { readonly page: 'freeze' }
  | { readonly page: 'changes' }
  | { readonly page: 'change'; readonly id: string }
  | { readonly page: 'unknown' }

/** The page of an address; every page works by its own. */
export function placeOf(path: string): Place {
  const [, first = '', ...rest] = path.split('/')
  const [second] = rest
  if (second === undefined) return single[first] ?? unknown
  if (rest.length > 1 || second === '') return unknown
  if (first === 'incidents') return { page: 'incident', id: decoded(second) }
  if (first === 'changes') return { page: 'change', id: decoded(second) }
  return first === 'plans' ? { page: 'plan', hash: decoded(second) } : unknown
}

const single: Readonly<Record<string, Place>> = {
  '': { page: 'incidents' },
  'sign-in': { page: 'sign-in' },
  'set-up': { page: 'set-up' },
  account: { page: 'account' },
  freeze: { page: 'freeze' },
  changes: { page: 'changes' },
}

const unknown: Place = { page: 'unknown' }

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // An address that nobody made; the api says that there is no such thing.
    return text
  }
}

export const place = signal<Place>(placeOf(location.pathname))

/** The token of a set-up link is for its page alone: it signs nobody in by itself. */
export const setUpToken: string | null = place.value.page === 'set-up' ? takeToken() : null

export function go(path: string): void {
  history.pushState(null, '', path)
  place.value = placeOf(location.pathname)
  scrollTo(0, 0)
}

/** Takes over back, forward and plain clicks on our own links. */
export function followLinks(): void {
  addEventListener('popstate', () => (place.value = placeOf(location.pathname)))
  addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
    if (link === null || !isPlain || link.origin !== location.origin || link.hash !== '') return
    event.preventDefault()
    go(link.pathname)
  })
}

/** A token in the fragment never reaches a server or a log; the address is cleaned before it is used. */
export function takeToken(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')
  if (token !== null) history.replaceState(null, '', location.pathname)
  return token
}
