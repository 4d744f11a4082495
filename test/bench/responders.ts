import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import type { Answer } from '../support/ask.ts'
import type { MeasuredHome } from './home.ts'
import { keyFinding, type Victim } from './victims.ts'

const LOOK_EVERY_MS = 20
const PATIENCE_MS = 600_000
/** What a quorum of the demo takes. */
const APPROVERS = ['approver1', 'approver2'] as const

/** Milliseconds of one incident, by the clocks of Postgres and of the simulated accounts: one machine has one clock. */
export interface Course {
  readonly incident: string
  readonly sentAt: number
  readonly proposedAt: number
  readonly quorumAt: number
  readonly firstWriteAt: number
}

/** Asks the API as somebody of the demo; without a body it reads. */
export type Call = (path: string, as: string, body?: unknown) => Promise<Answer>

/** An installation that takes findings and votes, and its record. */
export interface Responding {
  readonly database: pg.Pool
  readonly call: Call
}

/** When each finding was sent, by its incident. */
export type Sent = ReadonlyMap<string, number>

/** Reports every victim, so many incidents open at once, and approves whatever is proposed until each is recovered. */
export async function respondTo(home: Responding, victims: readonly Victim[], atOnce: number): Promise<Sent> {
  const sent = new Map<string, number>()
  const open = new Set<string>()
  const voting = voteUntil(home, () => sent.size === victims.length && open.size === 0)
  for (const victim of victims) {
    await until(home, 'a place for the next incident', async () => {
      await settle(home, open)
      return open.size < atOnce
    })
    const sentAt = Date.now()
    const incident = await report(home, victim)
    sent.set(incident, sentAt)
    open.add(incident)
  }
  await until(home, 'the recovery of the last', async () => {
    await settle(home, open)
    return open.size === 0
  })
  await voting
  return sent
}

export interface Waiting {
  readonly sent: Sent
  /** The plan of each that waits for votes. */
  readonly plans: readonly string[]
}

/** Reports every victim and leaves it until a plan of each waits for votes. */
export async function leaveWaiting(home: Responding, victims: readonly Victim[]): Promise<Waiting> {
  const sent = new Map<string, number>()
  for (const victim of victims) sent.set(await report(home, victim), Date.now())
  const waiting = new Map<string, string>()
  await until(home, 'a plan of each', async () => {
    const { rows } = await home.database.query<{ incident: string; hash: string }>(
      `select incident, hash from plan where status = 'proposed' and incident = any($1)`,
      [[...sent.keys()]],
    )
    for (const { incident, hash } of rows) waiting.set(incident, hash)
    return waiting.size === victims.length
  })
  return { sent, plans: [...waiting.values()] }
}

/** Reports every victim, and decides one after the other once all of them wait: so many are open, and one is worked on. */
export async function decideOneByOne(home: Responding, victims: readonly Victim[]): Promise<Sent> {
  const { sent, plans } = await leaveWaiting(home, victims)
  for (const hash of plans) {
    await approve(home, hash)
    await until(home, 'the end of a plan', async () => {
      const { rows } = await home.database.query(`select from plan where hash = $1 and status = 'done'`, [hash])
      return rows.length > 0
    })
  }
  return sent
}

async function report(home: Responding, victim: Victim): Promise<string> {
  const { status, body } = await home.call('/api/findings', 'intake', keyFinding(victim))
  const incident = body.incidents?.[0]?.incident as string | undefined
  if (incident === undefined) throw new Error(`A finding was answered ${status}: ${JSON.stringify(body)}`)
  return incident
}

async function approve({ call }: Responding, hash: string): Promise<void> {
  for (const person of APPROVERS)
    await call(`/api/plans/${hash}/votes`, person, { decision: 'approve', reason: 'bench' })
}

/** Takes what is recovered out of what is open. */
async function settle({ database }: Responding, open: Set<string>): Promise<void> {
  const { rows } = await database.query<{ id: string }>(
    `select id from incident where status = 'recovered' and id = any($1)`,
    [[...open]],
  )
  for (const { id } of rows) open.delete(id)
}

async function voteUntil(home: Responding, isOver: () => boolean): Promise<void> {
  const voted = new Set<string>()
  while (!isOver()) {
    const { rows } = await home.database.query<{ hash: string }>(`select hash from plan where status = 'proposed'`)
    const fresh = rows.filter(({ hash }) => !voted.has(hash))
    await Promise.all(
      fresh.map(async ({ hash }) => {
        voted.add(hash)
        await approve(home, hash)
      }),
    )
    await pause(LOOK_EVERY_MS)
  }
}

async function until({ database }: Responding, what: string, isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`It did not come to ${what}: ${await standing(database)}`)
    await pause(LOOK_EVERY_MS)
  }
}

async function standing(database: pg.Pool): Promise<string> {
  const { rows } = await database.query(
    `select incident.id, incident.status, phase, plan.status as plan, status_reason from incident
     left join plan on plan.incident = incident.id where incident.status not in ('recovered', 'closed') limit 10`,
  )
  return JSON.stringify(rows)
}

/** What the record and the simulated accounts say of incidents that were responded to. */
export async function coursesOf(home: MeasuredHome, sent: Sent): Promise<readonly Course[]> {
  const { rows } = await home.database.query<{ incident: string; proposed_at: Date; approved_at: Date }>(
    `select distinct on (incident) incident, proposed_at, approved_at from plan
     where incident = any($1) order by incident, proposed_at`,
    [[...sent.keys()]],
  )
  const writes = await firstWrites(home, Math.min(...sent.values()))
  return rows.map(({ incident, proposed_at, approved_at }) => ({
    incident,
    sentAt: sent.get(incident) ?? Number.NaN,
    proposedAt: proposed_at.getTime(),
    quorumAt: approved_at.getTime(),
    firstWriteAt: writes.get(incident) ?? Number.NaN,
  }))
}

/** When Cordon first changed something for each incident. */
async function firstWrites(home: MeasuredHome, since: number): Promise<ReadonlyMap<string, number>> {
  const first = new Map<string, number>()
  for (const { at, operation, userAgent } of await home.awsCalls(`access=write&since=${since}`)) {
    const incident = /cordon\/(\S+)/.exec(userAgent)?.[1]
    if (incident !== undefined && !operation.startsWith('sts:') && !first.has(incident)) first.set(incident, at)
  }
  return first
}
