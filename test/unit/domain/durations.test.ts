import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { durationMs } from '#domain/durations'

describe('a duration', () => {
  it.each([
    ['500ms', 500],
    ['5s', 5000],
    ['30m', 1_800_000],
    ['4h', 14_400_000],
    ['2d', 172_800_000],
    ['0s', 0],
  ])('%s is %d ms', (text, ms) => {
    expect(durationMs(text)).toBe(ms)
  })

  it.each(['5', '-5s', '1.5h', '5 s', 's', '', ' 5s', '5S', '1h30m', '9999999999s'])('%j is none', (text) => {
    expect(durationMs(text)).toBeNull()
  })

  it('is none or a whole number of milliseconds, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('1', '0', 'm', 's', 'h', 'd', '.', '-') }), (text) => {
        const ms = durationMs(text)
        expect(ms === null || (Number.isSafeInteger(ms) && ms >= 0)).toBe(true)
      }),
    )
  })
})
