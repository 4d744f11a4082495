import { afterAll, beforeAll, expect, it } from 'vitest'
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts'
import { quantile, rounded } from './figures.ts'
import { type MeasuredHome, openHome } from './home.ts'
import { report } from './report.ts'
import { findingsAbout, send } from './sending.ts'

const STORM = 100_000
const USERS = 200
const BATCH = 1000
const CONNECTIONS = 4
const PAGED_WITHIN_MS = 30_000
const MOST_PAGES = 6
const WINDOW_MS = 600_000
const LOOK_EVERY_MS = 100
const PATIENCE_MS = 600_000
/** Of the rows beside which the findings are measured. */
const ROWS = 20_000
const ROWS_A_TRANSACTION = 50
const MILLISECONDS = 1000

let home: MeasuredHome
let people: WebhookReceiver
const pages: { readonly at: number; readonly id: string; readonly body: { person: string; incident: string } }[] = []
beforeAll(async () => {
  people = await startWebhookReceiver(({ headers, body }) => {
    pages.push({ at: performance.now(), id: String(headers['webhook-id']), body: JSON.parse(body) })
    return 200
  })
  const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`
  home = await openHome({ CORDON_WEBHOOK_URL: people.url, CORDON_WEBHOOK_SECRET: secret })
})
afterAll(async () => {
  await home.close()
  await people.stop()
})

const countOf = async (what: string): Promise<number> => {
  const { rows } = await home.database.query<{ count: number }>(`select count(*)::int as count from ${what}`)
  return rows[0]?.count ?? 0
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error('It did not come about')
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
}

/** Sends the critical finding; milliseconds until somebody is paged about it. */
async function canary(): Promise<number> {
  const [finding] = findingsAbout(1, 1)
  const sentAt = performance.now()
  const { body } = await home.call('/api/findings', 'intake', { ...finding, Severity: 9.5 })
  const { incident } = body.incidents[0]
  await until(() => pages.some((page) => page.body.incident === incident))
  return (pages.find((page) => page.body.incident === incident)?.at ?? Number.POSITIVE_INFINITY) - sentAt
}

/** Rows a second that Postgres takes when it does nothing else with them. */
async function plainInserts(): Promise<number> {
  const body = JSON.stringify(findingsAbout(1, 1)[0])
  await home.database.query('create table plain (key text primary key, body jsonb not null)')
  const began = performance.now()
  for (let from = 0; from < ROWS; from += ROWS_A_TRANSACTION)
    await home.database.query('insert into plain select $1::int + n, $2::jsonb from generate_series(1, $3::int) as n', [
      from,
      body,
      ROWS_A_TRANSACTION,
    ])
  return ROWS / ((performance.now() - began) / MILLISECONDS)
}

/** The most pages that one person got in any window of the limit. */
function mostPagesInAWindow(): number {
  return Math.max(
    ...pages.map(
      ({ at, body: { person } }) =>
        pages.filter((other) => other.body.person === person && other.at <= at && other.at > at - WINDOW_MS).length,
    ),
  )
}

it('a storm of findings, and a critical one in its middle', async () => {
  const plain = await plainInserts()
  const pids = home.home.ready().processes.map(({ pid }) => pid)
  const idle = home.memory()
  const { url, tokens } = home.home.ready()
  const findings = findingsAbout(USERS, STORM)
  const bodies = Array.from({ length: STORM / BATCH }, (_, at) =>
    JSON.stringify(findings.slice(at * BATCH, (at + 1) * BATCH)),
  )
  const sending = send({ url, token: tokens['intake'] ?? '', connections: CONNECTIONS }, bodies)
  await until(async () => (await countOf('finding')) > STORM / 2)
  const pagedMs = await canary()
  const { perSecond, latencies } = await sending
  const accepted = perSecond * BATCH

  expect(await countOf('finding')).toBe(STORM + 1)
  expect(await countOf(`audit_entry where type = 'finding.received'`)).toBe(STORM + 1)
  expect(await countOf('incident')).toBe(USERS + 1)
  expect(home.home.ready().processes.map(({ pid }) => pid)).toEqual(pids)
  expect(new Set(pages.map(({ id }) => id)).size).toBe(pages.length)
  expect(mostPagesInAWindow()).toBeLessThanOrEqual(MOST_PAGES)
  report(`a storm of ${STORM} findings`, [
    {
      what: `findings accepted and grouped, ${BATCH} a call, ${CONNECTIONS} connections, beside plain inserts`,
      measured: `${rounded(accepted)}/s of ${rounded(plain)}/s: ${rounded(accepted / plain)}×`,
    },
    { what: 'a call of them, p99', measured: `${rounded(quantile(latencies, 0.99))} ms` },
    {
      what: 'from the critical finding sent to the page that somebody got about it',
      measured: `${rounded(pagedMs)} ms`,
      aim: '≤ 30 s',
      holds: pagedMs <= PAGED_WITHIN_MS,
    },
    {
      what: 'the most pages outside the console that one person got in ten minutes',
      measured: `${mostPagesInAWindow()}`,
      aim: `≤ ${MOST_PAGES}`,
      holds: mostPagesInAWindow() <= MOST_PAGES,
    },
    { what: 'incidents', measured: `${await countOf('incident')}` },
    { what: 'more memory of all processes than before', measured: `${rounded(home.memory() - idle)} MiB` },
  ])
})
