import type { StandardRetryStrategy } from '@smithy/core/retry'
import { isThrottled } from './translate-error.ts'

/** When the SDK sends a request once more by itself, and after which pause. */
export type Repeating = Pick<
  StandardRetryStrategy,
  'acquireInitialRetryToken' | 'refreshRetryTokenForRetry' | 'recordSuccess'
>

type Token = Awaited<ReturnType<Repeating['acquireInitialRetryToken']>>

/** How often a request is sent in all, by what came of it. */
export interface Attempts {
  /** AWS asked to slow down: nothing has happened. */
  readonly throttled: number
  /** No answer, or a server’s fault: it may have happened. */
  readonly unknown: number
}

/** The clock of this machine was wrong; the SDK has learnt AWS’s time from the refusal and signs with that. */
const SKEWED_ATTEMPTS = 2
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 1_000

/**
 * Repeats the one request that was throttled: to begin the whole work again would ask again for all that AWS has answered already. What may have
 * happened is repeated only where that does no harm.
 */
export function repeating(attempts: Attempts): Repeating {
  return {
    acquireInitialRetryToken: () => Promise.resolve(tokenOf(0)),
    refreshRetryTokenForRetry: async (token, { error, errorType }) => {
      const sent = token.getRetryCount() + 1
      if (sent >= mostOf(error, { ...attempts, isUnknown: errorType === 'TRANSIENT' || errorType === 'SERVER_ERROR' }))
        throw new Error('It is not sent again')
      return tokenOf(sent)
    },
    recordSuccess: () => undefined,
  }
}

function mostOf(error: unknown, { throttled, unknown, isUnknown }: Attempts & { readonly isUnknown: boolean }): number {
  if (isThrottled(error)) return throttled
  if (isSkewed(error)) return SKEWED_ATTEMPTS
  return isUnknown ? unknown : 1
}

const SKEWED =
  /^(AuthFailure|InvalidSignature|RequestExpired|RequestInTheFuture|RequestTimeTooSkewed|SignatureDoesNotMatch)/

/** Refused for its time alone, by a service whose time is known since. */
const isSkewed = (error: unknown): boolean =>
  error instanceof Error &&
  SKEWED.test(error.name) &&
  (error as { readonly $metadata?: { readonly clockSkewCorrected?: boolean } }).$metadata?.clockSkewCorrected === true

function tokenOf(sent: number): Token {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** sent)
  const delay = sent === 0 ? 0 : Math.random() * longest
  return {
    getRetryCount: () => sent,
    getRetryDelay: () => delay,
    getRetryCost: () => undefined,
    isLongPoll: () => false,
  }
}
