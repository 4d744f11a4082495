import type { Logger } from 'pino'
import type { Workflows } from './deps.ts'

interface Woken {
  readonly incident: string
  readonly build: string
  readonly wakeDue: boolean
}

/** Sends signals after their commits, in the background: a lost one is repeated by the sweeper, so no caller waits or fails for it. */
export interface Waker {
  readonly wake: (...woken: readonly Woken[]) => void
  /** Waits for the signals on their way. */
  readonly settle: () => Promise<void>
}

export function createWaker(workflows: Workflows, log: Logger): Waker {
  const underway = new Set<Promise<void>>()
  const signal = async ({ incident, build }: Woken): Promise<void> => {
    try {
      await workflows.wakeIncident({ incident, build })
    } catch (error) {
      log.warn({ err: error, incident }, 'A wake could not be signalled; the sweeper repeats it')
    }
  }
  return {
    wake: (...woken) => {
      for (const one of woken.filter(({ wakeDue }) => wakeDue)) {
        const sending = signal(one).finally(() => underway.delete(sending))
        underway.add(sending)
      }
    },
    settle: async () => void (await Promise.all(underway)),
  }
}
