import { randomUUID } from 'node:crypto'
import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client'
import type { ClockSeen } from '#domain/doctor/clocks'
import type { AccountsInspection } from '#domain/executor'
import { doctorWorkflowId } from '#domain/ids'
import type { inspectAccounts } from '#workflows/index'
import { startOn, type Temporal } from './temporal.ts'

/** Less than a client of the API waits. */
const LONGEST_MS = 20_000

export interface AccountsLook {
  /** `unworked`: no worker took even the workflow. */
  readonly seen: AccountsInspection | { readonly kind: 'unworked' }
  readonly clock: ClockSeen
}

/** Has the executor look at accounts, by a workflow on the build. Throws when Temporal cannot be reached. */
export async function lookAtAccounts(
  { client }: Pick<Temporal, 'client'>,
  { build, accounts }: { readonly build: string; readonly accounts: readonly string[] },
): Promise<AccountsLook> {
  const before = Date.now()
  const handle = await client.workflow.start<typeof inspectAccounts>('inspectAccounts', {
    ...startOn(build),
    workflowId: doctorWorkflowId(randomUUID()),
    workflowExecutionTimeout: LONGEST_MS,
    args: [accounts],
    staticSummary: 'A look at the accounts for the doctor; it changes nothing',
  })
  const after = Date.now()
  const { startTime } = await handle.describe()
  return {
    seen: await answerOf(handle),
    clock: { of: 'the Temporal server', at: startTime.getTime(), before, after },
  }
}

/** Started and scheduled: then nobody had taken it when it timed out. */
const UNTAKEN_EVENTS = 3

async function answerOf(handle: WorkflowHandle<typeof inspectAccounts>): Promise<AccountsLook['seen']> {
  try {
    return await handle.result()
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error
    const { historyLength } = await handle.describe()
    return historyLength <= UNTAKEN_EVENTS
      ? { kind: 'unworked' }
      : { kind: 'failed', reason: error.cause?.message ?? error.message }
  }
}
