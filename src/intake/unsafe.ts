import { repeatedIn } from './json-text.ts'

const MAX_DEPTH = 32
/** What EventBridge and SQS carry. */
export const CARRIED_BYTES = 1024 * 1024

const prototypeKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

const TWICE = 'a member twice:'

/** Whether that was the reason. Only the text shows it, and what is kept of it was parsed. */
export const isForRepeats = (reason: string): boolean => reason.startsWith(TWICE)

/** Why the value must not be taken in, or null: too deep, prototype keys, or text that a database cannot hold. */
export const unsafety = (value: unknown): string | null => unsafePart(value, 0)

/** Of a value that is safe. */
export const isLargerThan = (value: unknown, bytes: number): boolean => Buffer.byteLength(JSON.stringify(value)) > bytes

function unsafePart(value: unknown, depth: number): string | null {
  if (typeof value === 'object' && value !== null) return unsafeMembers(value, depth)
  if (typeof value === 'string') return unsafeText(value)
  return typeof value === 'number' && !Number.isFinite(value) ? 'a number beyond what JSON readers agree on' : null
}

function unsafeMembers(value: object, depth: number): string | null {
  if (depth >= MAX_DEPTH) return `nested deeper than ${MAX_DEPTH} levels`
  const repeated = repeatedIn(value)
  if (repeated !== undefined) return `${TWICE} ${JSON.stringify(repeated)}`
  for (const [key, member] of Object.entries(value)) {
    if (prototypeKeys.has(key)) return `a member named ${key}`
    const found = unsafeText(key) ?? unsafePart(member, depth + 1)
    if (found !== null) return found
  }
  return null
}

function unsafeText(text: string): string | null {
  if (text.includes('\u0000')) return 'text with a NUL character'
  return /\p{Surrogate}/u.test(text) ? 'text with half of a surrogate pair' : null
}
