import { ApplicationFailure } from '@temporalio/common'

/** A runbook used a verb in a way that has no meaning. It is handed over; the incident goes on. */
export const misuse = (message: string): ApplicationFailure =>
  ApplicationFailure.nonRetryable(message, 'runbook_failed')

/** A runbook that asked for something that its records do not show. */
export const diverged = (message: string): ApplicationFailure =>
  ApplicationFailure.nonRetryable(message, 'runbook_diverged')
