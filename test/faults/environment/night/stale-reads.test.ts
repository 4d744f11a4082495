import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Home, newHome, prepare } from '../../../e2e/installation.ts'
import { type Asking, askingOf } from '../asking.ts'
import { courseOf, startDrill, toRecovery, writesFor } from '../drill.ts'

/** The longest that the simulator’s reads can be behind. */
const STALE_MS = 60_000
const PATIENCE_MS = 1_500_000

let home: Home
let asking: Asking
beforeAll(async () => {
  prepare()
  home = await newHome()
  await home.start()
  asking = askingOf(home)
})
afterAll(async () => {
  await home.stop()
  home.remove()
})

it('a drill ends as ever while every read is a minute behind, and nothing is told before a read shows it', {
  timeout: PATIENCE_MS,
}, async () => {
  const quiet = await startDrill(asking, 'stolen-access-key', '444455556666')
  await toRecovery(asking, quiet.incident)
  const { incident } = await startDrill(asking, 'stolen-access-key')
  await asking.faults({ staleReadsMs: STALE_MS })
  await toRecovery(asking, incident, PATIENCE_MS)
  expect(await courseOf(asking, incident)).toEqual(await courseOf(asking, quiet.incident))

  const writes = await writesFor(asking, incident)
  const told = (await asking.timeline(incident)).filter(({ type }) => type === 'plan.done')
  for (const { at, refs } of told) {
    const last = writes.filter((call) => call.at < Date.parse(at)).at(-1)
    expect(Date.parse(at) - (last?.at ?? 0), `plan ${refs.plan}`).toBeGreaterThanOrEqual(STALE_MS)
  }
})
