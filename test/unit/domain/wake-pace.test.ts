import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextWake, type WakePace } from '#domain/wake-pace'

/** When the incident is woken, of findings at these times: one that waits is not asked for again. */
function wakesOf(times: readonly number[]): readonly number[] {
  const wakes: number[] = []
  let last: WakePace | undefined = undefined
  for (const now of times) {
    if (now < (wakes.at(-1) ?? 0)) continue
    last = nextWake(last, now)
    wakes.push(last.at)
  }
  return wakes
}

describe('the pace of wakes', () => {
  it('is at once for the first finding, and again after a quiet time', () => {
    expect(wakesOf([0])).toEqual([0])
    expect(wakesOf([0, 501])).toEqual([0, 501])
  })

  it('is slower the longer findings go on, down to one in four seconds', () => {
    const flood = Array.from({ length: 30_000 }, (_, at) => at)
    expect(wakesOf(flood)).toEqual([0, 250, 750, 1750, 3750, 7750, 11_750, 15_750, 19_750, 23_750, 27_750, 31_750])
  })

  it('leaves no finding without a wake that comes after it within four seconds', () => {
    const arrivals = fc.array(fc.integer({ min: 0, max: 2000 }), { minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(arrivals, (gaps) => {
        let now = 0
        const times = gaps.map((gap) => (now += gap))
        const wakes = wakesOf(times)
        return times.every((time) => wakes.some((wake) => wake >= time && wake <= time + 4000))
      }),
    )
  })
})
