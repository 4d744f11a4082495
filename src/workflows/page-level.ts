import { delivering } from './delivering.ts'
import { records } from './records.ts'

/** A level whose people are paged; what is to be delivered outside is on its way. */
export interface PagedLevel {
  /** Whether too few of those who were paged can come to know of it, as far as is known by now. */
  readonly isTooFew: () => boolean
  /** Ends when every page has arrived or was given up. */
  readonly delivered: Promise<void>
}

/** Pages a level. The pages are in the record then; they are delivered beside whatever else goes on. */
export async function pageLevel(entry: Parameters<typeof records.pagePeople>[0]): Promise<PagedLevel> {
  const { outstanding, isEnough } = await records.pagePeople(entry)
  let isTooFew = !isEnough
  const deliver = async (): Promise<void> => {
    // Without a channel outside nothing is scheduled.
    if (outstanding.length === 0) return
    const known = await delivering.deliverPages({ pages: outstanding })
    isTooFew = !known.isEnough
  }
  return { isTooFew: () => isTooFew, delivered: deliver() }
}
