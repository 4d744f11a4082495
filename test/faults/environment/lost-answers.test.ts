import { expect, it } from 'vitest'
import { courseOf, type DrillName, startDrill, toRecovery } from './drill.ts'
import { byNight } from './night.ts'
import { oneHome } from './one-home.ts'

const here = oneHome()

async function played(name: DrillName) {
  const { incident } = await startDrill(here.asking, name)
  await toRecovery(here.asking, incident)
  return courseOf(here.asking, incident)
}

/** A key whose secret nobody was told is of no use: it is taken back, and another one made. */
const MADE_AGAIN = 'iam:CreateAccessKey'

const drills = byNight<DrillName>(['stolen-access-key'], ['stolen-access-key', 'mining-instance'])

it.each(drills)(
  '%s ends as ever when nobody is told that a change took effect, of each kind of change',
  async (name) => {
    const quiet = await played(name)
    const operations = [...new Set(quiet.writes), 'sts:AssumeRole']
    await here.asking.faults({ rules: operations.map((operation) => ({ operation, effect: 'lose', nth: 1 })) })
    const again = quiet.writes.includes(MADE_AGAIN) ? [MADE_AGAIN, 'iam:DeleteAccessKey'] : []
    expect(await played(name)).toEqual({ ...quiet, writes: [...quiet.writes, ...again].toSorted() })
  },
)
