import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openBrowser } from '../e2e/console-browser.ts'
import { until } from '../support/until.ts'
import { quantile, rounded } from './figures.ts'
import { firstRows } from './first-row.ts'
import { type MeasuredHome, openHome } from './home.ts'
import { type Result, report } from './report.ts'
import { leaveWaiting, respondTo } from './responders.ts'
import { send, settingsFindings } from './sending.ts'

const MANY = 10_000
const BATCH = 500
const LOOKS = 200
const FIRST_ROWS = 20
const MOST_MS = 300
const MOST_FIRST_ROW_MS = 1000
const PATIENCE_MS = 3_600_000
/** So much of a processor, over so long, is what an installation uses that has nothing to do but to call again. */
const REST = 0.3
const REST_SECONDS = 10
const LOOK_EVERY_MS = 1000

let home: MeasuredHome
let idle: number
let plan: string
let incident: string
let waiting: string
beforeAll(async () => {
  home = await openHome()
  idle = home.memory()
  const sent = await respondTo(home, await home.makeVictims(1), 1)
  incident = [...sent.keys()].join()
  const { body } = await home.call(`/api/incidents/${incident}/plans`, 'responder')
  plan = body.plans[0].hash
  const left = await leaveWaiting(home, await home.makeVictims(1))
  waiting = left.plans.join()
})
afterAll(() => home.close())

/** Milliseconds of one question after the other. */
async function asked(path: string): Promise<readonly number[]> {
  const times: number[] = []
  const { url, tokens } = home.home.ready()
  const headers = { authorization: `Bearer ${tokens['responder']}` }
  for (let look = 0; look < LOOKS; look++) {
    const began = performance.now()
    const reply = await fetch(`${url}${path}`, { headers })
    await reply.text()
    const { status } = reply
    times.push(performance.now() - began)
    if (status !== 200) throw new Error(`${path} was answered ${status}`)
  }
  return times
}

/** Milliseconds of one vote after the other on a plan that waits: each is another than the one before. */
async function voted(): Promise<readonly number[]> {
  const times: number[] = []
  for (let look = 0; look < LOOKS; look++) {
    const decision = look % 2 === 0 ? 'hold' : 'withdraw'
    const began = performance.now()
    const { status } = await home.call(`/api/plans/${waiting}/votes`, 'approver1', { decision })
    times.push(performance.now() - began)
    if (status !== 200) throw new Error(`A vote was answered ${status}`)
  }
  return times
}

it('reading and voting with ten thousand open incidents', async () => {
  const { url, tokens } = home.home.ready()
  const findings = settingsFindings(MANY)
  const bodies = Array.from({ length: MANY / BATCH }, (_, at) =>
    JSON.stringify(findings.slice(at * BATCH, (at + 1) * BATCH)),
  )
  await send({ url, token: tokens['intake'] ?? '', connections: 1 }, bodies)
  await answered()
  const full = home.memory()
  expect((await home.call('/api/incidents?limit=50', 'responder')).body.incidents).toHaveLength(50)
  const questions = {
    'the list of incidents': '/api/incidents?limit=50',
    'the list, filtered by a word': '/api/incidents?q=bucket&limit=50',
    'an incident': `/api/incidents/${incident}`,
    'its timeline': `/api/incidents/${incident}/timeline`,
    'a plan': `/api/plans/${plan}`,
    'the metrics': '/metrics',
  }
  const results: Result[] = []
  for (const [what, path] of Object.entries(questions)) {
    const worst = quantile(await asked(path), 0.99)
    results.push({
      what: `${what}, p99`,
      measured: `${rounded(worst)} ms`,
      aim: `≤ ${MOST_MS} ms`,
      holds: worst <= MOST_MS,
    })
  }
  const votes = quantile(await voted(), 0.99)
  results.push({
    what: 'a vote, p99',
    measured: `${rounded(votes)} ms`,
    aim: `≤ ${MOST_MS} ms`,
    holds: votes <= MOST_MS,
  })
  results.push(...(await inTheBrowser()))
  report(`with ${MANY} open incidents`, [
    ...results,
    {
      what: 'memory of all processes, idle after the start',
      measured: `${rounded(idle)} MiB`,
      aim: '≤ 1,229 MiB',
      holds: idle <= 1229,
    },
    {
      what: 'more memory, for each 1,000 open incidents',
      measured: `${rounded((full - idle) / (MANY / 1000))} MiB`,
    },
  ])
})

async function inTheBrowser(): Promise<readonly Result[]> {
  await atRest()
  const browser = await openBrowser()
  try {
    // A browser that somebody opens Cordon in was started before.
    await firstRows(browser, home, { path: '/', looks: 1 })
    const results: Result[] = []
    for (const [what, path] of Object.entries({ 'the first page': '/', 'the list of incidents': '/incidents' })) {
      const times = await firstRows(browser, home, { path, looks: FIRST_ROWS })
      const worst = quantile(times, 0.95)
      results.push({
        what: `the first row of ${what} in a browser that has nothing of it yet, p95`,
        measured: `${rounded(worst)} ms (p50 ${rounded(quantile(times, 0.5))} ms)`,
        aim: `≤ ${MOST_FIRST_ROW_MS} ms`,
        holds: worst <= MOST_FIRST_ROW_MS,
      })
    }
    return results
  } finally {
    await browser.close()
  }
}

/** Waits until all of them have a verdict, so that what is measured is a console with many incidents, and not a flood. */
const answered = (): Promise<boolean> =>
  until(
    'every incident has a verdict',
    async () => {
      await setTimeout(LOOK_EVERY_MS)
      const { rows } = await home.database.query('select from incident where verdict is null limit 1')
      return rows.length === 0 || undefined
    },
    PATIENCE_MS,
  )

/** Waits until the processes have done with what came and what was asked of them. */
const atRest = (): Promise<number> =>
  until(
    'the processes rest',
    async () => {
      const before = home.cpu()
      await setTimeout(REST_SECONDS * 1000)
      const share = (home.cpu() - before) / REST_SECONDS
      return share < REST ? share : undefined
    },
    PATIENCE_MS,
  )
