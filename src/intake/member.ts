/** Reading what may be in camel case (EventBridge) or Pascal case (the API), null, missing or of another type. */
type Members = Readonly<Record<string, unknown>>

/** The member of the name, written with a small or a capital first letter. */
export function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  const members = value as Members
  for (const key of [name, name.charAt(0).toUpperCase() + name.slice(1)])
    if (Object.hasOwn(members, key)) return members[key] ?? undefined
  return undefined
}

/** The value at the end of a dotted path, or undefined. */
export const at = (value: unknown, path: string): unknown => path.split('.').reduce(member, value)

/**
 * The list at the path: also one that was wrapped in an object, or a single thing that came without its list; empty when there is none.
 * Exporters that go through XML or a table write them so.
 */
export function listAt(value: unknown, path: string): readonly unknown[] {
  const found = at(value, path)
  if (found === undefined || found === null) return []
  const list = Array.isArray(found) ? found : (wrappedList(found) ?? [found])
  return list.filter((one) => one !== null && one !== undefined)
}

function wrappedList(value: unknown): readonly unknown[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const [only, ...more] = Object.values(value)
  return more.length === 0 && Array.isArray(only) ? only : undefined
}

/** Every text of the list at the path. */
export const textsAt = (value: unknown, path: string): readonly string[] =>
  listAt(value, path).flatMap((one) => (typeof one === 'string' && one !== '' ? [clipped(one)] : []))

const MAX_TEXT = 4096

/** The text at the path, its first 4096 characters at most, or null when there is none. */
export function textAt(value: unknown, path: string): string | null {
  const found = at(value, path)
  return typeof found === 'string' && found !== '' ? clipped(found) : null
}

// Half of a surrogate pair at the end would be no text any more.
const clipped = (text: string): string =>
  text.length <= MAX_TEXT ? text : text.slice(0, MAX_TEXT).replace(/[\uD800-\uDBFF]$/, '')

const ACCOUNT_DIGITS = 12

/**
 * The account at the path, as it is called there, or null. One that came as a number has lost its leading zeros, and gets them back.
 * What is no number of AWS is another cloud’s word for it, and is shown as that.
 */
export function accountAt(value: unknown, path: string): string | null {
  const found = at(value, path)
  const text = typeof found === 'number' ? String(found).padStart(ACCOUNT_DIGITS, '0') : found
  return typeof text === 'string' && /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/.test(text) ? text : null
}

const SECONDS_BELOW = 100_000_000_000

/** A time as ISO 8601 in UTC, from text or epoch seconds or milliseconds; null when it is none. */
export function timeAt(value: unknown, path: string): string | null {
  const found = at(value, path)
  const epoch =
    typeof found === 'number'
      ? found
      : typeof found === 'string' && /^\d{9,14}(\.\d+)?$/.test(found)
        ? Number(found)
        : null
  const ms =
    epoch === null ? isoTime(typeof found === 'string' ? found : '') : epoch < SECONDS_BELOW ? epoch * 1000 : epoch
  const time = new Date(Math.round(ms))
  return Number.isNaN(time.getTime()) || time.getUTCFullYear() > 9999 || time.getUTCFullYear() < 1970
    ? null
    : time.toISOString()
}

const ISO = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/i

/** ISO 8601 only: `Date.parse` finds a time in “version 7”, and takes one without a zone as the server’s own. */
function isoTime(text: string): number {
  const parts = ISO.exec(text)
  if (parts === null) return Number.NaN
  return Date.parse(text.length > 'yyyy-mm-dd'.length && parts[1] === undefined ? `${text}Z` : text)
}

/** The number at the path, also when it was written as text. */
export function numberAt(value: unknown, path: string): number | null {
  const found = at(value, path)
  const number = typeof found === 'string' && found.trim() !== '' ? Number(found) : found
  return typeof number === 'number' && Number.isFinite(number) ? number : null
}
