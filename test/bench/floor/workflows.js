// The floor: nothing but hops. Every second of it is spent in Temporal, Postgres, the SDK and the simulated accounts.
import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow'

/** @type {{ commitRow: () => Promise<void> }} */
const { commitRow } = proxyLocalActivities({ startToCloseTimeout: '10 seconds' })
/** @type {{ callAws: (calls: number) => Promise<void> }} */
const { callAws } = proxyActivities({ startToCloseTimeout: '1 minute', taskQueue: 'floor-aws' })

/**
 * As many remote activities, each with its number of calls, and as many local ones, in turn, as an incident has.
 * @param {{ remote: readonly number[], local: number }} hops
 */
export async function floor({ remote, local }) {
  const localPerRemote = local / Math.max(1, remote.length)
  let committed = 0
  for (const [index, calls] of remote.entries()) {
    for (; committed < (index + 1) * localPerRemote; committed++) await commitRow()
    await callAws(calls)
  }
  for (; committed < local; committed++) await commitRow()
}

/** A workflow that waits, to see how fast others like it can be started. */
export async function idle() {
  await new Promise(() => {})
}
