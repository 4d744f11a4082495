import { signal } from '@preact/signals'
import { type ConsolePlace, consolePlaces } from '#domain/console-place'

export interface Place {
  readonly name: ConsolePlace | 'unknown'
  /** The part of the address that names one thing, or the empty text. */
  readonly id: string
  /** Filters and what is searched for: a page shown again by its address is the same page. */
  readonly query: URLSearchParams
}

/** The page of an address; every page works by its own. */
export function placeOf(path: string, search = ''): Place {
  const query = new URLSearchParams(search)
  for (const [name, pattern] of patterns) {
    const match = pattern.exec(path)
    if (match !== null) return { name, id: decoded(match[1] ?? ''), query }
  }
  return { name: 'unknown', id: '', query }
}

const patterns = Object.entries(consolePlaces).map(
  ([name, path]) => [name as ConsolePlace, new RegExp(`^${path.replace(':id', '([^/]+)')}$`, 'u')] as const,
)

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // An address that nobody made; the api says that there is no such thing.
    return text
  }
}

const here = (): Place => placeOf(location.pathname, location.search)

export const place = signal<Place>(here())

/** The token of a set-up link is for its page alone: it signs nobody in by itself. */
export const setUpToken: string | null = place.value.name === 'setUp' ? takeToken() : null

export function go(path: string): void {
  history.pushState(null, '', path)
  place.value = here()
  scrollTo(0, 0)
}

/** Other filters of the same page: in the address, and no step of the way back. */
export function filterBy(query: URLSearchParams): void {
  const text = query.toString()
  history.replaceState(null, '', text === '' ? location.pathname : `${location.pathname}?${text}`)
  place.value = here()
}

/** Takes over back, forward and plain clicks on our own links. */
export function followLinks(): void {
  addEventListener('popstate', () => (place.value = here()))
  addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (link === null || !isPlain(event) || !isOurs(link)) return
    event.preventDefault()
    go(`${link.pathname}${link.search}`)
  })
}

const isPlain = (event: MouseEvent): boolean =>
  event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey

/** A page of the console, and no file of the api. */
const isOurs = ({ origin, hash, pathname }: HTMLAnchorElement): boolean =>
  origin === location.origin && hash === '' && !pathname.startsWith('/api/')

/** A token in the fragment never reaches a server or a log; the address is cleaned before it is used. */
export function takeToken(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')
  if (token !== null) history.replaceState(null, '', location.pathname)
  return token
}
