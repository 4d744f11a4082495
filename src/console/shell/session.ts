import { effect, signal } from '@preact/signals'
import { serverNow } from './clock.ts'

export interface SignedIn {
  readonly id: string
  readonly name: string
  readonly roles: readonly string[]
}

const NOT_AUTHENTICATED = 401
const LONGEST_TIMER_MS = 2_147_483_647

/** Who is signed in; null for nobody, undefined until the api said. */
export const person = signal<SignedIn | null | undefined>(undefined)

/** The same, where it does not matter whether that was asked yet. */
export const me = (): SignedIn | null => person.value ?? null

/** Whether a sign-in ended while its page was open. The page stays as it is, with what was typed, and asks to sign in again. */
export const hasExpired = signal(false)

const expiresAt = signal<number | null>(null)

/** The api said who it is. */
export function recognised(one: SignedIn, until: string): void {
  if (person.peek()?.id !== one.id || person.peek()?.roles.join() !== one.roles.join()) person.value = one
  expiresAt.value = Date.parse(until)
  hasExpired.value = false
}

/** The api refused something: what that says of the sign-in. */
export function refused(status: number): void {
  if (status !== NOT_AUTHENTICATED) return
  if (person.peek() === undefined) person.value = null
  else if (person.peek() !== null) hasExpired.value = true
}

/** Nobody is signed in any more, because they said so. */
export function left(): void {
  person.value = null
  expiresAt.value = null
  hasExpired.value = false
}

/** Says that the sign-in ended when it does, and not only with the next thing that somebody wants. */
effect(() => {
  const until = expiresAt.value
  if (until === null) return
  const timer = setTimeout(
    () => refused(NOT_AUTHENTICATED),
    Math.min(LONGEST_TIMER_MS, Math.max(0, until - serverNow())),
  )
  return () => clearTimeout(timer)
})

/** May they act as one of these? */
export const isA = (...roles: readonly string[]): boolean =>
  person.value?.roles.some((role) => roles.includes(role)) === true
