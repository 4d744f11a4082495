import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { type Home, newHome, prepare } from '../../e2e/installation.ts'
import { type Asking, askingOf } from './asking.ts'
import { courseOf, type DrillName, startDrill, toRecovery } from './drill.ts'
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

async function played(name: DrillName) {
  const { incident } = await startDrill(asking, name)
  await toRecovery(asking, incident)
  return courseOf(asking, incident)
}

/** A key whose secret nobody was told is of no use: it is taken back, and another one made. */
const MADE_AGAIN = 'iam:CreateAccessKey'

const drills = byNight<DrillName>(['stolen-access-key'], ['stolen-access-key', 'mining-instance'])

it.each(drills)(
  '%s ends as ever when nobody is told that a change took effect, of each kind of change',
  async (name) => {
    const quiet = await played(name)
    const operations = [...new Set(quiet.writes), 'sts:AssumeRole']
    await asking.faults({ rules: operations.map((operation) => ({ operation, effect: 'lose', nth: 1 })) })
    const again = quiet.writes.includes(MADE_AGAIN) ? [MADE_AGAIN, 'iam:DeleteAccessKey'] : []
    expect(await played(name)).toEqual({ ...quiet, writes: [...quiet.writes, ...again].toSorted() })
  },
)
