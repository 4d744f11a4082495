import { spawn } from 'node:child_process'
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { IAMClient, ListAccessKeysCommand, ListRolePoliciesCommand, ListUserPoliciesCommand } from '@aws-sdk/client-iam'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Home, isAlive, newHome, prepare, until } from './installation.ts'

const ACCOUNT = '111122223333'
const VICTIM = 'deploy-bot'
const ROLE = 'shop-deploy'

let home: Home
beforeAll(async () => {
  prepare()
  home = await newHome()
  await home.start()
})
afterAll(async () => {
  await home.stop()
  home.remove()
})

function client<Client>(make: new (settings: object) => Client, region: string): Client {
  const { aws } = home.ready()
  const credentials = aws.accounts.find(({ id }) => id === ACCOUNT)?.credentials
  return new make({ region, endpoint: aws.endpoint, credentials })
}

/** What a drill may change in the account, read as its administrator. */
async function accountState() {
  const iam = client(IAMClient, 'us-east-1')
  const { AccessKeyMetadata: keys = [] } = await iam.send(new ListAccessKeysCommand({ UserName: VICTIM }))
  const { PolicyNames: userPolicies } = await iam.send(new ListUserPoliciesCommand({ UserName: VICTIM }))
  const { PolicyNames: rolePolicies } = await iam.send(new ListRolePoliciesCommand({ RoleName: ROLE }))
  return {
    keys: keys.map(({ AccessKeyId, Status }) => ({ id: AccessKeyId, status: Status })),
    userPolicies,
    rolePolicies,
  }
}

async function api<T>(path: string, who: string, body?: object): Promise<T> {
  const { tokens } = home.ready()
  const response = await fetch(`http://127.0.0.1:${home.port}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${tokens[who]}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return (await response.json()) as T
}

interface Incident {
  readonly id: string
  readonly status: string
}

interface Plans {
  readonly plans: readonly { readonly hash: string; readonly status: string; readonly kind: string }[]
}

const incidentOf = (id: string) => api<Incident>(`/api/incidents/${id}`, 'responder')

/** Approves whatever waits for votes, until the incident is recovered. */
async function approveToTheEnd(id: string): Promise<void> {
  await until(async () => {
    const { plans } = await api<Plans>(`/api/incidents/${id}/plans`, 'responder')
    for (const { hash } of plans.filter(({ status }) => status === 'proposed'))
      for (const who of ['approver1', 'approver2']) await api(`/api/plans/${hash}/votes`, who, { decision: 'approve' })
    return (await incidentOf(id)).status === 'recovered'
  })
}

describe('cordon drill stolen-access-key', () => {
  it('contains, looks into, rotates and recovers, and ends with its times', async () => {
    const { status, stdout, stderr } = home.cordon('drill', 'stolen-access-key', '--approve', '--json')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>
    expect(result).toEqual({
      incident: expect.stringMatching(/^inc-/),
      status: 'recovered',
      times: {
        page: expect.any(Number),
        decision: expect.any(Number),
        firstWrite: expect.any(Number),
        contained: expect.any(Number),
        recovered: expect.any(Number),
      },
    })
    const { keys, userPolicies, rolePolicies } = await accountState()
    expect(keys.map((key) => key.status)).toEqual(['Inactive', 'Active'])
    expect([userPolicies, rolePolicies].flat().filter((name) => name?.startsWith('Cordon'))).toEqual([])
  })

  it('keeps the new secret in the account’s Secrets Manager and nowhere else', async () => {
    const secrets = client(SecretsManagerClient, 'eu-central-1')
    const { SecretString = '' } = await secrets.send(
      new GetSecretValueCommand({ SecretId: `cordon/rotated/${VICTIM}` }),
    )
    const { accessKeyId, secretAccessKey } = JSON.parse(SecretString) as Record<
      'accessKeyId' | 'secretAccessKey',
      string
    >
    const kept = await everythingKept()
    const placesOf = (word: string) => kept.filter(({ text }) => text.includes(word)).map(({ place }) => place)
    expect(placesOf(accessKeyId)).toEqual(expect.arrayContaining(['audit_entry', 'permit', 'plan_step', 'temporal.db']))
    expect(secretAccessKey.length).toBeGreaterThan(20)
    expect(placesOf(secretAccessKey)).toEqual([])
  })

  it('--false-positive ends with the account exactly as it was', async () => {
    // A drill makes its victim anew: what it makes is what must be there at the end.
    home.cordon('drill', 'stolen-access-key', '--approve', '--false-positive', '--json')
    const before = await accountState()
    const { status, stdout } = home.cordon('drill', 'stolen-access-key', '--approve', '--false-positive', '--json')
    expect(status).toBe(0)
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ status: 'recovered' })
    expect(await accountState()).toEqual(before)
    expect(before.keys.map((key) => key.status)).not.toContain('Inactive')
  })

  it('goes on when everything was killed in the middle of a containment', async () => {
    const drill = spawn(process.execPath, ['dist/cli/main.js', 'drill', 'stolen-access-key', '--approve', '--json'], {
      env: { ...process.env, CORDON_HOME: home.folder },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    let said = ''
    drill.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
    await until(() => said.includes('permit.given'))
    const { processes } = home.ready()
    home.supervisor().kill('SIGKILL')
    for (const { pid } of processes) process.kill(pid, 'SIGKILL')
    drill.kill('SIGKILL')
    await until(() => processes.every(({ pid }) => !isAlive(pid)))
    await home.start()
    const { incidents } = await api<{ incidents: readonly Incident[] }>('/api/incidents?limit=1', 'responder')
    await approveToTheEnd(incidents[0]?.id ?? '')
    expect((await accountState()).keys.filter((key) => key.status === 'Active')).toHaveLength(1)
  })

  it('goes on from the record when Temporal’s store is an older copy', async () => {
    const store = join(home.folder, 'temporal')
    const copy = join(home.folder, 'temporal-copy')
    const { findingId } = await api<{ findingId: string }>('/api/drills', 'responder', { name: 'stolen-access-key' })
    let id = ''
    await until(async () => {
      const { incidents } = await api<{ incidents: readonly Incident[] }>(
        `/api/incidents?finding=${findingId}`,
        'responder',
      )
      id = incidents[0]?.id ?? ''
      return id !== '' && (await api<Plans>(`/api/incidents/${id}/plans`, 'responder')).plans.length > 0
    })
    await home.stop()
    cpSync(store, copy, { recursive: true })
    await home.start()
    await approveToTheEnd(id)
    const before = await accountState()
    await home.stop()
    rmSync(store, { recursive: true })
    cpSync(copy, store, { recursive: true })
    await home.start()
    const { plans } = await api<Plans>(`/api/incidents/${id}/plans`, 'responder')
    expect(plans.map(({ kind, status }) => [kind, status])).toEqual([
      ['contain', 'done'],
      ['contain', 'done'],
      ['recover', 'done'],
      ['undo', 'done'],
      ['undo', 'done'],
    ])
    expect(await incidentOf(id)).toMatchObject({ status: 'recovered' })
    expect(await accountState()).toEqual(before)
  })
})

interface Kept {
  readonly place: string
  readonly text: string
}

/** Every log, everything that Temporal keeps, and every row of the database. */
async function everythingKept(): Promise<readonly Kept[]> {
  const files = ['log', 'temporal'].flatMap((folder) =>
    readdirSync(join(home.folder, folder)).map((name) => ({
      place: name,
      text: readFileSync(join(home.folder, folder, name), 'latin1'),
    })),
  )
  const database = new pg.Client({ connectionString: home.ready().database })
  await database.connect()
  try {
    const { rows: tables } = await database.query<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public'`,
    )
    const texts: Kept[] = []
    for (const { name } of tables) {
      const { rows } = await database.query<{ row: string }>(`select to_jsonb(t)::text as row from "${name}" t`)
      // Bytes are shown in hex: those of the log and of plans are texts.
      texts.push({ place: name, text: rows.map(({ row }) => withBytesRead(row)).join('\n') })
    }
    return [...files, ...texts]
  } finally {
    await database.end()
  }
}

const withBytesRead = (row: string): string =>
  row.replaceAll(/\\\\x([0-9a-f]+)/g, (_, hex: string) => Buffer.from(hex, 'hex').toString('latin1'))
