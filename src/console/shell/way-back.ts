import { place } from './place.ts'

const KEPT_AS = 'cordon-way-back'

/** Where somebody who signs in wants to be: the page that sent them to sign in, or the one that they are on. */
export function wantedPage(): string {
  if (place.value.name !== 'signIn') return `${location.pathname}${location.search}`
  const to = place.value.query.get('to')
  return to !== null && isOurs(to) ? to : '/'
}

/** A page of this console: nobody is led elsewhere by a link to the sign-in. */
const isOurs = (path: string): boolean =>
  new URL(path, location.origin).origin === location.origin && path.startsWith('/')

/** Remembers the wanted page while the browser is with the identity provider, which sends everybody back to the first one. */
export const keepWayBack = (): void => sessionStorage.setItem(KEPT_AS, wantedPage())

/** The page that was wanted before the browser left for the identity provider, once. */
export function takeWayBack(): string | null {
  const path = sessionStorage.getItem(KEPT_AS)
  sessionStorage.removeItem(KEPT_AS)
  return path
}
