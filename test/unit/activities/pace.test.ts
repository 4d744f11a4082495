import { describe, expect, it } from 'vitest'
import { createPace } from '#activities/evidence/pace'

const INTERVAL_MS = 500

/** A clock that stands still; every sleep is noted and over at once. */
function stillClock() {
  const slept: number[] = []
  let now = 10_000
  return {
    slept,
    pass: (ms: number) => void (now += ms),
    timer: {
      now: () => now,
      sleep: (ms: number, signal: AbortSignal): Promise<void> => {
        signal.throwIfAborted()
        slept.push(ms)
        return Promise.resolve()
      },
    },
  }
}

const { signal } = new AbortController()

describe('the pace of look-ups', () => {
  it('keeps calls to one place apart, in the order in which they asked, however many ask at once', async () => {
    const { slept, timer } = stillClock()
    const pace = createPace(INTERVAL_MS, timer)
    await Promise.all(Array.from({ length: 5 }, () => pace('account/region', signal)))
    expect(slept).toEqual([500, 1000, 1500, 2000])
  })

  it('lets another place go on at once', async () => {
    const { slept, timer } = stillClock()
    const pace = createPace(INTERVAL_MS, timer)
    await Promise.all(['one', 'other', 'third'].map((place) => pace(place, signal)))
    expect(slept).toEqual([])
  })

  it('waits no longer than what is left of the interval', async () => {
    const { slept, timer, pass } = stillClock()
    const pace = createPace(INTERVAL_MS, timer)
    await pace('place', signal)
    pass(400)
    await pace('place', signal)
    pass(5_000)
    await pace('place', signal)
    expect(slept).toEqual([100])
  })

  it('ends with the activity that waits', async () => {
    const stopping = new AbortController()
    const pace = createPace(INTERVAL_MS, stillClock().timer)
    await pace('place', stopping.signal)
    stopping.abort()
    await expect(pace('place', stopping.signal)).rejects.toThrow()
  })
})
