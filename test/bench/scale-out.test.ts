import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Layout, startLayout } from '../layout/layout.ts'

const ACCOUNT = '111122223333'
const WORKERS = [1, 2, 4]
const WARM_UP = 8
const INCIDENTS = 60
const LOOK_EVERY_MS = 50
const PATIENCE_MS = 600_000
const MILLISECONDS = 1000

let layout: Layout
let database: pg.Pool
beforeAll(async () => {
  // Work is measured, not waiting: read-backs come at once, and no budget ends a run.
  layout = await startLayout((policy) =>
    policy
      .replace('after: [0s, 1s]', 'after: [0s, 50ms]')
      .replace('watch: 10s', 'watch: 300ms')
      .replace('approved: { assets: 100, per: 10m }', 'approved: { assets: 100000, per: 10m }'),
  )
  database = new pg.Pool({ connectionString: layout.ownerUrl, max: 4 })
})
afterAll(async () => {
  await database?.end()
  await layout?.stop()
})

interface Victim {
  readonly name: string
  readonly userId: string
  readonly keyId: string
}

/** Users with a key each, in the account of the drills. */
async function makeVictims(count: number): Promise<readonly Victim[]> {
  const { endpoint, administrator } = layout.aws
  const iam = new IAMClient({ endpoint, region: 'us-east-1', credentials: administrator(ACCOUNT) })
  const tag = randomBytes(4).toString('hex')
  const victims: Victim[] = []
  for (let number = 0; number < count; number++) {
    const name = `bench-${tag}-${number}`
    const { User } = await iam.send(new CreateUserCommand({ UserName: name }))
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }))
    victims.push({ name, userId: User?.UserId ?? '', keyId: AccessKey?.AccessKeyId ?? '' })
  }
  iam.destroy()
  return victims
}

/** What GuardDuty reports of a key that somebody else has. */
function findingOf({ name, userId, keyId }: Victim): object {
  const id = randomBytes(16).toString('hex')
  const now = new Date().toISOString()
  return {
    SchemaVersion: '2.0',
    AccountId: ACCOUNT,
    Region: 'eu-central-1',
    Partition: 'aws',
    Id: id,
    Arn: `arn:aws:guardduty:eu-central-1:${ACCOUNT}:detector/bench/finding/${id}`,
    Type: 'UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom',
    Title: 'An API was invoked from an IP address on a custom threat list.',
    Description: 'ListUsers was invoked from 192.0.2.44.',
    Severity: 5,
    CreatedAt: now,
    UpdatedAt: now,
    Resource: {
      ResourceType: 'AccessKey',
      AccessKeyDetails: { AccessKeyId: keyId, PrincipalId: userId, UserName: name, UserType: 'IAMUser' },
    },
    Service: { ServiceName: 'guardduty', EventFirstSeen: now, EventLastSeen: now, Archived: false, Count: 1 },
  }
}

async function post(path: string, who: 'intake' | 'approver1' | 'approver2', body: unknown): Promise<void> {
  const headers = { authorization: `Bearer ${layout.tokens[who]}`, 'content-type': 'application/json' }
  const reply = await fetch(`${layout.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!reply.ok) throw new Error(`${path} was answered ${reply.status}: ${await reply.text()}`)
}

const countOf = async (status: string): Promise<number> =>
  (await database.query(`select count(*)::int as count from incident where status = $1`, [status])).rows[0].count

/** Reports every victim at once, approves whatever is proposed, and waits until all are recovered; in incidents a second. */
async function respond(count: number): Promise<number> {
  const findings = (await makeVictims(count)).map(findingOf)
  const goal = (await countOf('recovered')) + count
  const began = performance.now()
  await post('/api/findings', 'intake', findings)
  while ((await countOf('recovered')) < goal) {
    if (performance.now() - began > PATIENCE_MS)
      throw new Error(`Only ${await countOf('recovered')} of ${goal} recovered`)
    const { rows } = await database.query<{ hash: string }>(`select hash from plan where status = 'proposed'`)
    await Promise.all(rows.map(({ hash }) => approve(hash)))
    await pause(LOOK_EVERY_MS)
  }
  return count / ((performance.now() - began) / MILLISECONDS)
}

async function approve(hash: string): Promise<void> {
  for (const person of ['approver1', 'approver2'] as const)
    await post(`/api/plans/${hash}/votes`, person, { decision: 'approve', reason: 'bench' })
}

it('says how many incidents a second come to their end with one worker and with more', async () => {
  const rates: number[] = []
  for (const count of WORKERS) {
    await layout.scale('worker', count)
    await respond(WARM_UP)
    const perSecond = await respond(INCIDENTS)
    rates.push(perSecond)
    process.stdout.write(`${count} workers: ${perSecond.toFixed(2)} incidents/s\n`)
  }
  expect(rates).toHaveLength(WORKERS.length)
})
