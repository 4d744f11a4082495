import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { incidentWorkflowId } from '#domain/ids'
import { quantile, rounded } from './figures.ts'
import { type Floor, openFloor } from './floor.ts'
import { type MeasuredHome, openHome } from './home.ts'
import { report } from './report.ts'
import { findingsAbout, type Sent, send } from './sending.ts'

const CONNECTIONS = 32
const INCIDENTS = 50
const SINGLE = 5000
const DISTINCT = 1000
const BATCHES = 20
const BATCH = 1000
const MILLISECONDS = 1000
const PAGE = 1000
const LOOK_EVERY_MS = 500

let home: MeasuredHome
let floor: Floor
beforeAll(async () => {
  home = await openHome()
  floor = await openFloor(home, { remote: [], local: 0 })
})
afterAll(async () => {
  await floor.close()
  await home.close()
})

const sending = (connections: number) => {
  const { url, tokens } = home.home.ready()
  return { url, token: tokens['intake'] ?? '', connections }
}

/** What is in the record: an answer of 202 is a promise. */
const committed = async (): Promise<number> => {
  const { rows } = await home.database.query<{ count: number }>('select count(*)::int as count from finding')
  return rows[0]?.count ?? 0
}

async function taken(bodies: readonly object[], connections: number): Promise<Sent> {
  const sent = await send(
    sending(connections),
    bodies.map((body) => JSON.stringify(body)),
  )
  return sent
}

const latency = ({ latencies }: Sent): string =>
  `p50 ${rounded(quantile(latencies, 0.5))} ms, p99 ${rounded(quantile(latencies, 0.99))} ms`

it('findings are accepted, folded, distinct and in batches', async () => {
  const folded = await taken(findingsAbout(INCIDENTS, SINGLE), CONNECTIONS)
  const began = performance.now()
  await floor.signal(DISTINCT, CONNECTIONS)
  const signalled = DISTINCT / ((performance.now() - began) / MILLISECONDS)
  const distinct = await taken(findingsAbout(DISTINCT, DISTINCT), CONNECTIONS)
  const newest = await newestIncidents()
  const started = perSecond(await workflowStarts(newest))
  const begun = perSecond(await firstSteps(newest))
  const batches = Array.from({ length: BATCHES }, () => findingsAbout(INCIDENTS, BATCH))
  const batched = await taken(batches, 4)
  expect(await committed()).toBe(SINGLE + DISTINCT + BATCHES * BATCH)
  report('intake', [
    {
      what: `one finding a call, ${CONNECTIONS} connections, folding into ${INCIDENTS} incidents, the worker running`,
      measured: `${rounded(folded.perSecond)}/s, ${latency(folded)}`,
      aim: '≥ 500/s',
      holds: folded.perSecond >= 500,
    },
    {
      what: 'the same, every finding an incident of its own',
      measured: `${rounded(distinct.perSecond)}/s, ${latency(distinct)}`,
      aim: '≥ 300/s',
      holds: distinct.perSecond >= 300,
    },
    {
      what: 'their workflows started, beside the floor’s `signalWithStart` alone',
      measured: `${rounded(started)}/s of ${rounded(signalled)}/s: ${rounded(started / signalled)}×`,
      aim: '≥ 0.8×',
      holds: started / signalled >= 0.8,
    },
    {
      what: 'their first steps committed by the worker, which judges and answers them all',
      measured: `${rounded(begun)}/s`,
    },
    {
      what: `${BATCH} findings a call, 4 connections`,
      measured: `${rounded(batched.perSecond * BATCH)}/s, ${latency(batched)}`,
      aim: '≥ 3,000/s',
      holds: batched.perSecond * BATCH >= 3000,
    },
  ])
})

async function newestIncidents(): Promise<readonly string[]> {
  const { rows } = await home.database.query<{ id: string }>(
    'select id from incident order by opened_at desc limit $1',
    [DISTINCT],
  )
  return rows.map(({ id }) => id)
}

/** When each had its workflow, by Temporal. */
async function workflowStarts(incidents: readonly string[]): Promise<readonly number[]> {
  const wanted = new Set(incidents.map(incidentWorkflowId))
  for (;;) {
    const starts: number[] = []
    for await (const { workflowId, startTime } of home.temporal.workflow.list({ pageSize: PAGE }))
      if (wanted.has(workflowId)) starts.push(startTime.getTime())
    if (starts.length >= incidents.length) return starts
    await pause(LOOK_EVERY_MS)
  }
}

/** When each had the first step of its workflow in the record. */
async function firstSteps(incidents: readonly string[]): Promise<readonly number[]> {
  for (;;) {
    const { rows } = await home.database.query<{ at: Date }>(
      'select min(at) as at from episode_run where incident = any($1) group by incident',
      [incidents],
    )
    if (rows.length === incidents.length) return rows.map(({ at }) => at.getTime())
    await pause(LOOK_EVERY_MS)
  }
}

/** From the first to the last. */
const perSecond = (times: readonly number[]): number =>
  (times.length * MILLISECONDS) / Math.max(1, Math.max(...times) - Math.min(...times))
