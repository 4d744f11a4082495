import { SESSION_POLICY_LIMIT, sessionPolicy } from './session-policy.ts'
import type { DeclaredCall } from './state.ts'

/** What the session’s tags take of the packed limit, which counts them too: their names, a plan’s hash, and a step’s number. */
const ROOM_FOR_TAGS = 128

export type Parts =
  | { readonly kind: 'parts'; readonly parts: readonly (readonly DeclaredCall[])[] }
  /** Calls that belong together and are larger than a session may be. */
  | { readonly kind: 'too-large'; readonly calls: readonly DeclaredCall[]; readonly length: number }

/**
 * The calls, in their order, in as many sessions as they need. Calls that share a value which only one of them can tell stay together: a
 * later session could not know it.
 */
export function sessionParts(calls: readonly DeclaredCall[]): Parts {
  const parts: DeclaredCall[][] = []
  for (const group of inseparable(calls)) {
    const alone = excess(group)
    if (alone !== null) return { kind: 'too-large', calls: group, length: alone }
    const last = parts.at(-1)
    if (last !== undefined && excess([...last, ...group]) === null) last.push(...group)
    else parts.push([...group])
  }
  return { kind: 'parts', parts }
}

/** The calls of the next session; all of them where they cannot be divided, which whoever opens it refuses. */
export function nextSession(calls: readonly DeclaredCall[]): readonly DeclaredCall[] {
  const divided = sessionParts(calls)
  return divided.kind === 'parts' ? (divided.parts[0] ?? []) : calls
}

/** How long the policy is, when that is too long. */
function excess(calls: readonly DeclaredCall[]): number | null {
  const policy = sessionPolicy(calls)
  const length = policy.kind === 'policy' ? policy.document.length : policy.length
  return length > SESSION_POLICY_LIMIT - ROOM_FOR_TAGS ? length : null
}

const PLACEHOLDER = /\{[A-Za-z][\w-]*\}/g

const placeholdersIn = ({ resource, change: { after, via = '' } }: DeclaredCall): readonly string[] =>
  [resource, String(after), via].flatMap((text) => text.match(PLACEHOLDER) ?? [])

/** Runs of calls between which no placeholder is used on both sides. */
function inseparable(calls: readonly DeclaredCall[]): readonly (readonly DeclaredCall[])[] {
  const named = calls.map(placeholdersIn)
  const groups: DeclaredCall[][] = []
  let end = -1
  calls.forEach((call, index) => {
    if (index > end) groups.push([])
    groups.at(-1)?.push(call)
    const last = named.findLastIndex((names) => names.some((name) => named[index]?.includes(name)))
    end = Math.max(end, last)
  })
  return groups
}
