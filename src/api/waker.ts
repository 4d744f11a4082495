import type { Logger } from 'pino'
import { type IncidentWake, MOST_URGENT } from '#domain/urgency'
import type { Workflows } from './deps.ts'

interface Woken extends IncidentWake {
  readonly wakeDue: boolean
}

/** Sends signals after their commits, in the background: a lost one is repeated by the sweeper, so no caller waits or fails for it. */
export interface Waker {
  readonly wake: (...woken: readonly Woken[]) => void
  /** Waits for the signals on their way; those that still wait are left to the sweeper. */
  readonly settle: () => Promise<void>
}

/** More at once would only wait in Temporal’s client, and those about other incidents behind them. */
const AT_ONCE = 32

export function createWaker(workflows: Workflows, log: Logger): Waker {
  const waiting: Woken[] = []
  const sending = new Set<Promise<void>>()
  const signal = async ({ wakeDue: _, ...wake }: Woken): Promise<void> => {
    const { incident } = wake
    try {
      await workflows.wakeIncident(wake)
    } catch (error) {
      log.warn({ err: error, incident }, 'A wake could not be signalled; the sweeper repeats it')
    }
  }
  const sendWaiting = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await signal(next)
  }
  const open = (): void => {
    const sender = sendWaiting().finally(() => sending.delete(sender))
    sending.add(sender)
  }
  return {
    wake: (...woken) => {
      for (const one of woken.filter(({ wakeDue }) => wakeDue))
        if (one.urgency === MOST_URGENT) waiting.unshift(one)
        else waiting.push(one)
      for (let missing = Math.min(waiting.length, AT_ONCE - sending.size); missing > 0; missing--) open()
    },
    settle: async () => {
      waiting.length = 0
      await Promise.all(sending)
    },
  }
}
