/** One piece of what was sent: what looks like a finding, or why nothing could be made of it. */
export type Piece =
  | { readonly kind: 'piece'; readonly value: unknown }
  | { readonly kind: 'broken'; readonly reason: string; readonly value: unknown }

// Counted in levels of lists and objects: an SQS record with an SNS message with an event with a list is seven.
const MAX_LEVELS = 16

type Members = Readonly<Record<string, unknown>>

/** Takes findings out of whatever they came in: a list, `Records`, `findings`, an EventBridge event, SQS or SNS bodies; in order. */
export function unwrap(value: unknown, depth = 0): readonly Piece[] {
  if (depth > MAX_LEVELS) return [{ kind: 'broken', reason: `wrapped in more than ${MAX_LEVELS} levels`, value }]
  if (Array.isArray(value)) return value.flatMap((one) => unwrap(one, depth + 1))
  if (!isMembers(value)) return [{ kind: 'broken', reason: 'not an object', value }]
  const inside = contents(value)
  switch (inside.kind) {
    case 'value':
      return unwrap(inside.value, depth + 1)
    case 'text':
      return unwrapText(inside.text, depth + 1)
    case 'nothing':
      return [{ kind: 'piece', value }]
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

function unwrapText(text: string, depth: number): readonly Piece[] {
  try {
    return unwrap(JSON.parse(text), depth)
  } catch {
    return [{ kind: 'broken', reason: 'its body is not JSON', value: text }]
  }
}
