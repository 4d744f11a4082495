import { refusal } from '#store/database/refusal'

/** How many calls of one source are worked on at once. */
export interface Quota {
  /** Does the work, or throws `throttled` before it began when the source has enough under way. */
  readonly within: <Result>(source: string, work: () => Promise<Result>) => Promise<Result>
}

export function createQuota(most: number): Quota {
  const underWay = new Map<string, number>()
  return {
    async within(source, work) {
      const now = underWay.get(source) ?? 0
      if (now >= most)
        throw refusal(
          'throttled',
          `${most} calls of this sender are being taken in, and nothing of this one was: send it again when they are answered`,
        )
      underWay.set(source, now + 1)
      try {
        return await work()
      } finally {
        const left = (underWay.get(source) ?? 1) - 1
        if (left > 0) underWay.set(source, left)
        else underWay.delete(source)
      }
    },
  }
}
