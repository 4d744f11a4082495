import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Layout, startLayout } from '../layout/layout.ts'
import { ask } from '../support/ask.ts'
import { benchPolicy } from './bench-policy.ts'
import { rounded } from './figures.ts'
import { report } from './report.ts'
import { type Responding, respondTo } from './responders.ts'
import { ACCOUNT, makeVictims } from './victims.ts'

const WORKERS = [1, 2, 4]
const WARM_UP = 8
const INCIDENTS = 60
const CONNECTIONS = 4
const MILLISECONDS = 1000

let layout: Layout
let responding: Responding
beforeAll(async () => {
  layout = await startLayout(benchPolicy)
  const database = new pg.Pool({ connectionString: layout.ownerUrl, max: CONNECTIONS })
  const { url } = layout
  const tokens: Readonly<Record<string, string>> = layout.tokens
  responding = { database, call: async (path, as, body) => ask({ url, token: tokens[as] }, path, body) }
})
afterAll(async () => {
  await responding?.database.end()
  await layout?.stop()
})

/** Responds to so many incidents at once; in incidents a second. */
async function rateOf(count: number): Promise<number> {
  const { endpoint, administrator } = layout.aws
  const victims = await makeVictims({ endpoint, credentials: administrator(ACCOUNT) }, count)
  const began = performance.now()
  await respondTo(responding, victims, count)
  return count / ((performance.now() - began) / MILLISECONDS)
}

it('incidents with one worker and with more', async () => {
  const rates: number[] = []
  for (const count of WORKERS) {
    await layout.scale('worker', count)
    await rateOf(WARM_UP)
    rates.push(await rateOf(INCIDENTS))
  }
  expect(rates).toHaveLength(WORKERS.length)
  const [alone = Number.NaN] = rates
  report(
    'more workers, on the full Temporal server and Postgres',
    rates.map((rate, at) => ({
      what: `${WORKERS[at]} workers, ${INCIDENTS} incidents at once`,
      measured: `${rounded(rate)}/s, ${rounded(rate / alone)}× of one`,
    })),
  )
})
