import type { Problem } from './answers.ts'

/** 0 done, 1 refused or failed, 2 wrong usage, 3 cannot reach. */
export type ExitCode = 0 | 1 | 2 | 3

export interface Failure extends Error {
  readonly exit: ExitCode
  /** HTTP status of the refusal, when Cordon refused. */
  readonly status?: number
}

/** An error for people: its message names the cause and the next step. */
export const failure = (exit: ExitCode, message: string, cause?: unknown): Failure =>
  Object.assign(new Error(message, { cause }), { exit })

export const wrongUsage = (message: string): Failure => failure(2, message)

/** What Cordon refused, with what to do next. */
export const refused = ({ status, code, title, detail }: Problem): Failure =>
  Object.assign(failure(1, `${detail === '' ? title : detail}\n${nextStep(status)} (${code})`), { status })

export const isFailure = (error: unknown): error is Failure => error instanceof Error && 'exit' in error

const steps: Readonly<Record<number, string>> = {
  401: 'Set CORDON_TOKEN to a valid token, or use the home of a running demo.',
  403: 'Use the token of a person who may; in the demo: --as approver1, --as responder, …',
  404: 'Look for it: cordon incidents lists what there is.',
  409: 'Look at it as it is now: cordon plan HASH, or cordon show ID.',
  429: 'Try again in a few seconds.',
  503: 'Ask cordon doctor which part is missing, and try again.',
}

const nextStep = (status: number): string =>
  steps[status] ??
  (status >= 500 ? 'Ask cordon doctor, and look into the log of the api.' : 'Change the request and try again.')
