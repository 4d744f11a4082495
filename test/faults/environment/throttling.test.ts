import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Home, newHome, prepare } from '../../e2e/installation.ts'
import { type Asking, askingOf } from './asking.ts'
import { courseOf, requestsSince, startDrill, toRecovery } from './drill.ts'
import { byNight } from './night.ts'

let home: Home
let asking: Asking
beforeAll(async () => {
  prepare()
  home = await newHome()
  await home.start()
  asking = askingOf(home)
})
afterEach(() => asking.heal())
afterAll(async () => {
  await home.stop()
  home.remove()
})

async function playedAt(throttlePercent: number) {
  await asking.faults({ throttlePercent: 0 })
  const drill = await startDrill(asking, 'stolen-access-key')
  await asking.faults({ throttlePercent })
  await toRecovery(asking, drill.incident)
  await asking.faults({ throttlePercent: 0 })
  const requests = await requestsSince(asking, drill.began)
  return { course: await courseOf(asking, drill.incident), requests }
}

describe('a whole drill', () => {
  it.each(byNight([20], [5, 20, 50, 90]))('of which AWS throttles %d %% of all calls ends as ever', async (percent) => {
    const quiet = await playedAt(0)
    const throttled = await playedAt(percent)
    const summary = (rows: typeof quiet.requests) => {
      const counts: Record<string, number> = {}
      for (const { operation } of rows) counts[operation] = (counts[operation] ?? 0) + 1
      return counts
    }
    console.log(
      percent,
      quiet.requests.length,
      throttled.requests.length,
      throttled.requests.filter((r) => /thrott/i.test(r.error ?? '')).length,
      quiet.course,
      summary(quiet.requests),
      summary(throttled.requests),
    )
    expect(throttled.course).toEqual(quiet.course)
  })
})
