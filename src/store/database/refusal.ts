import type { ErrorCode } from '#domain/errors'

/** Why the store did not do what was asked; thrown, so that the transaction is undone. */
export interface Refusal extends Error {
  readonly refusal: ErrorCode
}

export const refusal = (code: ErrorCode, reason: string): Refusal => Object.assign(new Error(reason), { refusal: code })

export const isRefusal = (error: unknown): error is Refusal => error instanceof Error && 'refusal' in error
