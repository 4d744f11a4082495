import { describe, expect, it } from 'vitest'
import { createQuota } from '#api/quota'

describe('a quota of calls', () => {
  it('refuses the call too many of one source, before anything of it is done, and nobody else’s', async () => {
    const quota = createQuota(2)
    const ends: (() => void)[] = []
    const begun: string[] = []
    const call = (source: string) =>
      quota.within(source, () => {
        begun.push(source)
        return new Promise<string>((resolve) => ends.push(() => resolve(source)))
      })
    const loud = [call('loud'), call('loud')]
    await expect(call('loud')).rejects.toMatchObject({ refusal: 'throttled' })
    const quiet = call('quiet')
    expect(begun).toEqual(['loud', 'loud', 'quiet'])
    for (const end of ends.splice(0)) end()
    expect(await Promise.all([...loud, quiet])).toEqual(['loud', 'loud', 'quiet'])
    const again = call('loud')
    for (const end of ends.splice(0)) end()
    expect(await again).toBe('loud')
  })

  it('counts a call that failed as ended', async () => {
    const quota = createQuota(1)
    await expect(quota.within('one', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    expect(await quota.within('one', async () => 'taken in')).toBe('taken in')
  })
})
