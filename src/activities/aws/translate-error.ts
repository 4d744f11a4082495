import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common'
import { type ErrorCode, errorKinds, isErrorCode } from '#domain/errors'
import { isRefusal } from '#store/database/refusal'

const THROTTLED = /throttl|RequestLimitExceeded|RateExceeded|TooManyRequests|SlowDown|PriorRequestNotComplete/i
const DENIED = /^(AccessDenied|Unauthorized|InvalidClientTokenId|UnrecognizedClient|AuthFailure)/
/** Also a session that ended too soon: the next try opens another. */
const BUSY =
  /^(EntityTemporarilyUnmodifiable|ConcurrentModification|OperationAborted|ServiceFailure|ExpiredToken|IncorrectState|IncorrectInstanceState|ScalingActivityInProgress|ResourceContention)/
const FULL = /LimitExceeded|^PolicyLengthExceeded/
/** A group that a step names and that is gone is somebody’s decision; other things that are gone are the target. */
const ABSENT = /^(NoSuchEntity|ResourceNotFound)|^(?!InvalidGroup).*\.NotFound$/
const TAKEN =
  /^(EntityAlreadyExists|ResourceExists|UnmodifiableEntity|DeleteConflict|InvalidRequest|DependencyViolation|OperationNotPermitted|InvalidGroup)/

const FIRST_SERVER_ERROR = 500
const THROTTLE_DELAY_MS = 2_000

/** What is read of an error of the AWS SDK; errors of the network have no metadata. */
interface AwsError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string }
}

/**
 * The one border where errors become ours: an `ApplicationFailure` whose type is a code of `domain/errors`. What is not certainly a
 * “no” (a timeout, a broken connection, a server’s fault) is `unavailable`: unknown, never failed.
 */
export function translateError(error: unknown): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error
  if (!(error instanceof Error)) return failure('internal', String(error))
  if (isRefusal(error)) return failure(error.refusal, error.message)
  const code = codeOf(error)
  return failure(code, `${error.name}: ${error.message}`, error)
}

/** A failure with one of our codes; retried by Temporal when the table says that it may succeed later. */
export function failure(code: ErrorCode, message: string, cause?: Error): ApplicationFailure {
  return ApplicationFailure.create({
    message,
    type: code,
    nonRetryable: errorKinds[code].retry === 'never',
    ...(cause === undefined ? {} : { cause }),
    ...(code === 'throttled' ? { nextRetryDelay: THROTTLE_DELAY_MS, category: ApplicationFailureCategory.BENIGN } : {}),
  })
}

/** The code of a failure that was translated; anything else is ours to fix. */
export function failureCode({ type }: ApplicationFailure): ErrorCode {
  return typeof type === 'string' && isErrorCode(type) ? type : 'internal'
}

/** Whether AWS asked to slow down, which it does before it does anything else. */
export const isThrottled = (error: unknown): boolean => error instanceof Error && THROTTLED.test(error.name)

function codeOf(error: AwsError): ErrorCode {
  const { name } = error
  if (isThrottled(error)) return 'throttled'
  if (DENIED.test(name)) return 'access_denied'
  if (FULL.test(name)) return 'limit_reached'
  if (ABSENT.test(name)) return 'target_gone'
  if (BUSY.test(name)) return 'unavailable'
  if (TAKEN.test(name)) return 'conflict'
  return unknownOrWrong(error)
}

function unknownOrWrong({ $metadata, name }: AwsError): ErrorCode {
  const status = $metadata?.httpStatusCode
  if (status === undefined) return isOurs(name) ? 'internal' : 'unavailable'
  return status >= FIRST_SERVER_ERROR || status < HTTP_BAD_REQUEST ? 'unavailable' : 'unprocessable'
}

// An answer that broke off half-way carries the status of its first line.
const HTTP_BAD_REQUEST = 400

const isOurs = (name: string): boolean => ['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError'].includes(name)
