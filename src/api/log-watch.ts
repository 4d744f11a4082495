import type { Database } from '#store/database/database'
import { eventsAfter, type LoggedEvent, settledId } from '#store/incidents/timeline'

// Longer than any transaction of Cordon takes: what is older is visible, or was undone.
const SETTLING_MS = 15_000

/** Tells events of the log apart that were seen from those that were not. */
export interface LogWatch {
  /** Everything that is visible now counts as seen. */
  readonly begin: () => Promise<void>
  /** What became visible since, lowest number first. */
  readonly fresh: () => Promise<readonly LoggedEvent[]>
}

/** Numbers become visible out of order, so each look covers everything that is not surely settled. */
export function watchLog(db: Database): LogWatch {
  let seen = new Set<number>()
  let floor = 0

  async function forgetSettled(): Promise<void> {
    if (seen.size === 0) return
    // A look may hold less than what is settled: the floor never passes what was read.
    floor = Math.max(floor, Math.min(await settledId(db, SETTLING_MS), Math.max(...seen)))
    seen = new Set([...seen].filter((id) => id > floor))
  }

  return {
    begin: async () => {
      floor = await settledId(db, SETTLING_MS)
      seen = new Set()
      for (let from = floor; ; ) {
        const page = await eventsAfter(db, from)
        for (const { id } of page) seen.add(id)
        const last = page.at(-1)
        if (last === undefined) return
        from = last.id
      }
    },
    fresh: async () => {
      const found: LoggedEvent[] = []
      for (let from = floor; ; ) {
        const page = await eventsAfter(db, from)
        found.push(...page.filter(({ id }) => !seen.has(id)))
        const last = page.at(-1)
        if (last === undefined) break
        from = last.id
      }
      for (const { id } of found) seen.add(id)
      await forgetSettled()
      return found
    },
  }
}
