import type { DrillRun, IncidentDetail, PlanView } from '#cli/answers'
import { until } from '../support/until.ts'
import { type Client, createClient } from './client.ts'
import type { ClientCall } from './run.ts'
import type { Stage } from './stage.ts'

/** What a drill is played to: approved to its end, or undone as a false alarm. */
export interface Story {
  readonly drill: 'stolen-access-key' | 'mining-instance'
  readonly ending: 'approve' | 'undo'
}

export const stories: readonly Story[] = [
  { drill: 'stolen-access-key', ending: 'approve' },
  { drill: 'stolen-access-key', ending: 'undo' },
  { drill: 'mining-instance', ending: 'approve' },
  { drill: 'mining-instance', ending: 'undo' },
]

export const storyName = ({ drill, ending }: Story): string => `${drill}/${ending}`

export interface Played {
  readonly incident: string
  readonly findingIds: readonly string[]
  readonly client: readonly ClientCall[]
}

const PATIENCE_MS = 240_000
/** How many containments the runbook of each drill asks for. */
const CONTAINMENTS: Readonly<Record<Story['drill'], number>> = { 'stolen-access-key': 2, 'mining-instance': 1 }

interface Look {
  readonly incident: IncidentDetail
  readonly plans: readonly PlanView[]
}

interface Playing {
  readonly client: Client
  readonly story: Story
  readonly id: string
}

/**
 * Plays a drill as people would: somebody takes the incident over and writes a comment, two approve what is proposed, or ask for the undo
 * once everything stands that the runbook contains; then it is closed. Always in the same order, whatever happens meanwhile.
 */
export async function play(stage: Stage, story: Story): Promise<Played> {
  const client = createClient(`http://127.0.0.1:${stage.home.port}`, stage.facts.tokens)
  const drill = await startDrill(client, story)
  const id = await until(
    `the incident of ${drill.findingId}`,
    async () => {
      const run = (await client.get(`/api/drills/${drill.id}`)) as DrillRun
      return run.incident ?? undefined
    },
    PATIENCE_MS,
  )
  const playing = { client, story, id }
  await ask(playing, 'acknowledge', {})
  const text = `Somebody looks at the drill of ${drill.findingId}`
  await client.ask({
    kind: 'comment',
    subject: { incident: id, text },
    path: `/api/incidents/${id}/comments`,
    who: 'responder',
    body: { text },
  })
  await decideToTheEnd(playing)
  // Who closes an incident takes what is still to be delivered back: here every page is to arrive.
  await until('every page has arrived', () => hasPaged(playing), PATIENCE_MS)
  await ask(playing, 'close', { code: 'resolved', lessons: 'It was a drill' })
  return { incident: id, findingIds: drill.findingIds, client: client.calls }
}

async function startDrill(client: Client, { drill }: Story): Promise<DrillRun> {
  const wish = { kind: 'drill', subject: { name: drill }, path: '/api/drills', who: 'responder', body: { name: drill } }
  const { status, body } = await client.ask({ ...wish, kind: 'drill' })
  if (status !== 201) throw new Error(`The drill did not start: ${status} ${JSON.stringify(body)}`)
  return body as DrillRun
}

async function ask({ client, id }: Playing, verb: 'acknowledge' | 'close', body: object): Promise<void> {
  const { status, body: said } = await client.ask({
    kind: verb,
    subject: { incident: id },
    path: `/api/incidents/${id}/${verb}`,
    who: 'responder',
    body,
  })
  const wasClosed = verb === 'close' && (await client.get(`/api/incidents/${id}`)).status === 'closed'
  if (status !== 200 && !wasClosed) throw new Error(`${verb}: ${status} ${JSON.stringify(said)}`)
}

async function hasPaged({ client, id }: Playing): Promise<true | undefined> {
  const { pages } = (await client.get(`/api/incidents/${id}`)) as IncidentDetail
  return pages.some(({ status }) => status === 'sending') ? undefined : true
}

async function decideToTheEnd(playing: Playing): Promise<void> {
  const { client, id, story } = playing
  const undone = new Set<string>()
  let last = ''
  const isRecovered = async (): Promise<true | undefined> => {
    const path = `/api/incidents/${id}`
    const [incident, { plans }] = await Promise.all([client.get(path), client.get(`${path}/plans`)])
    const now: Look = { incident, plans }
    last = described(now)
    if (now.incident.status === 'recovered') return true
    if (story.ending === 'undo') await undo(playing, now, undone)
    const open = now.plans.filter((plan) => plan.status === 'proposed' && isCalledAbout(now, plan))
    for (const plan of open) if (story.ending === 'approve' || mayRun(plan)) await approve(playing, plan)
    return undefined
  }
  await until(`${storyName(story)} is recovered`, isRecovered, PATIENCE_MS).catch((cause: unknown) => {
    throw new Error(`${String(cause)}\n${last}`, { cause })
  })
}

const described = ({ incident, plans }: Look): string =>
  [
    `${incident.id} is ${incident.status}, ${incident.phase}, and waits for ${JSON.stringify(incident.waitingFor)}`,
    ...plans.map(({ hash, kind, status, statusReason, release, steps }) => {
      const ends = steps.map((step) => `${step.action} ${step.status}`).join(', ')
      return `${hash.slice(0, 8)} ${kind} ${status} ${statusReason ?? ''} ${release ?? ''}: ${ends}`
    }),
    ...incident.tasks.map(({ text, settledAt }) => `task ${settledAt ?? 'open'}: ${text}`),
  ].join('\n')

/** People vote when they are called: nobody is called any more about a plan that was decided while nothing ran that calls. */
const isCalledAbout = ({ incident }: Look, { hash }: PlanView): boolean =>
  incident.pages.some(({ plan }) => plan === hash)

/** In a false alarm: what contains, and the undo of it; a release for another reason waits for the undo that replaces it. */
const mayRun = ({ kind, release }: PlanView): boolean => kind === 'contain' || release === 'false-positive'

async function approve({ client, id }: Playing, { hash }: PlanView): Promise<void> {
  for (const person of ['approver1', 'approver2'])
    await client.ask({
      kind: 'vote',
      subject: { incident: id, plan: hash, person, decision: 'approve' },
      path: `/api/plans/${hash}/votes`,
      who: person,
      body: { decision: 'approve' },
    })
}

/**
 * Asks for the undo of everything, once all stands that the runbook contains and it has proposed what it would do next. What stopped half-way
 * because of drift is undone with the plan that replaced it.
 */
async function undo({ client, id, story }: Playing, { incident, plans }: Look, asked: Set<string>): Promise<void> {
  const contained = plans.filter(({ kind, status }) => kind === 'contain' && status === 'done')
  const hasGoneOn = plans.some(({ kind }) => kind !== 'contain')
  if (contained.length < CONTAINMENTS[story.drill] || !hasGoneOn) return
  const standing = new Set(
    incident.containments.filter(({ releasedAt }) => releasedAt === null).map(({ plan }) => plan),
  )
  for (const { hash } of contained.toReversed()) {
    if (asked.has(hash) || !standing.has(hash)) continue
    asked.add(hash)
    const { status, body } = await client.ask({
      kind: 'undo',
      subject: { incident: id, plan: hash },
      path: `/api/incidents/${id}/plans`,
      who: 'responder',
      body: { undo: hash, reason: 'It was a false positive', release: 'false-positive' },
      key: `undo of ${hash}`,
    })
    if (status > 202) throw new Error(`The undo of ${hash} was refused: ${status} ${JSON.stringify(body)}`)
  }
}
