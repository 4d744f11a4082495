import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { IAMClient, ListAccessKeysCommand, ListUserPoliciesCommand } from '@aws-sdk/client-iam'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serverFolder } from '#embedded/postgres-program'
import { type DebianPostgres, startDebianPostgres } from '../support/debian-postgres.ts'
import { approve, approveUntil, ask, attack, changes, incidentOf, plansOf } from './asking.ts'
import { type Home, newHome, prepare, until } from './installation.ts'

const backups = mkdtempSync(join(tmpdir(), 'cordon-backups-'))
beforeAll(prepare)
afterAll(() => rmSync(backups, { recursive: true }))

const verdictOf = (home: Home, ...words: string[]) => {
  const { status, stdout, stderr } = home.cordon('verify-record', '--json', ...words)
  if (stdout === '') throw new Error(stderr)
  return { status, ...(JSON.parse(stdout) as { ok: boolean; size: number; problems: string[]; openIncidents: number }) }
}

/** The newest checkpoint, as an auditor keeps it. */
async function checkpointOf(database: string, file: string): Promise<void> {
  const client = new pg.Client({ connectionString: database })
  await client.connect()
  const { rows } = await client.query<{ note: string }>('select note from checkpoint order by size desc limit 1')
  await client.end()
  writeFileSync(file, rows[0]?.note ?? '')
}

/** The user that the drill’s attacker has the key of. */
async function victimOf(home: Home) {
  const { aws } = home.ready()
  const credentials = aws.accounts.find(({ id }) => id === '111122223333')?.credentials
  const iam = new IAMClient({ region: 'us-east-1', endpoint: aws.endpoint, ...(credentials ? { credentials } : {}) })
  const { AccessKeyMetadata: keys = [] } = await iam.send(new ListAccessKeysCommand({ UserName: 'deploy-bot' }))
  const { PolicyNames: policies = [] } = await iam.send(new ListUserPoliciesCommand({ UserName: 'deploy-bot' }))
  return { keys: keys.map(({ Status }) => Status), policies: policies.filter((name) => name.startsWith('Cordon')) }
}

const doneContainments = async (home: Home, id: string) =>
  (await plansOf(home, id)).filter(({ kind, status }) => kind === 'contain' && status === 'done').length

describe('a Postgres of one’s own, dumped while Cordon runs', () => {
  let server: DebianPostgres
  let home: Home
  beforeAll(async () => {
    server = await startDebianPostgres()
    home = await newHome(undefined, { DATABASE_URL: await server.create('cordon') })
    await home.start()
  })
  afterAll(async () => {
    await home.stop()
    home.remove()
    await server.stop()
  })

  it('is restored older than the accounts, with Temporal lost, and no change is made twice', async () => {
    const { database } = home.ready()
    const dump = join(backups, 'cordon.dump')
    const kept = join(backups, 'kept.note')
    const id = await attack(home)
    const untouched = await victimOf(home)
    server.run('pg_dump', '--format=custom', '--file', dump, database)
    const [plan] = await plansOf(home, id)
    await approve(home, plan?.hash ?? '')
    await until(async () => (await doneContainments(home, id)) === 1)
    const made = await changes(home)
    const contained = await victimOf(home)
    expect(made.toSorted()).toEqual(['iam:PutUserPolicy', 'iam:UpdateAccessKey'])
    await until(async () => verdictOf(home).ok)
    await checkpointOf(database, kept)

    await home.stop()
    server.run('dropdb', '--maintenance-db', server.url, '--force', 'cordon')
    await server.create('cordon')
    server.run('pg_restore', '--no-owner', '--no-privileges', '--exit-on-error', '--dbname', database, dump)
    rmSync(join(home.folder, 'temporal'), { recursive: true })

    expect(verdictOf(home)).toMatchObject({ status: 0, ok: true, problems: [], openIncidents: 1 })
    expect(verdictOf(home, '--checkpoint', kept)).toMatchObject({
      status: 1,
      problems: [expect.stringContaining('what came after is not here')],
    })

    await home.start()
    // The record knows of no vote and no step; the account shows what was done.
    expect(await plansOf(home, id)).toMatchObject([{ hash: plan?.hash, status: 'proposed', votes: [] }])
    await approve(home, plan?.hash ?? '')
    await until(async () => (await doneContainments(home, id)) === 1)
    expect(await changes(home)).toEqual(made)
    expect(await victimOf(home)).toEqual(contained)

    // Its before-state is that of the plan, so its undo gives back what was there before all of it.
    const { hash } = (await plansOf(home, id)).find(({ kind }) => kind === 'contain') ?? { hash: '' }
    expect(home.cordon('undo', hash, '--reason', 'after the restore').status).toBe(0)
    const undoThat = async (status: string) =>
      (await plansOf(home, id)).find((one) => one.kind === 'undo' && one.status === status)
    await until(async () => (await undoThat('proposed')) !== undefined)
    await approve(home, (await undoThat('proposed'))?.hash ?? '')
    await until(async () => (await undoThat('done')) !== undefined)
    expect(await victimOf(home)).toEqual(untouched)
    await until(async () => verdictOf(home).ok)
  })

  it('goes on after a restore while Temporal is newer, once its workflows are ended', async () => {
    const { database, temporal } = home.ready()
    const dump = join(backups, 'second.dump')
    const id = await attack(home)
    server.run('pg_dump', '--format=custom', '--file', dump, database)
    const [plan] = await plansOf(home, id)
    await approve(home, plan?.hash ?? '')
    await until(async () => (await doneContainments(home, id)) === 1)
    const made = await changes(home)
    const ended = spawnSync(
      temporalProgram(),
      ['workflow', 'terminate', '--address', temporal.address, '--namespace', temporal.namespace].concat([
        '--query',
        "ExecutionStatus='Running'",
        '--reason',
        'restore',
        '--yes',
      ]),
      { encoding: 'utf8' },
    )
    expect(ended).toMatchObject({ status: 0 })
    await home.stop()
    server.run('dropdb', '--maintenance-db', server.url, '--force', 'cordon')
    await server.create('cordon')
    server.run('pg_restore', '--no-owner', '--no-privileges', '--exit-on-error', '--dbname', database, dump)
    await home.start()
    await approveUntil(home, id, 'recovered')
    const again = (await changes(home)).slice(made.length)
    expect(made.filter((operation) => operation === 'iam:PutUserPolicy').length).toBeGreaterThan(0)
    expect(again.filter((operation) => operation === 'iam:PutUserPolicy')).toEqual([])
  })
})

/** The one that runs the server: a home’s own. */
function temporalProgram(): string {
  const { status, stdout } = spawnSync(
    'sh',
    ['-c', 'command -v temporal || ls "$HOME"/.cache/cordon/temporal-v*/temporal'],
    {
      encoding: 'utf8',
    },
  )
  if (status !== 0) throw new Error('There is no temporal program')
  return stdout.trim().split('\n')[0] ?? ''
}

describe('a home with everything in it, copied while it stands still', () => {
  it('goes on where it was, in another place of the same name', async () => {
    const home = await newHome()
    await home.start()
    const id = await attack(home)
    await home.stop()
    const place = serverFolder(join(home.folder, 'postgres'))
    const archive = join(backups, 'home.tar')
    const tar = (...words: string[]) =>
      expect(spawnSync('tar', words, { encoding: 'utf8' })).toMatchObject({ status: 0 })
    tar('-cpf', archive, '--exclude', 'run', '-P', home.folder, ...(place.startsWith(home.folder) ? [] : [place]))
    home.remove()
    expect(existsSync(home.folder)).toBe(false)

    tar('-xpf', archive, '-P')
    await home.start()
    expect(verdictOf(home)).toMatchObject({ ok: true, openIncidents: 1 })
    await approveUntil(home, id, 'recovered')
    expect((await incidentOf(home, id)).status).toBe('recovered')
    expect((await ask<{ incidents: unknown[] }>(home, 'responder', '/api/incidents')).incidents).toHaveLength(1)
    await home.stop()
    home.remove()
  })
})
