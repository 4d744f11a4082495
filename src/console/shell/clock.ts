import { signal } from '@preact/signals'

/** How far the server’s clock is before ours, in milliseconds: deadlines are by its clock, and a phone’s may be wrong. */
let ahead = 0
const SECOND_MS = 1000
/** The server tells whole seconds, and an answer takes a moment. */
const UNCERTAIN_MS = 2 * SECOND_MS

/** Hears what time it is from the `Date` of an answer. */
export function heardClock(date: string | null): void {
  const told = date === null ? Number.NaN : Date.parse(date)
  if (Number.isNaN(told)) return
  const difference = told - Date.now()
  ahead = Math.abs(difference) < UNCERTAIN_MS ? 0 : difference
}

/** Milliseconds since 1970 by the server’s clock. */
export const serverNow = (): number => Date.now() + ahead

/** The same, moving once a second while the page is open. */
export const now = signal(serverNow())

setInterval(() => (now.value = serverNow()), SECOND_MS)
