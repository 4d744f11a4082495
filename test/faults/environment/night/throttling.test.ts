import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Home, newHome, prepare } from '../../../e2e/installation.ts'
import { type Asking, askingOf } from '../asking.ts'
import { courseOf, requestsSince, startDrill, toRecovery } from '../drill.ts'
import { say } from '../say.ts'

const PATIENCE_MS = 540_000

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
  await toRecovery(asking, drill.incident, PATIENCE_MS)
  await asking.faults({ throttlePercent: 0 })
  const requests = await requestsSince(asking, drill.began)
  return { course: await courseOf(asking, drill.incident), requests }
}

/** Requests by those of the undisturbed drill. Source of the aims, 1.5 and 2.0: docs/faults-environment.md; chance needs some room. */
const shares = [
  { percent: 5, most: 1.5 },
  { percent: 20, most: 2 },
  { percent: 50, most: 3 },
  { percent: 90, most: Number.POSITIVE_INFINITY },
]

describe('a whole drill', () => {
  it.each(shares)('of which AWS throttles $percent % of all calls ends as ever', async ({ percent, most }) => {
    const quiet = await playedAt(0)
    const throttled = await playedAt(percent)
    expect(throttled.course).toEqual(quiet.course)
    const amplification = throttled.requests.length / quiet.requests.length
    say(
      `${percent} %: ${quiet.requests.length} requests became ${throttled.requests.length}: ${amplification.toFixed(2)}`,
    )
    expect(amplification).toBeLessThanOrEqual(most)
  })
})
