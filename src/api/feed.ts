import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Database } from '#store/database/database'
import type { LoggedEvent } from '#store/incidents/timeline'
import { watchLog } from './log-watch.ts'

const POLL_MS = 250
const REMEMBERED = 5000

export type Listener = (event: LoggedEvent) => void

/** Everything that is told to the log, as it becomes visible. It polls only while somebody listens. */
export interface Feed {
  /** Calls the listener for each event that becomes visible from now on; the function returned ends it. */
  readonly listen: (listener: Listener, ended: () => void) => Promise<() => void>
  /** What was delivered after the event of the number, in that order; null when that is longer ago than the feed remembers. */
  readonly deliveredAfter: (id: number) => readonly LoggedEvent[] | null
  readonly close: () => void
}

export function createFeed(db: Database, log: Logger): Feed {
  const listeners = new Map<Listener, () => void>()
  const watch = watchLog(db)
  let delivered: readonly LoggedEvent[] = []
  let started: Promise<void> | null = null

  async function start(): Promise<void> {
    try {
      await watch.begin()
      void pollWhileHeard()
    } catch (error) {
      started = null
      throw error
    }
  }

  async function pollWhileHeard(): Promise<void> {
    await pause(POLL_MS)
    while (listeners.size > 0) {
      deliver(await freshOf(watch, log))
      await pause(POLL_MS)
    }
    delivered = []
    started = null
  }

  function deliver(events: readonly LoggedEvent[]): void {
    delivered = [...delivered, ...events].slice(-REMEMBERED)
    for (const listener of listeners.keys()) events.forEach(listener)
  }

  return {
    listen: async (listener, ended) => {
      listeners.set(listener, ended)
      await (started ??= start())
      return () => void listeners.delete(listener)
    },
    deliveredAfter: (id) => {
      const place = delivered.findIndex((event) => event.id === id)
      return place < 0 ? null : delivered.slice(place + 1)
    },
    close: () => {
      for (const ended of listeners.values()) ended()
      listeners.clear()
    },
  }
}

async function freshOf(watch: ReturnType<typeof watchLog>, log: Logger): Promise<readonly LoggedEvent[]> {
  try {
    return await watch.fresh()
  } catch (error) {
    log.warn({ err: error }, 'The log could not be read for the stream; trying again')
    return []
  }
}
