import type { Json } from '#domain/json'

/**
 * The one way to write a value: RFC 8785 without fractions, so any implementation gives the same bytes.
 * Throws `TypeError` that names the place, for anything that JSON would drop, change or write differently elsewhere.
 */
export function canonicalBytes(value: Json): Uint8Array {
  return new TextEncoder().encode(written(value, '$'))
}

/**
 * Reads what `canonicalBytes` wrote. Throws `TypeError` for every other spelling of the same value
 * (white space, another order, a key twice, another escape), so that one value has one digest.
 */
export function parseCanonical(bytes: Uint8Array): Json {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  const value = parsed(text)
  if (written(value, '$') !== text) throw new TypeError('These bytes are JSON, and not in canonical form')
  return value
}

function parsed(text: string): Json {
  try {
    // What JSON.parse answers is Json by definition; `written` refuses its fractions and lone surrogates.
    return JSON.parse(text) as Json
  } catch (cause) {
    throw new TypeError('These bytes are not JSON', { cause })
  }
}

/** `unknown`, because callers hold JSON that a driver or a parser typed for them. */
function written(value: unknown, place: string): string {
  switch (typeof value) {
    case 'string':
      return writtenString(value, place)
    case 'number':
      if (!Number.isSafeInteger(value))
        throw new TypeError(`${place} is ${value}: only whole numbers below 2^53 can be recorded`)
      return String(value)
    case 'boolean':
      return String(value)
    case 'object':
      if (value === null) return 'null'
      return Array.isArray(value) ? writtenArray(value, place) : writtenObject(value, place)
    default:
      throw new TypeError(`${place} is ${typeof value}: JSON cannot hold it`)
  }
}

function writtenString(text: string, place: string): string {
  if (/\p{Surrogate}/u.test(text)) throw new TypeError(`${place} holds half of a surrogate pair: it has no UTF-8 form`)
  return JSON.stringify(text)
}

function writtenArray(items: readonly unknown[], place: string): string {
  // Array.from visits the holes of a sparse array, which `map` would pass over in silence.
  return `[${Array.from(items, (item, index) => written(item, `${place}[${index}]`)).join(',')}]`
}

function writtenObject(value: object, place: string): string {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) throw new TypeError(`${place} is not a plain object`)
  // `<` on strings compares UTF-16 code units, which is RFC 8785’s order.
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return `{${members.map(([key, member]) => `${writtenString(key, place)}:${written(member, `${place}.${key}`)}`).join(',')}}`
}
