/** What a record may hold: JSON without fractions, so that its canonical bytes are the same everywhere (RFC 8785, restricted). */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

export type JsonObject = { readonly [key: string]: Json }

/** Whether two values are the same JSON, members in the same order. */
export const isSameJson = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

/** The JSON of a text that may hold a secret: what is wrong with it is told without a word of it. Throws `TypeError` with what it is. */
export function readSecretly(text: string, what: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser’s own error repeats a part of the text.
    throw new TypeError(`${what} is not JSON`)
  }
}
