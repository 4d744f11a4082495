import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { sparing } from '#monitoring/sparing'

const SHARE = 50
const TOOK_MS = 100

let asked = 0
beforeEach(() => {
  vi.useFakeTimers()
  asked = 0
})
afterEach(() => vi.useRealTimers())

const slow = (): Promise<number> => new Promise((resolve) => setTimeout(() => resolve(++asked), TOOK_MS))

async function answerOf(question: () => Promise<number>): Promise<number> {
  const answer = question()
  await vi.advanceTimersByTimeAsync(TOOK_MS)
  return answer
}

describe('a question that is asked sparingly', () => {
  it('is asked again when it took a fiftieth of the time since, and its last answer is told before', async () => {
    const question = sparing(slow, SHARE)
    expect(await answerOf(question)).toBe(1)
    await vi.advanceTimersByTimeAsync(TOOK_MS * (SHARE - 1) - TOOK_MS - 1)
    expect(await answerOf(question)).toBe(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(await answerOf(question)).toBe(2)
  })

  it('is asked after a minute, however long it takes', async () => {
    const question = sparing(() => new Promise((resolve) => setTimeout(() => resolve(++asked), 30_000)), SHARE)
    const first = question()
    await vi.advanceTimersByTimeAsync(30_000)
    expect(await first).toBe(1)
    await vi.advanceTimersByTimeAsync(60_000)
    void question()
    await vi.advanceTimersByTimeAsync(30_000)
    expect(asked).toBe(2)
  })

  it('is asked once for all who come at the same time', async () => {
    const question = sparing(slow, SHARE)
    const answers = Promise.all([question(), question(), question()])
    await vi.advanceTimersByTimeAsync(TOOK_MS)
    expect(await answers).toEqual([1, 1, 1])
  })

  it('is asked each time where it may take all of the time', async () => {
    const question = sparing(slow, 1)
    expect([await answerOf(question), await answerOf(question)]).toEqual([1, 2])
  })

  it('is asked again at once after a failure, of which only those hear who waited for it', async () => {
    let isAway = true
    const question = sparing(() => (isAway ? Promise.reject(new Error('away')) : slow()), SHARE)
    await expect(question()).rejects.toThrow('away')
    isAway = false
    expect(await answerOf(question)).toBe(1)
  })
})
