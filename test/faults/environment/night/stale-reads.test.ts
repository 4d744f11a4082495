import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { courseOf, openPlan, startDrill, toRecovery, writesFor } from '../drill.ts'
import { oneHome } from '../one-home.ts'

/** The longest that the simulator’s reads can be behind. */
const STALE_MS = 60_000
const PATIENCE_MS = 1_500_000

const here = oneHome()

it('a drill ends as ever while every read is a minute behind, and nothing is told before a read shows it', {
  timeout: PATIENCE_MS,
}, async () => {
  const quiet = await startDrill(here.asking, 'stolen-access-key', '444455556666')
  await toRecovery(here.asking, quiet.incident)
  const { incident } = await startDrill(here.asking, 'stolen-access-key')
  await openPlan(here.asking, incident)
  // What the drill made a moment ago is not there for reads that are a minute behind.
  await pause(STALE_MS)
  await here.asking.faults({ staleReadsMs: STALE_MS })
  await toRecovery(here.asking, incident, PATIENCE_MS)
  expect(await courseOf(here.asking, incident)).toEqual(await courseOf(here.asking, quiet.incident))

  const writes = await writesFor(here.asking, incident)
  const told = (await here.asking.timeline(incident)).filter(({ type }) => type === 'plan.done')
  for (const { at, refs } of told) {
    const last = writes.filter((call) => call.at < Date.parse(at)).at(-1)
    expect(Date.parse(at) - (last?.at ?? 0), `plan ${refs.plan}`).toBeGreaterThanOrEqual(STALE_MS)
  }
})
