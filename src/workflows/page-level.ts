import type { Delivered } from '#domain/delivering'
import { delivering } from './delivering.ts'
import type { FollowedRecord } from './follow-record.ts'
import { records } from './records.ts'

/** A level whose people are paged; what is to be delivered outside is on its way. */
export interface PagedLevel {
  /** Whether too few of those who were paged can come to know of it, as far as is known by now. */
  readonly isTooFew: () => boolean
  /** Ends when every page has arrived or was given up. */
  readonly delivered: Promise<void>
}

/** Pages of one episode on their way, each once. */
export interface Pager {
  /** Pages a level. The pages are in the record then; they are delivered beside whatever else goes on. */
  readonly pageLevel: (entry: Parameters<typeof records.pagePeople>[0]) => Promise<PagedLevel>
  /** Delivers what the record shows to be on its way and nobody here has in hand: who asked for it did not live to see it asked. */
  readonly deliverTheRest: (record: FollowedRecord) => Promise<void>
}

export function createPager(): Pager {
  const inHand = new Map<string, Promise<Delivered>>()
  const deliver = async (pages: readonly string[]): Promise<boolean> => {
    const fresh = pages.filter((page) => !inHand.has(page))
    // Without a channel outside nothing is scheduled.
    if (fresh.length > 0) {
      const delivered = delivering.deliverPages({ pages: fresh })
      for (const page of fresh) inHand.set(page, delivered)
    }
    const known = await Promise.all(pages.flatMap((page) => inHand.get(page) ?? []))
    return known.every(({ isEnough }) => isEnough)
  }
  return {
    async pageLevel(entry) {
      const { outstanding, isEnough } = await records.pagePeople(entry)
      let isTooFew = !isEnough
      const deliverAll = async (): Promise<void> => {
        if (outstanding.length > 0) isTooFew = !(await deliver(outstanding))
      }
      return { isTooFew: () => isTooFew, delivered: deliverAll() }
    },
    async deliverTheRest(record) {
      while (!record.isOver()) {
        const rest = (): readonly string[] => record.now().outstanding.filter((page) => !inHand.has(page))
        await record.until(() => record.isOver() || rest().length > 0)
        await deliver(rest())
      }
    },
  }
}
