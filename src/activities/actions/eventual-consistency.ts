import { setTimeout as pause } from 'node:timers/promises'

/** Until then a read may show a mixture of what was and what is. Source: IAM and Secrets Manager, eventual consistency. */
export const SETTLE_MS = 4_000

/** Waits until reads show what an earlier attempt wrote. */
export const settle = (signal: AbortSignal): Promise<void> => pause(SETTLE_MS, undefined, { signal })

export interface Looking {
  readonly everyMs: number
  readonly forMs: number
  readonly signal: AbortSignal
}

/** Looks until there is something, and gives it; undefined when the time was over before. */
export async function lookFor<Found>(
  { everyMs, forMs, signal }: Looking,
  look: () => Promise<Found | undefined>,
): Promise<Found | undefined> {
  for (let waited = 0; waited < forMs; waited += everyMs) {
    const found = await look()
    if (found !== undefined) return found
    await pause(everyMs, undefined, { signal })
  }
  return undefined
}
