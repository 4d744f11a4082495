import { isNotOffered } from '#activities/aws/not-offered'
import { failureCode, translateError } from '#activities/aws/translate-error'
import type { PartSeen, PartState } from '#domain/reach'

export interface Part<Found> {
  readonly seen: PartSeen
  readonly found: Found
}

export interface Sought<Found> {
  readonly source: string
  /** What stands in the place of what could not be read. */
  readonly otherwise: Found
  readonly read: () => Promise<{ readonly found: Found; readonly text: string }>
  readonly signal: AbortSignal
}

/** One part of an answer: what was read, or why it was not. Throws only what may succeed later. */
export async function part<Found>({ source, otherwise, read, signal }: Sought<Found>): Promise<Part<Found>> {
  try {
    const { found, text } = await read()
    return { found, seen: { source, state: 'available', text } }
  } catch (error) {
    signal.throwIfAborted()
    const { state, text } = refusedBy(error)
    return { found: otherwise, seen: { source, state, text } }
  }
}

/** How a reading was refused. Throws the failure when the same may succeed later. */
export function refusedBy(error: unknown): { readonly state: PartState; readonly text: string } {
  if (isNotOffered(error)) return { state: 'not enabled', text: 'the endpoint does not offer it' }
  const failed = translateError(error)
  if (!failed.nonRetryable) throw failed
  const state = failureCode(failed) === 'access_denied' ? 'no permission' : 'failed'
  return { state, text: failed.message }
}
