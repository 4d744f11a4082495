const LONGEST_MS = 60_000

/**
 * The same question, asked so seldom that it takes at most one part in so many of the time, but at least once a minute when somebody wants to know;
 * its last answer is told until then. Who comes while it is asked waits for that answer. A failure is told once, and asked again by the next.
 */
export function sparing<Answer>(ask: () => Promise<Answer>, parts: number): () => Promise<Answer> {
  let last: Promise<Answer> | undefined = undefined
  let goodUntil = Number.POSITIVE_INFINITY
  async function again(): Promise<Answer> {
    goodUntil = Number.POSITIVE_INFINITY
    const began = performance.now()
    try {
      return await ask()
    } catch (error) {
      last = undefined
      throw error
    } finally {
      const ended = performance.now()
      goodUntil = ended + Math.min(LONGEST_MS, (ended - began) * (parts - 1))
    }
  }
  return () => {
    if (last === undefined || performance.now() >= goodUntil) last = again()
    return last
  }
}
