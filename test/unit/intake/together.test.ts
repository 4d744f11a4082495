import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTogether } from '#intake/together'

/** Work that goes on until it is let go. */
function held() {
  const turns: { readonly items: readonly number[]; readonly end: (error?: Error) => void }[] = []
  const work = (items: readonly number[]): Promise<readonly number[]> =>
    new Promise((resolve, reject) =>
      turns.push({
        items,
        end: (error) => (error === undefined ? resolve(items.map((item) => 2 * item)) : reject(error)),
      }),
    )
  return { turns, work }
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('work that is done together', () => {
  it('begins at once for the first, and once for all who came meanwhile', async () => {
    const { turns, work } = held()
    const { ask } = createTogether({ work, most: 10, lanes: 1 })
    const answers = Promise.all([ask([1]), ask([2]), ask([3, 4])])
    expect(turns.map(({ items }) => items)).toEqual([[1]])
    turns[0]?.end()
    await settle()
    expect(turns.map(({ items }) => items)).toEqual([[1], [2, 3, 4]])
    turns[1]?.end()
    expect(await answers).toEqual([[2], [4], [6, 8]])
  })

  it('fails for those of its turn, and for nobody else', async () => {
    const { turns, work } = held()
    const { ask } = createTogether({ work, most: 10, lanes: 1 })
    const answers = Promise.allSettled([ask([1]), ask([2]), ask([3])])
    turns[0]?.end()
    await settle()
    turns[1]?.end(new Error('The database is away'))
    await settle()
    const late = ask([4])
    turns[2]?.end()
    expect((await answers).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
    expect(await late).toEqual([8])
  })

  it('answers everybody what they asked, in turns of no more than the most and in no more lanes than there are', async () => {
    const asked = fc.array(fc.array(fc.integer(), { minLength: 1, maxLength: 7 }), { maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(
        asked,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 3 }),
        async (all, most, lanes) => {
          const widths: number[] = []
          let now = 0
          const work = async (items: readonly number[]): Promise<readonly number[]> => {
            now += 1
            widths.push(now)
            const isOneAskers = all.some((one) => one.length === items.length)
            expect(items.length <= most || isOneAskers).toBe(true)
            await settle()
            now -= 1
            return items.map((item) => item + 1)
          }
          const { ask } = createTogether({ work, most, lanes })
          const answers = await Promise.all(all.map(ask))
          expect(answers).toEqual(all.map((items) => items.map((item) => item + 1)))
          expect(Math.max(0, ...widths)).toBeLessThanOrEqual(lanes)
        },
      ),
      { numRuns: 200 },
    )
  })
})
