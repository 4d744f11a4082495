import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextWake, repeatsAt, type WakePace } from '#domain/wake-pace'

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

describe('how many unhandled wakes are signalled again', () => {
  /** Looks until all are handled, when workers take so many of what was signalled between two looks. */
  function looksFor(lost: number, takenOf: (signalled: number) => number): number {
    let [left, signalled, looks] = [lost, 0, 0]
    while (left > 0 && looks < 1000) {
      const taken = Math.min(signalled, takenOf(signalled))
      left -= taken
      signalled = Math.min(left, signalled - taken + repeatsAt(taken))
      looks++
    }
    return looks
  }

  it('is few while workers take nothing', () => {
    expect(repeatsAt(0)).toBe(10)
  })

  it('grows with what they take, so that ten thousand lost ones are signalled within half a minute of looks', () => {
    expect(looksFor(10_000, (signalled) => signalled)).toBeLessThan(30)
  })

  it('never is more than a look may send', () => {
    fc.assert(
      fc.property(fc.nat(), (taken) => {
        expect(repeatsAt(taken)).toBeGreaterThanOrEqual(10)
        expect(repeatsAt(taken)).toBeLessThanOrEqual(500)
      }),
    )
  })
})
