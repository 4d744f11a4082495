import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { rounded } from './figures.ts'
import { type MeasuredHome, openHome } from './home.ts'
import { type Result, report } from './report.ts'
import { respondTo } from './responders.ts'

const INCIDENTS = 30
const AT_ONCE = 10
/** By then some of them are being contained. */
const UNDER_WAY_MS = 4000
const LOOK_EVERY_MS = 50
const PATIENCE_MS = 120_000
/** The heartbeat’s patience and five seconds. */
const AIM_SECONDS = 15
const MILLISECONDS = 1000

let home: MeasuredHome
beforeAll(async () => {
  home = await openHome()
})
afterAll(() => home.close())

/** Steps that were begun and have no outcome. */
async function stepsUnderWay(): Promise<readonly string[]> {
  const { rows } = await home.database.query<{ step: string }>(
    `select plan || '/' || index as step from plan_step where intended_at is not null and ended_at is null`,
  )
  return rows.map(({ step }) => step)
}

/** Kills a process while steps are under way; the seconds until each of these steps has its outcome. */
async function recoveryFrom(part: string): Promise<number> {
  const responding = respondTo(home, await home.makeVictims(INCIDENTS), AT_ONCE)
  await pause(UNDER_WAY_MS)
  const steps = await someUnderWay()
  const began = performance.now()
  process.kill(home.home.pidOf(part) ?? 0, 'SIGKILL')
  while ((await stepsUnderWay()).some((step) => steps.includes(step))) {
    if (performance.now() - began > PATIENCE_MS) throw new Error(`After ${part} was killed a step never ended`)
    await pause(LOOK_EVERY_MS)
  }
  const seconds = (performance.now() - began) / MILLISECONDS
  await responding
  return seconds
}

async function someUnderWay(): Promise<readonly string[]> {
  for (;;) {
    const steps = await stepsUnderWay()
    if (steps.length > 0) return steps
    await pause(LOOK_EVERY_MS)
  }
}

it('recovery from a kill while steps are under way', async () => {
  const results: Result[] = []
  // Without Postgres nobody can look; how it comes back under load is tested in test/faults/environment/night/database-crash.test.ts.
  for (const part of ['executor', 'worker', 'gate', 'temporal']) {
    const seconds = await recoveryFrom(part)
    results.push({
      what: `${part} killed: until the steps that were under way are done`,
      measured: `${rounded(seconds)} s`,
      aim: `≤ ${AIM_SECONDS} s`,
      holds: seconds <= AIM_SECONDS,
    })
  }
  const { rows } = await home.database.query(`select from incident where status = 'recovered'`)
  expect(rows).toHaveLength(results.length * INCIDENTS)
  report('recovery', results)
})
