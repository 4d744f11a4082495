import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { approveUntil, ask, attack, incidentOf, plansOf } from './asking.ts'
import { type Home, isAlive, isReady, newHome, prepare, until } from './installation.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const [SHOP, PAYMENTS, STAGING] = ['111122223333', '444455556666', '777788889999'] as const
/** The gate and the executor first: old workflows ask new ones, never the other way round. */
const parts = ['gate', 'executor', 'sealer', 'intake', 'worker', 'api'] as const

/** Where this version is installed, as an operator has it; the next version is beside it. */
let place: string
let home: Home
beforeAll(async () => {
  prepare()
  place = mkdtempSync(join(tmpdir(), 'cordon-installed-'))
  for (const name of ['package.json', 'policies']) cpSync(join(root, name), join(place, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(place, 'node_modules'))
  cpSync(join(root, 'dist'), join(place, 'dist'), { recursive: true })
  home = await newHome(undefined, {}, place)
  await home.start()
  makeNext()
})
afterAll(async () => {
  await home.stop()
  home.remove()
  rmSync(place, { recursive: true })
})

const NEXT = 'Stop the user, then its keys, as the next version does'

/** Another version: its runbook says something else, and so its workflows are another build. */
function makeNext(): void {
  cpSync(join(root, 'dist'), join(place, 'next'), { recursive: true })
  const file = join(place, 'next', 'runbooks', 'compromised-user-credentials.js')
  const before = readFileSync(file, 'utf8')
  writeFileSync(file, before.replace('Stop the user, then its keys', NEXT))
  renameSync(join(place, 'dist'), join(place, 'this'))
  install('next')
  const { status, stderr } = spawnSync(process.execPath, ['dist/worker/make-bundle.js'], {
    cwd: place,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`The next version cannot be bundled: ${stderr}`)
  put('next')
  install('this')
}

const install = (version: 'this' | 'next'): void => renameSync(join(place, version), join(place, 'dist'))
const put = (version: 'this' | 'next'): void => renameSync(join(place, 'dist'), join(place, version))

/** Asks each process to end, and waits until what the supervisor starts in its place is ready. */
async function restartEach(): Promise<void> {
  for (const part of parts) {
    const before = home.pidOf(part)
    process.kill(before ?? 0, 'SIGTERM')
    await until(() => {
      const now = home.pidOf(part)
      return now !== undefined && now !== before && isAlive(now)
    })
    await until(async () => (await isReady(home)) && (await isWell(part)))
  }
}

async function isWell(part: string): Promise<boolean> {
  const metrics = home.ready().processes.find(({ name }) => name === part)?.metrics ?? ''
  const response = await fetch(metrics.replace(/metrics$/, 'healthz')).catch(() => undefined)
  return response?.ok === true
}

/** The command of an operator’s job, with the environment of the worker. */
function activate(): string {
  const environment = readFileSync(`/proc/${home.pidOf('worker')}/environ`, 'utf8')
    .split('\0')
    .filter(Boolean)
  const env = Object.fromEntries(
    environment.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
  const words = [join(place, 'dist/cli/main.js'), 'activate-build', '--json']
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { env, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return (JSON.parse(stdout) as { readonly build: string }).build
}

interface Detail {
  readonly plans: readonly { readonly kind: string; readonly reason: string }[]
}

const reasonsOf = async (id: string): Promise<readonly string[]> =>
  (await ask<Detail>(home, 'responder', `/api/incidents/${id}/plans`)).plans.map(({ reason }) => reason)

/** On which build each incident is, by the record. */
async function buildOf(id: string): Promise<string> {
  const client = new pg.Client({ connectionString: home.ready().database })
  await client.connect()
  const { rows } = await client.query<{ build: string }>('select build from incident where id = $1', [id])
  await client.end()
  return rows[0]?.build ?? ''
}

describe('an upgrade, process by process', () => {
  let old: string
  let between: string
  let fresh: string
  let first: string

  it('leaves an incident that waits for votes on its build, and starts new ones there until the next is current', async () => {
    old = await attack(home, SHOP)
    first = await buildOf(old)
    const pids = home.ready().processes
    put('this')
    install('next')
    await restartEach()
    expect(parts.filter((part) => pids.some(({ name, pid }) => name === part && home.pidOf(part) === pid))).toEqual([])
    between = await attack(home, PAYMENTS)
    expect(await buildOf(between)).toBe(first)
    expect(await plansOf(home, old)).toMatchObject([{ status: 'proposed' }])
  })

  it('puts new incidents on the next build once it is current, and lets old ones end on theirs', async () => {
    const build = activate()
    expect(build).not.toBe(first)
    fresh = await attack(home, STAGING)
    expect(await buildOf(fresh)).toBe(build)
    expect(await reasonsOf(fresh)).toContain(NEXT)
    for (const id of [old, between]) {
      await approveUntil(home, id, 'recovered')
      expect(await buildOf(id)).toBe(first)
      expect(await reasonsOf(id)).not.toContain(NEXT)
    }
  })

  it('is taken back in the same way: what began on the next build ends on it, and new ones begin on the first', async () => {
    put('next')
    install('this')
    await restartEach()
    expect(activate()).toBe(first)
    const again = await attack(home, SHOP)
    expect(await buildOf(again)).toBe(first)
    expect(await reasonsOf(again)).not.toContain(NEXT)
    await approveUntil(home, fresh, 'recovered')
    expect((await incidentOf(home, fresh)).status).toBe('recovered')
    expect(await buildOf(fresh)).not.toBe(first)
  })

  it('is refused by processes of a version that cannot run with the tables, with what to do', async () => {
    const client = new pg.Client({ connectionString: home.ready().database })
    await client.connect()
    await client.query(`insert into kysely_migration (name, timestamp) values ('0999-contract-what-is-gone', 'now')`)
    try {
      const environment = readFileSync(`/proc/${home.pidOf('sealer')}/environ`, 'utf8')
        .split('\0')
        .filter(Boolean)
      const env = Object.fromEntries(environment.map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]))
      const { status, stdout } = spawnSync(process.execPath, [join(place, 'dist/worker/sealer.js')], {
        env: { ...env, CORDON_METRICS_PORT: '' },
        encoding: 'utf8',
      })
      expect(status).toBe(1)
      expect(stdout).toContain('migrated by a later version (0999-contract-what-is-gone)')
    } finally {
      await client.query(`delete from kysely_migration where name like '0999%'`)
      await client.end()
    }
  })
})
