const MOST_DEPTH = 32

export type ReadJson =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'problem'; readonly message: string }

/** Reads JSON that somebody else wrote, unless it is nested deeper than any list is. */
export function jsonOf(text: string): ReadJson {
  if (depthOf(text) > MOST_DEPTH) return { kind: 'problem', message: `it is nested deeper than ${MOST_DEPTH} levels` }
  try {
    return { kind: 'json', value: JSON.parse(text) as unknown }
  } catch (error) {
    return { kind: 'problem', message: `it is no JSON: ${error instanceof Error ? error.message : String(error)}` }
  }
}

/** Counted sign by sign: a pattern would look at an unended text again from each of its quotes. */
function depthOf(text: string): number {
  let [depth, deepest] = [0, 0]
  let isText = false
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]
    if (isText && sign === '\\') at += 1
    else if (sign === '"') isText = !isText
    else if (!isText) depth += steps[sign ?? ''] ?? 0
    deepest = Math.max(deepest, depth)
  }
  return deepest
}

const steps: Readonly<Record<string, number>> = { '[': 1, '{': 1, ']': -1, '}': -1 }

export type Fields = Readonly<Record<string, unknown>>

export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}

export const membersOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
