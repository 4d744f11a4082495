import type { Attempt } from '#domain/channels'
import type { PageMessage } from '#domain/page-message'

/** How long the receiver may take, in milliseconds, and what ends the wait before. */
export interface Patience {
  readonly ms: number
  readonly signal: AbortSignal
}

/**
 * Sends a message once and says what came of it; it does not throw for anything that the receiver or the network does. The same page is the same
 * message to the receiver, however often it is sent.
 */
export type Send = (message: PageMessage, patience: Patience) => Promise<Attempt>

const RECEIPT_LENGTH = 200

/** What a receiver said, short and on one line. */
export const receiptOf = (text: string): string =>
  text
    .replaceAll(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, RECEIPT_LENGTH)

/** The code of a system or network error, such as ECONNREFUSED: its message may hold an address with a secret. */
export function codeOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null
  if ('code' in error && typeof error.code === 'string') return error.code
  return codeOf(error.cause)
}
