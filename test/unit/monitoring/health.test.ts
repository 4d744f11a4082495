import { describe, expect, it, vi } from 'vitest'
import { healthOf } from '#monitoring/health'
import { createMonitor } from '#monitoring/metrics'
import { createPulse } from '#monitoring/pulse'

const pool = () => ({ total: 2, idle: 1, waiting: 0 })

describe('the health of a process', () => {
  it('is well only when every part is, and names the reason of each that is not', async () => {
    const refused = new AggregateError([new Error('no IPv6'), new Error('connection refused')])
    const health = await healthOf({ one: async () => 'fine', two: () => Promise.reject(refused) })
    expect(health).toEqual({
      isWell: false,
      parts: { one: { ok: true }, two: { ok: false, reason: 'no IPv6; connection refused' } },
    })
    expect((await healthOf({ one: async () => 'fine' })).isWell).toBe(true)
  })

  it('does not wait for a part that never answers', async () => {
    vi.useFakeTimers()
    const asked = healthOf({ silent: () => new Promise(() => undefined) })
    await vi.advanceTimersByTimeAsync(3000)
    expect(await asked).toMatchObject({ isWell: false, parts: { silent: { reason: 'no answer within 3000 ms' } } })
    vi.useRealTimers()
  })
})

describe('a pulse', () => {
  it('is missed before its first beat, and when the last one is too long ago', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const { beat, check, last } = createPulse('A look', 15_000)
    await expect(check()).rejects.toThrow('A look has not happened yet')
    beat()
    vi.setSystemTime(Date.now() + 15_000)
    await expect(check()).resolves.toBeUndefined()
    expect(last()).toBe(Date.now() / 1000 - 15)
    vi.setSystemTime(Date.now() + 1000)
    await expect(check()).rejects.toThrow('A look happened last 16 s ago')
    vi.useRealTimers()
  })
})

describe('an exposition', () => {
  it('has all that can be had when a part of it cannot', async () => {
    const away = () => Promise.reject(new Error('away'))
    const { expose } = createMonitor({
      checks: { record: away },
      pool,
      collect: away,
      others: [away, async () => 'x 1'],
    })
    const { text } = await expose()
    expect(text).toContain('cordon_part_up{part="record"} 0\n')
    expect(text).toContain('cordon_db_pool{state="total"} 2\n')
    expect(text).toMatch(/\nx 1\n$/)
  })
})
