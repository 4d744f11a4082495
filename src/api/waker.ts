import type { Logger } from 'pino'
import { type IncidentWake, MOST_URGENT } from '#domain/urgency'
import type { Workflows } from './deps.ts'
import { createResting } from './resting.ts'

interface Woken extends IncidentWake {
  readonly wakeDue: boolean
}

/** Sends signals after their commits, in the background: a lost one is repeated by the sweeper, so no caller waits or fails for it. */
export interface Waker {
  readonly wake: (...woken: readonly Woken[]) => void
  /** For new findings: an incident that goes on getting them is left to rest between its wakes. */
  readonly wakeForFindings: (woken: readonly Woken[]) => void
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
  const send = (one: Woken): void => {
    if (one.urgency === MOST_URGENT) waiting.unshift(one)
    else waiting.push(one)
    if (sending.size < AT_ONCE) open()
  }
  const resting = createResting(send)
  return {
    wake: (...woken) => {
      for (const one of woken) if (one.wakeDue) send(one)
    },
    wakeForFindings: (woken) => {
      for (const one of woken) resting.wake(one)
    },
    settle: async () => {
      resting.leave()
      waiting.length = 0
      await Promise.all(sending)
    },
  }
}
