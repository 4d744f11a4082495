import { setTimeout as pause } from 'node:timers/promises'
import type { Attempt, ConfiguredChannel, OutsideChannel } from '#domain/channels'
import type { DeliveringActivities } from '#domain/delivering'
import { type PageMessage, pageMessage } from '#domain/page-message'
import type { Database } from '#store/database/database'
import { beginAttempt, duePage, endAttempt, endPage } from '#store/paging/deliveries'
import { isEnoughNow } from '#store/paging/page-reach'
import { beating } from './beating.ts'
import type { Channels } from './channels/index.ts'

export interface DeliveringDeps {
  readonly db: Database
  readonly channels: Channels
  readonly configured: readonly ConfiguredChannel[]
  /** The start of every link. */
  readonly publicUrl: string
}

/** How long a receiver may take to answer, and how long at least when the time of its channel is nearly over. */
const ANSWER_MS = 10_000
const LEAST_ANSWER_MS = 1_000
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 8_000

/** Effects on people: the activities of the worker’s own queue. */
export const createDelivering = (deps: DeliveringDeps): DeliveringActivities => ({
  deliverPages: ({ pages }) =>
    beating(async (signal) => {
      await Promise.all(pages.map((page) => deliverPage(deps, page, signal)))
      return { isEnough: await isEnoughNow(deps.db, pages) }
    }),
})

async function deliverPage(deps: DeliveringDeps, id: string, signal: AbortSignal): Promise<void> {
  const page = await duePage(deps.db, id, deps.configured)
  if (page === null) return
  const message = pageMessage(page.facts, deps.publicUrl)
  const byAll = async (names: readonly OutsideChannel[], ms: number): Promise<boolean> => {
    const until = performance.now() + ms
    const taken = await Promise.all(names.map((name) => deliverBy(deps, { name, message, until, signal })))
    return taken.includes(true)
  }
  const { preferred, others } = page.route
  if (!(await byAll(preferred, page.preferredMs))) await byAll(others, page.failOverMs)
  await endPage(deps.db, id)
}

interface Delivery {
  readonly name: OutsideChannel
  readonly message: PageMessage
  /** On the process’s own clock; at least one attempt is made. */
  readonly until: number
  readonly signal: AbortSignal
}

/** Sends until the channel takes it, refuses it or its time is over. Each attempt is in the record before it is made. */
async function deliverBy({ db, channels }: DeliveringDeps, delivery: Delivery): Promise<boolean> {
  const { name, message, until, signal } = delivery
  const send = channels[name]
  if (send === undefined) return false
  const key = { page: message.id, channel: name }
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    signal.throwIfAborted()
    const begun = await beginAttempt(db, key)
    if (begun !== 'begun') return begun === 'delivered'
    const ms = Math.min(ANSWER_MS, Math.max(LEAST_ANSWER_MS, until - performance.now()))
    const attempt: Attempt = await send(message, { ms, signal })
    const isLast = attempt.kind === 'refused' || performance.now() + pauseMs > until
    await endAttempt(db, { ...key, attempt, isLast })
    if (attempt.kind === 'taken' || isLast) return attempt.kind === 'taken'
    await pause(pauseMs, undefined, { signal })
  }
}
