import { proxyLocalActivities } from '@temporalio/workflow'
import type { Records } from '#domain/records'

const asked = proxyLocalActivities<Records>({
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '100 milliseconds', maximumInterval: '10 seconds' },
})

let last: Promise<unknown> = Promise.resolve()

/**
 * One after the other: two local activities at once may end in one order when they run and in the other when their history is
 * replayed, and whatever follows them would no longer fit it.
 */
function inTurn<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  const turn = last.then(ask)
  last = turn.catch(() => undefined)
  return turn
}

/** The record. Local activities: a hop to Postgres and no hop to Temporal. */
export const records: Records = new Proxy(asked, {
  get: (target, name) => {
    const activity = Reflect.get(target, name) as (question: unknown) => Promise<unknown>
    return (question: unknown) => inTurn(() => activity(question))
  },
})
