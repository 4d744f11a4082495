import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { Home } from '../../e2e/installation.ts'
import { finding } from '../../integration/api/findings-made.ts'
import { type Asking, eventually } from './asking.ts'

const EVERY_MS = 100

/** What clients did, and what they were told. */
export interface Told {
  /** Findings that were accepted, by their ids. */
  readonly findings: readonly string[]
  /** Comments that were taken, by their texts. */
  readonly comments: readonly string[]
  /** Changes of approver1’s mind about the plan that were taken. */
  readonly votes: number
  /** Every status that was answered, and how often; 0 where no answer came. */
  readonly statuses: Readonly<Record<number, number>>
}

export interface Loaded {
  readonly incident: string
  readonly plan: string
}

/** Keeps reporting, commenting and voting until it is stopped; then says what it was told. Each request is sent once. */
export function load(asking: Asking, { incident, plan }: Loaded, name: string): { readonly stop: () => Promise<Told> } {
  const stopping = new AbortController()
  const findings: string[] = []
  const comments: string[] = []
  const statuses: Record<number, number> = {}
  let votes = 0
  const sent = async (path: string, who: 'intake' | 'responder' | 'approver1', body: object): Promise<boolean> => {
    const status = await asking.ask(path, who, body).then(
      (answer) => answer.status,
      () => 0,
    )
    statuses[status] = (statuses[status] ?? 0) + 1
    return status >= 200 && status < 300
  }
  const turns = [
    async (turn: number) => {
      const id = `${name}-${turn}`
      if (await sent('/api/findings', 'intake', finding({ id, user: `user-${name}-${turn % 7}` }))) findings.push(id)
    },
    async (turn: number) => {
      const text = `${name} ${turn}`
      if (await sent(`/api/incidents/${incident}/comments`, 'responder', { text })) comments.push(text)
    },
    async (turn: number) => {
      // Another one only when this one was taken: the same vote again is none.
      const decision = votes % 2 === 0 ? 'hold' : 'approve'
      if (await sent(`/api/plans/${plan}/votes`, 'approver1', { decision, reason: `${turn}` })) votes += 1
    },
  ]
  const running = turns.map(async (take) => {
    for (let turn = 0; !stopping.signal.aborted; turn++) {
      await take(turn)
      await pause(EVERY_MS, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  })
  return {
    stop: async () => {
      stopping.abort()
      await Promise.all(running)
      return { findings, comments, votes, statuses }
    },
  }
}

/** What of it is not there, now that everything works again. */
export async function lostOf(home: Home, asking: Asking, { loaded, told }: Load): Promise<readonly string[]> {
  const lost: string[] = []
  for (const id of told.findings) {
    const { body } = await eventually(`an answer about finding ${id}`, async () => {
      const answer = await asking.ask(`/api/incidents?finding=${id}`, 'responder')
      return answer.status === 200 && answer
    })
    if (body.incidents.length !== 1) lost.push(`finding ${id} is in ${body.incidents.length} incidents`)
  }
  const { comments, votes } = await keptOf(home, loaded)
  lost.push(...told.comments.filter((text) => !comments.includes(text)).map((text) => `the comment ${text}`))
  // Those whose answer was lost may be there beside them.
  if (votes < told.votes) lost.push(`${told.votes - votes} of ${told.votes} votes`)
  return lost
}

export interface Load {
  readonly loaded: Loaded
  readonly told: Told
}

/** By the database itself, as its owner. */
async function keptOf(home: Home, { incident, plan }: Loaded) {
  const owner = new pg.Client({ connectionString: home.ready().database })
  await owner.connect()
  try {
    const comments = await owner.query<{ text: string }>('select text from comment where incident = $1', [incident])
    const votes = await owner.query<{ count: number }>(
      `select count(*)::int as count from vote where plan = $1 and person = 'approver1'`,
      [plan],
    )
    return { comments: comments.rows.map(({ text }) => text), votes: votes.rows[0]?.count ?? 0 }
  } finally {
    await owner.end()
  }
}

/** What was answered how often, in one line. */
export const summaryOf = ({ statuses, findings, comments, votes }: Told): string =>
  `${JSON.stringify(statuses)}, acknowledged ${findings.length} findings, ${comments.length} comments, ${votes} votes`
