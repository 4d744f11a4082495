import { parsedText } from './json-text.ts'

/** One piece of what was sent: what looks like a finding, or why nothing could be made of it. */
export type Piece =
  | { readonly kind: 'piece'; readonly value: unknown }
  | { readonly kind: 'broken'; readonly reason: string; readonly value: unknown }

// Counted in levels of lists and objects: an SQS record with an SNS message with an event with a list is seven.
const MAX_LEVELS = 16

export type Members = Readonly<Record<string, unknown>>

/** Takes findings out of whatever they came in: a list, `Records`, `findings`, an EventBridge event, SQS or SNS bodies; in order. */
export function* unwrap(value: unknown, depth = 0): Generator<Piece, void> {
  if (depth > MAX_LEVELS) return yield { kind: 'broken', reason: `wrapped in more than ${MAX_LEVELS} levels`, value }
  if (Array.isArray(value)) {
    for (const one of value) yield* unwrap(one, depth + 1)
    return
  }
  if (!isMembers(value)) return yield { kind: 'broken', reason: 'not an object', value }
  const inside = contents(value)
  switch (inside.kind) {
    case 'value':
      return yield* unwrap(inside.value, depth + 1)
    case 'text':
      return yield* unwrapText(inside.text, depth + 1)
    case 'nothing':
      return yield { kind: 'piece', value }
  }
}

export const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

type Contents =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'nothing' }

function contents(envelope: Members): Contents {
  for (const list of ['Records', 'findings', 'Findings', 'Messages'])
    if (Array.isArray(envelope[list])) return { kind: 'value', value: envelope[list] }
  for (const wrapper of ['detail', 'Sns'])
    if (typeof envelope[wrapper] === 'object' && envelope[wrapper] !== null && !looksLikeFinding(envelope))
      return { kind: 'value', value: envelope[wrapper] }
  for (const text of ['body', 'Body', 'Message']) {
    const inside = envelope[text]
    if (typeof inside === 'string' && !looksLikeFinding(envelope)) return { kind: 'text', text: inside }
  }
  return { kind: 'nothing' }
}

const looksLikeFinding = (value: Members): boolean =>
  ('accountId' in value || 'AccountId' in value) && ('type' in value || 'Type' in value)

function* unwrapText(text: string, depth: number): Generator<Piece, void> {
  const inside = parsed(text)
  if (inside === undefined) yield { kind: 'broken', reason: 'its body is not JSON', value: text }
  else yield* unwrap(inside, depth)
}

function parsed(text: string): unknown {
  try {
    return parsedText(text)
  } catch {
    // The caller says so of this piece; the others go on.
    return undefined
  }
}
