import type { Finding } from '#domain/finding'
import { readFindings } from './read-finding.ts'
import { isForRepeats } from './unsafe.ts'

/** One finding as it came, or why there is none. */
export type OneFinding =
  | { readonly finding: Finding; readonly raw: Readonly<Record<string, unknown>> }
  | { readonly reason: string }

/** Reads what was kept of something that could not be read, by the normalisers of now. It must be exactly one finding. */
export function readAgain({ raw, reason }: { readonly raw: string; readonly reason: string }): OneFinding {
  if (isForRepeats(reason)) return { reason }
  const kept = parsed(raw)
  if (kept === undefined) return { reason: 'only its beginning was kept: read it again from its producer' }
  // What was no JSON was kept as a text.
  const [one, ...more] = readFindings(typeof kept === 'string' ? { Message: kept } : kept, { most: 2 })
  if (one === undefined || more.length > 0)
    return { reason: `${more.length === 0 ? 'no' : 'more than one'} finding is in it` }
  return one.kind === 'accepted' ? { finding: one.finding, raw: one.raw } : { reason: one.reason }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Cut off where it was too long to keep.
    return undefined
  }
}
