import { isErrorCode } from '#domain/errors'
import type { AttemptEnd, PermitQuestion } from '#domain/permit'
import type { StepOutcome } from '#domain/plan'
import type { Tags } from '#domain/tags'

/** The question in a request’s body, or null when it is none. */
export function readQuestion(body: unknown): PermitQuestion | null {
  if (!isObject(body) || !isObject(body.observed)) return null
  const { plan, step, observed } = body
  const { arn, state, tags } = observed
  if (typeof plan !== 'string' || !isIndex(step) || typeof arn !== 'string' || !isObject(state)) return null
  if (!isTags(tags)) return null
  // What came through JSON.parse is JSON.
  return { plan, step, observed: { arn, state: state as PermitQuestion['observed']['state'], tags } }
}

const isTags = (value: unknown): value is Tags =>
  isObject(value) && Object.values(value).every((text) => typeof text === 'string')

/** How an attempt ended, by a request’s body, or null when it does not say. */
export function readEnd(body: unknown): AttemptEnd | null {
  if (!isObject(body) || !isIndex(body.attempt) || !isOutcome(body.outcome)) return null
  return { attempt: body.attempt, outcome: body.outcome }
}

function isOutcome(value: unknown): value is StepOutcome {
  if (!isObject(value) || !(value.calls === undefined || isCalls(value.calls))) return false
  const { kind, calls, made, difference, code, reason } = value
  switch (kind) {
    case 'applied':
      return calls !== undefined && Array.isArray(made)
    case 'drifted':
      return typeof difference === 'string'
    case 'refused':
    case 'failed':
      return typeof code === 'string' && isErrorCode(code) && typeof reason === 'string'
    default:
      return false
  }
}

const isCalls = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.every((call) => isObject(call) && isObject(call.change) && typeof call.change.field === 'string')

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isIndex = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0
