import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Asker, createTogether } from '#intake/together'

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

/** Lets that many turns end, one after the other, and says what was in them. */
async function ended(turns: ReturnType<typeof held>['turns'], count: number): Promise<readonly (readonly number[])[]> {
  for (let at = 0; at < count; at++) {
    turns[at]?.end()
    await settle()
  }
  return turns.map(({ items }) => items)
}

const usual: Asker = { source: 'somebody', lane: 'usual' }

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('work that is done together', () => {
  it('begins at once for the first, and once for all who came meanwhile', async () => {
    const { turns, work } = held()
    const { ask } = createTogether({ work, most: 10, atOnce: 1 })
    const answers = Promise.all([ask([1], usual), ask([2], usual), ask([3, 4], usual)])
    expect(turns.map(({ items }) => items)).toEqual([[1]])
    turns[0]?.end()
    await settle()
    expect(turns.map(({ items }) => items)).toEqual([[1], [2, 3, 4]])
    turns[1]?.end()
    expect(await answers).toEqual([[2], [4], [6, 8]])
  })

  it('fails for those of its turn, and for nobody else', async () => {
    const { turns, work } = held()
    const { ask } = createTogether({ work, most: 10, atOnce: 1 })
    const answers = Promise.allSettled([ask([1], usual), ask([2], usual), ask([3], usual)])
    turns[0]?.end()
    await settle()
    turns[1]?.end(new Error('The database is away'))
    await settle()
    const late = ask([4], usual)
    turns[2]?.end()
    expect((await answers).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
    expect(await late).toEqual([8])
  })

  it('lets what is urgent go before everybody who waits', async () => {
    const { turns, work } = held()
    const { ask } = createTogether({ work, most: 2, atOnce: 1 })
    const answers = Promise.all([
      ask([1], usual),
      ask([2], usual),
      ask([3], usual),
      ask([4], { source: 'another', lane: 'reserved' }),
    ])
    expect(await ended(turns, 3)).toEqual([[1], [4, 2], [3]])
    await answers
  })

  it('serves one source after the other, however much one of them sends', async () => {
    const { turns, work } = held()
    const { ask } = createTogether({ work, most: 1, atOnce: 1 })
    const from = (source: string, item: number) => ask([item], { source, lane: 'usual' })
    const loud = [1, 2, 3, 4].map((item) => from('loud', item))
    const answers = Promise.all([...loud, from('quiet', 11), from('small', 21), from('quiet', 12)])
    expect(await ended(turns, 7)).toEqual([[1], [2], [11], [21], [3], [12], [4]])
    await answers
  })

  it('answers everybody what they asked, in turns of no more than the most and in no more lanes than there are', async () => {
    const asked = fc.array(fc.array(fc.integer(), { minLength: 1, maxLength: 7 }), { maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(
        asked,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 3 }),
        async (all, most, atOnce) => {
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
          const { ask } = createTogether({ work, most, atOnce })
          const answers = await Promise.all(all.map((items) => ask(items, usual)))
          expect(answers).toEqual(all.map((items) => items.map((item) => item + 1)))
          expect(Math.max(0, ...widths)).toBeLessThanOrEqual(atOnce)
        },
      ),
      { numRuns: 200 },
    )
  })
})
