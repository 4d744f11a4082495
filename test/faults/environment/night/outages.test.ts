import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { isReady } from '../../../e2e/installation.ts'
import { eventually } from '../asking.ts'
import { courseOf, openPlan, startDrill, toRecovery } from '../drill.ts'
import { load, lostOf, summaryOf } from '../load.ts'
import { oneHome } from '../one-home.ts'
import { killAndHoldBack, pidOf, suspend } from '../processes.ts'
import { say } from '../say.ts'

const OUTAGE_MS = 30_000
const all = ['postgres', 'temporal', 'simulator', 'gate', 'executor', 'sealer', 'intake', 'worker', 'api'] as const

const here = oneHome()
let quiet: readonly string[]
const ending: (() => void)[] = []

beforeAll(async () => {
  const { incident } = await startDrill(here.asking, 'stolen-access-key')
  await toRecovery(here.asking, incident)
  quiet = (await courseOf(here.asking, incident)).plans
})
afterEach(() => {
  for (const end of ending.splice(0)) end()
})

/** A drill that waits for votes while people and senders go on, a part that is away for half a minute, and the rest of the drill. */
async function throughAnOutage(begin: () => () => void, name: string) {
  const { incident } = await startDrill(here.asking, 'stolen-access-key')
  const { hash } = await openPlan(here.asking, incident)
  const loaded = { incident, plan: hash }
  const loading = load(here.asking, loaded, name)
  ending.push(begin())
  await pause(OUTAGE_MS)
  for (const end of ending.splice(0)) end()
  await eventually('readiness', () => isReady(here.home))
  const told = await loading.stop()
  await toRecovery(here.asking, incident)
  return {
    lost: await lostOf(here.home, here.asking, { loaded, told }),
    plans: (await courseOf(here.asking, incident)).plans.slice(-quiet.length),
    told,
  }
}

const wasFine = () => ({ lost: [], plans: quiet, told: expect.objectContaining({ findings: expect.anything() }) })

describe('half a minute without', () => {
  it.each(all)('an answer of %s loses nothing that was acknowledged, and the drill ends as ever', async (part) => {
    const seen = await throughAnOutage(() => suspend(pidOf(here.home, part)), `hanging-${part}`)
    say(`${part}: ${summaryOf(seen.told)}`)
    expect(seen).toEqual(wasFine())
  })

  it.each(all)(
    '%s, which was killed, loses nothing that was acknowledged, and the drill ends as ever',
    async (part) => {
      const seen = await throughAnOutage(() => killAndHoldBack(here.home, part), `killed-${part}`)
      say(`${part}: ${summaryOf(seen.told)}`)
      expect(seen).toEqual(wasFine())
    },
  )
})
