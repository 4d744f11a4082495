import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { Connection } from '@temporalio/client'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { leaksIn, type Place } from '../support/leaks.ts'
import { type MailServer, startMailServer } from '../support/mail-server.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts'
import { type Home, newHome, prepare, until } from './installation.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** Not in any other text by chance. */
const fresh = (): string => `canary-${randomBytes(18).toString('base64url')}`

const environment = {
  'AWS secret of who starts it': fresh(),
  'AWS session of who starts it': fresh(),
  'a token in the environment of who starts it': fresh(),
  'the path of the webhook': fresh(),
  'the password of the mail server': fresh(),
}
const webhookKey = randomBytes(32)

let home: Home
let receiver: WebhookReceiver
let mail: MailServer
const temporary = mkdtempSync(join(tmpdir(), 'cordon-canary-'))
const secrets: Record<string, string> = {}
const said: Place[] = []

beforeAll(async () => {
  prepare()
  receiver = await startWebhookReceiver((_, nth) => (nth % 3 === 0 ? 503 : 200))
  // It offers no sign-in, so that every delivery fails with the password at hand.
  mail = await startMailServer()
  home = await newHome(undefined, {
    TMPDIR: temporary,
    AWS_SECRET_ACCESS_KEY: environment['AWS secret of who starts it'],
    AWS_SESSION_TOKEN: environment['AWS session of who starts it'],
    NPM_TOKEN: environment['a token in the environment of who starts it'],
    CORDON_WEBHOOK_URL: `${receiver.url}/${environment['the path of the webhook']}`,
    CORDON_WEBHOOK_SECRET: `whsec_${webhookKey.toString('base64')}`,
    CORDON_SMTP_URL: `smtp://cordon:${environment['the password of the mail server']}@${mail.host}:${mail.port}`,
  })
  await home.start()
  await useThem()
  gather()
})
afterAll(async () => {
  await home.stop()
  await receiver.stop()
  await mail.stop()
  home.remove()
  rmSync(temporary, { recursive: true })
})

/** Everything that handles a secret is made to: a whole drill, requests that are refused, processes that cannot start. */
async function useThem(): Promise<void> {
  const run = home.cordon('drill', 'stolen-access-key', '--approve', '--json')
  if (run.status !== 0) throw new Error(`The drill failed: ${run.stderr}`)
  said.push({ where: 'what the drill printed', bytes: Buffer.from(run.stdout + run.stderr) })
  await refusedRequests()
  failedStarts()
  process.kill(home.pidOf('gate') ?? 0, 'SIGKILL')
  await bytesAt(`http://127.0.0.1:${home.port}/readyz`)
  // Its metrics are among the places.
  await until(gateAnswers)
}

async function gateAnswers(): Promise<boolean> {
  const { metrics = '' } = home.ready().processes.find(({ name }) => name === 'gate') ?? {}
  try {
    return (await fetch(metrics)).ok
  } catch {
    // It is being started again.
    return false
  }
}

async function refusedRequests(): Promise<void> {
  const url = `http://127.0.0.1:${home.port}`
  const json = { 'content-type': 'application/json' }
  const responder = { authorization: `Bearer ${home.ready().tokens['responder']}` }
  const plant = (name: string): string => (secrets[name] = fresh())
  const requests: Readonly<Record<string, (secret: string) => Promise<Response>>> = {
    'a bearer token that is none': (secret) =>
      fetch(`${url}/api/incidents`, { headers: { authorization: `Bearer ${secret}` } }),
    'a basic password': (secret) =>
      fetch(`${url}/api/incidents`, {
        headers: { authorization: `Basic ${Buffer.from(`u:${secret}`).toString('base64')}` },
      }),
    'a scheme that is none': (secret) => fetch(`${url}/api/freeze`, { headers: { authorization: secret } }),
    'a cookie': (secret) => fetch(`${url}/api/incidents`, { headers: { cookie: `cordon_session=${secret}` } }),
    'a header of another system': (secret) => fetch(`${url}/api/incidents`, { headers: { 'x-api-key': secret } }),
    'a header too long': (secret) => fetch(`${url}/api/incidents`, { headers: { 'x-long': secret.repeat(800) } }),
    'a token in the address': (secret) => fetch(`${url}/api/incidents?token=${secret}`, { headers: responder }),
    'a token in the address of the stream': (secret) => fetch(`${url}/api/stream?access_token=${secret}`),
    'a token in the address of no page': (secret) => fetch(`${url}/nothing?token=${secret}`),
    'a token to sign in with': (secret) =>
      fetch(`${url}/api/sign-in`, { method: 'POST', headers: json, body: JSON.stringify({ token: secret }) }),
    'a token in broken JSON': (secret) =>
      fetch(`${url}/api/sign-in`, { method: 'POST', headers: json, body: `{"token": ${secret}` }),
    'a token beside a vote': (secret) =>
      fetch(`${url}/api/plans/${'0'.repeat(64)}/votes`, {
        method: 'POST',
        headers: { ...json, ...responder },
        body: JSON.stringify({ decision: 'approve', token: secret }),
      }),
    'a body of another kind': (secret) =>
      fetch(`${url}/api/findings`, {
        method: 'POST',
        headers: { ...responder, 'content-type': 'text/plain' },
        body: secret,
      }),
    'an encoding': (secret) =>
      fetch(`${url}/api/findings`, { method: 'POST', headers: { ...json, ...responder }, body: `[${secret}` }),
  }
  for (const [name, send] of Object.entries(requests)) {
    const response = await send(plant(name))
    if (response.ok) throw new Error(`${name} was not refused`)
    said.push({ where: `the answer to ${name}`, bytes: Buffer.from(await response.text()) })
  }
}

function failedStarts(): void {
  const plant = (name: string): string => (secrets[name] = fresh())
  const port = new URL(home.ready().database).port
  const base = { PATH: process.env['PATH'], TMPDIR: temporary, CORDON_HOME: join(temporary, 'no-home') }
  const credentials = join(temporary, 'no-json')
  const run = (name: string, script: string, env: (secret: string) => NodeJS.ProcessEnv, ...words: string[]): void => {
    const ended: SpawnSyncReturns<string> = spawnSync(process.execPath, [join(root, 'dist', script), ...words], {
      env: { ...base, ...env(plant(name)) },
      encoding: 'utf8',
      timeout: 60_000,
    })
    if (ended.status === 0) throw new Error(`${name}: it started all the same`)
    said.push({ where: `what ${script} said to ${name}`, bytes: Buffer.from(ended.stdout + ended.stderr) })
  }
  const temporalAddress = home.ready().temporal.address
  run('a wrong password of the database', 'embedded/start.js', (secret) => ({
    DATABASE_URL: `postgres://postgres:${secret}@127.0.0.1:${port}/cordon`,
    TEMPORAL_ADDRESS: temporalAddress,
    CORDON_PORT: '7599',
  }))
  run('a password in no address', 'api/main.js', (secret) => ({
    DATABASE_URL: `mysql://u:${secret}@127.0.0.1/x`,
    TEMPORAL_ADDRESS: temporalAddress,
  }))
  run('a password in half an address', 'worker/sealer.js', (secret) => ({ DATABASE_URL: `postgres://u:${secret}@[1` }))
  run('a password to Temporal', 'api/main.js', (secret) => ({
    DATABASE_URL: 'postgres://u@127.0.0.1:1/x',
    TEMPORAL_ADDRESS: `u:${secret}@127.0.0.1:7233`,
  }))
  run('a password to AWS', 'gate/main.js', (secret) => ({ AWS_ENDPOINT_URL: `http://u:${secret}@127.0.0.1:1` }))
  run('a password in the public address', 'api/main.js', (secret) => ({ CORDON_PUBLIC_URL: `ftp://u:${secret}@x` }))
  run('a webhook’s secret that is none', 'worker/main.js', (secret) => ({
    CORDON_WEBHOOK_URL: 'http://127.0.0.1:1',
    CORDON_WEBHOOK_SECRET: secret,
  }))
  run('a mail password in no address', 'worker/main.js', (secret) => ({ CORDON_SMTP_URL: `smtp//u:${secret}@x` }))
  run('an identity that is no JSON', 'gate/main.js', (secret) => {
    writeFileSync(credentials, `{"secretAccessKey": ${secret}`)
    return {
      DATABASE_URL: 'postgres://u@127.0.0.1:1/x',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      CORDON_GATE_SOCKET: join(temporary, 'no.sock'),
      CORDON_GATE_SECRET_FILE: credentials,
      CORDON_HUB_CREDENTIALS_FILE: credentials,
    }
  })
  rmSync(credentials)
  run(
    'a token of the command',
    'cli/main.js',
    (secret) => ({ CORDON_URL: `http://127.0.0.1:${home.port}`, CORDON_TOKEN: secret }),
    'incidents',
  )
}

/** Those of the home, of the accounts, and every session and key that was made during the drill. */
function gather(): void {
  Object.assign(secrets, environment)
  secrets['the webhook’s secret'] = webhookKey.toString('base64')
  secrets['the webhook’s key'] = webhookKey.toString('latin1')
  const folder = join(home.folder, 'secrets')
  for (const file of readdirSync(folder)) {
    const text = readFileSync(join(folder, file), 'utf8').trim()
    if (file.endsWith('.pem')) secrets[file] = text.split('\n')[1] ?? ''
    else if (file.endsWith('.json')) secrets[file] = (JSON.parse(text) as { secretAccessKey: string }).secretAccessKey
    else secrets[file] = text
  }
  for (const { id, credentials } of home.ready().aws.accounts)
    secrets[`the administrator of ${id}`] = credentials.secretAccessKey
  for (const [table, key, row] of changesOfAccounts()) {
    if (table === 'session' && row?.token !== undefined) secrets[`the token of session ${key}`] = row.token
    if ((table === 'session' || table === 'accessKey') && row?.secret !== undefined)
      secrets[`the secret of ${table} ${key}`] = row.secret
  }
}

type Change = readonly [table: string, key: string, row?: { readonly secret?: string; readonly token?: string }]

const changesOfAccounts = (): readonly Change[] =>
  readFileSync(join(home.folder, 'simulator', 'journal.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => (JSON.parse(line) as { readonly changes: readonly Change[] }).changes)

/** Everything that Cordon wrote: files, the database as text, histories, metrics, command lines, answers. */
async function places(): Promise<readonly Place[]> {
  const { processes } = home.ready()
  const metrics = processes.flatMap(({ name, metrics }) => (metrics === undefined ? [] : [[name, metrics] as const]))
  return [
    ...said,
    ...filesOf(home.folder),
    ...filesOf(temporary),
    ...processes.map(({ name, pid }) => ({
      where: `the command line of ${name}`,
      bytes: readFileSync(`/proc/${pid}/cmdline`),
    })),
    ...(await Promise.all(
      metrics.map(async ([name, url]) => ({
        where: `the metrics of ${name}`,
        bytes: await bytesAt(url),
      })),
    )),
    ...(await tables()),
    ...(await histories()),
  ]
}

/** Over a connection of its own: one that was kept may be closed by the other side as it is used again. */
async function bytesAt(url: string): Promise<Buffer> {
  const [reply] = (await once(get(url, { agent: false }), 'response')) as [IncomingMessage]
  return buffer(reply)
}

/** Not: what holds secrets by its purpose, the accounts themselves, and the pages of Postgres, which are read as tables. */
const APART = /^(secrets|simulator|postgres\/data|postgres\/lib)\/|^run\/ready\.json$/

const filesOf = (folder: string): readonly Place[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => !APART.test(relative(home.folder, file)) && existsSync(file) && statSync(file).isFile())
    .map((file) => ({ where: relative(folder, file), bytes: readFileSync(file) }))

async function tables(): Promise<readonly Place[]> {
  const client = new pg.Client({ connectionString: home.ready().database })
  await client.connect()
  try {
    const { rows } = await client.query<{ name: string }>(
      `select tablename as name from pg_tables where schemaname = 'public'`,
    )
    const read = async ({ name }: { name: string }): Promise<Place> => {
      const found = await client.query<{ row: string }>(`select to_jsonb(t)::text as row from "${name}" t`)
      return { where: `table ${name}`, bytes: Buffer.from(found.rows.map(({ row }) => row).join('\n')) }
    }
    const places: Place[] = []
    for (const row of rows) places.push(await read(row))
    return places
  } finally {
    await client.end()
  }
}

/** Each as JSON, where bytes are base64; as they are they are in the file of the server. */
async function histories(): Promise<readonly Place[]> {
  const { address, namespace } = home.ready().temporal
  const connection = await Connection.connect({ address })
  const { executions } = await connection.workflowService.listWorkflowExecutions({ namespace })
  const read = await Promise.all(
    executions.map(async ({ execution }) => {
      const { history } = await connection.workflowService.getWorkflowExecutionHistory({
        namespace,
        execution: execution ?? null,
      })
      return { where: `the history of ${execution?.workflowId}`, bytes: Buffer.from(JSON.stringify(history)) }
    }),
  )
  await connection.close()
  if (read.length < 3) throw new Error('There are no histories to look into')
  return read
}

describe('no secret', () => {
  it('of at least fifty is in a log, an answer, a history, the database, a metric, a command line or a temporary file', async () => {
    expect(Object.keys(secrets).length).toBeGreaterThanOrEqual(50)
    expect(Object.values(secrets).filter((secret) => secret.length < 16)).toEqual([])
    expect(Object.keys(secrets).filter((name) => name.startsWith('the token of session')).length).toBeGreaterThan(3)
    expect(receiver.received.length).toBeGreaterThan(0)
    expect(leaksIn(await places(), secrets)).toEqual([])
  })

  it.each<[string, (secret: string) => void | Promise<unknown>]>([
    [
      'log/api.log',
      (secret) => writeFileSync(join(home.folder, 'log', 'api.log'), `{"url":"/x?token=${secret}"}\n`, { flag: 'a' }),
    ],
    ['table audit_entry', (secret) => comment(`The password is ${secret}`)],
    ['table comment', () => undefined],
  ])('could be in %s unseen', async (where, plant) => {
    await plant(secrets['gate-secret'] ?? '')
    expect(leaksIn(await places(), secrets)).toContain(`gate-secret in ${where}`)
  })
})

async function comment(text: string): Promise<void> {
  const authorization = `Bearer ${home.ready().tokens['responder']}`
  const url = `http://127.0.0.1:${home.port}/api/incidents`
  const { incidents } = (await (await fetch(url, { headers: { authorization } })).json()) as {
    incidents: { id: string }[]
  }
  const response = await fetch(`${url}/${incidents[0]?.id}/comments`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ text }),
  })
  if (!response.ok) throw new Error(await response.text())
}

describe('the logs', () => {
  it('of every process of ours are lines of JSON with time, level and part', () => {
    const folder = join(home.folder, 'log')
    const ours = ['api', 'worker', 'executor', 'gate', 'sealer', 'intake', 'simulator', 'supervisor']
    for (const part of ours)
      for (const line of readFileSync(join(folder, `${part}.log`), 'utf8')
        .trim()
        .split('\n')
        .filter(Boolean)) {
        if (line.startsWith('{"url"')) continue
        const { time, level, part: by } = JSON.parse(line) as Record<string, unknown>
        expect({ time: String(time), level, by }, line).toEqual({
          time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
          level: expect.stringMatching(/^(info|warn|error|fatal)$/),
          by: part,
        })
      }
  })

  it('name the incident of a step and of a decision on it', () => {
    for (const part of ['executor', 'gate']) {
      const lines = readFileSync(join(home.folder, 'log', `${part}.log`), 'utf8')
        .trim()
        .split('\n')
      const ofPlans = lines
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter(({ plan }) => plan !== undefined)
      expect(ofPlans.length, part).toBeGreaterThan(0)
      expect(
        ofPlans.filter(({ incident }) => typeof incident !== 'string'),
        part,
      ).toEqual([])
    }
  })

  it('of a process that cannot start are lines of JSON too, with the cause', () => {
    const starts = said.filter(({ where }) => /^what (api|worker|gate)\//.test(where))
    expect(starts.length).toBeGreaterThan(5)
    for (const { where, bytes } of starts)
      for (const line of bytes.toString('utf8').trim().split('\n')) {
        const { level, err } = JSON.parse(line) as { level: string; err?: { message: string } }
        expect(level, where).toBe('fatal')
        expect(err?.message, where).toMatch(/\w/)
      }
  })
})
