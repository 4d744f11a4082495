import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Home, isReady, newHome, prepare } from '../../../e2e/installation.ts'
import { type Asking, askingOf, eventually } from '../asking.ts'
import { courseOf, openPlan, startDrill, toRecovery } from '../drill.ts'
import { load, lostOf, summaryOf } from '../load.ts'
import { killAndHoldBack, pidOf, suspend } from '../processes.ts'
import { say } from '../say.ts'

const OUTAGE_MS = 30_000
const all = ['postgres', 'temporal', 'simulator', 'gate', 'executor', 'sealer', 'worker', 'api'] as const

let home: Home
let asking: Asking
let quiet: readonly string[]
const ending: (() => void)[] = []

beforeAll(async () => {
  prepare()
  home = await newHome()
  await home.start()
  asking = askingOf(home)
  const { incident } = await startDrill(asking, 'stolen-access-key')
  await toRecovery(asking, incident)
  quiet = (await courseOf(asking, incident)).plans
})
afterEach(() => {
  for (const end of ending.splice(0)) end()
})
afterAll(async () => {
  await home.stop()
  home.remove()
})

/** A drill that waits for votes while people and senders go on, a part that is away for half a minute, and the rest of the drill. */
async function throughAnOutage(begin: () => () => void, name: string) {
  const { incident } = await startDrill(asking, 'stolen-access-key')
  const { hash } = await openPlan(asking, incident)
  const loaded = { incident, plan: hash }
  const loading = load(asking, loaded, name)
  ending.push(begin())
  await pause(OUTAGE_MS)
  for (const end of ending.splice(0)) end()
  await eventually('readiness', () => isReady(home))
  const told = await loading.stop()
  await toRecovery(asking, incident)
  return {
    lost: await lostOf(home, asking, { loaded, told }),
    plans: (await courseOf(asking, incident)).plans.slice(-quiet.length),
    told,
  }
}

const wasFine = () => ({ lost: [], plans: quiet, told: expect.objectContaining({ findings: expect.anything() }) })

describe('half a minute without', () => {
  it.each(all)('an answer of %s loses nothing that was acknowledged, and the drill ends as ever', async (part) => {
    const seen = await throughAnOutage(() => suspend(pidOf(home, part)), `hanging-${part}`)
    say(`${part}: ${summaryOf(seen.told)}`)
    expect(seen).toEqual(wasFine())
  })

  it.each(all)(
    '%s, which was killed, loses nothing that was acknowledged, and the drill ends as ever',
    async (part) => {
      const seen = await throughAnOutage(() => killAndHoldBack(home, part), `killed-${part}`)
      say(`${part}: ${summaryOf(seen.told)}`)
      expect(seen).toEqual(wasFine())
    },
  )
})
