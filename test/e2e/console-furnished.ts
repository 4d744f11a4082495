import { sha256Hex } from '#audit/digest'
import type { Json } from '#domain/json'
import { roles } from '#domain/votes'
import { startDrill } from '#store/incidents/drills'
import { keepVerdict } from '#store/incidents/judging'
import { materialOf } from '#store/incidents/material'
import { addPerson, addSession } from '#store/people/people'
import { judgeMaterial } from '#workflows/judge-material'
import { finding } from '../integration/api/findings-made.ts'
import { judgedIncident, judgeNow, sendOnly } from '../integration/api/judged.ts'
import { proposePlan } from '../integration/api/plans-made.ts'
import { type Who, type World } from '../integration/api/world.ts'

/** What a person or a machine says here; `longest` is how many characters the API takes. */
export type Words = (usual: string, longest?: number) => string

/** Real things for the pages that are about one. */
export interface Furnished {
  readonly incident: string
  readonly investigation: string
  readonly plan: string
  readonly change: string
  readonly finding: string
  readonly quarantined: string
  readonly drill: string
  readonly auditEntry: string
}

/** A token of somebody who may do everything: a page is shown with all that it can offer. */
export const EVERYTHING = 'token-of-everything'

const DAY_MS = 86_400_000
const NAME = 128

/** A world in which something of everything has happened, so that no page is empty. */
export async function furnish(world: World, words: Words): Promise<Furnished> {
  const made = { world, words, post: poster(world) }
  await people(made)
  const change = await context(made)
  const investigation = await investigated(made)
  await suppressed(made)
  await reviewed(made)
  await recurring(made)
  const { hash: plan, incident } = await proposePlan(world, { decideInMs: DAY_MS / 24 })
  await leased(made)
  await made.post(`/api/incidents/${incident}/comments`, { text: words('The team knows nothing of it.') })
  await made.post('/api/reports', { text: words('My laptop asks for a ransom.', 2000), place: words('Office', 500) })
  const quarantined = await unread(made)
  await made.post('/api/freeze', { account: null, reason: words('Something changes keys everywhere.') }, 'responder')
  const { drill, auditEntry } = await drilled(made)
  return { incident, investigation, plan, change, finding: 'investigated', quarantined, drill, auditEntry }
}

/** What the routes that are called here answer with. */
interface Answered {
  readonly id: string
  readonly change: { readonly id: string }
  readonly incidents: readonly { readonly incident: string }[]
}

interface Making {
  readonly world: World
  readonly words: Words
  readonly post: (path: string, body: object, who?: Who) => Promise<Answered>
}

/** Posts, and says what was refused: half a world proves nothing. */
const poster =
  (world: World): Making['post'] =>
  async (path, body, who = 'responder') => {
    const reply = await world.call('POST', path, who, body)
    if (reply.status >= 400) throw new Error(`POST ${path} as ${who}: ${JSON.stringify(reply.body)}`)
    return reply.body
  }

async function people({ world, words, post }: Making): Promise<void> {
  await world.owner.transaction().execute(async (tx) => {
    const all = roles.filter((role) => role !== 'machine')
    await addPerson(tx, { id: 'everything', name: words('Eve Everything', NAME), roles: all, groups: ['platform'] })
    await addSession(tx, { person: 'everything', token: EVERYTHING, ms: DAY_MS })
  })
  const person = (id: string, given: readonly string[]) => ({
    id,
    name: words(`Mara ${id}`, NAME),
    roles: given,
    groups: [words('storage', 64)],
  })
  await post('/api/people', person('looker', ['viewer']), 'admin')
  await post('/api/people', person('decider', ['approver']), 'admin')
  await post('/api/delegations', { to: 'approver2', minutes: 60 }, 'approver1')
  const token = { scopes: ['read'], sources: ['10.0.0.0/8'], days: 30 }
  await post('/api/tokens', { name: words('dashboard', NAME), ...token }, 'responder')
}

/** The context in force, and a wider one that waits for votes. */
async function context({ words, post }: Making): Promise<string> {
  const entry = (id: string, until: string) => ({
    id,
    kind: 'expected',
    owner: words('security', 200),
    reason: words('The scan of the quarter.', 1000),
    from: '2026-01-01',
    until,
    types: ['UnauthorizedAccess:IAMUser/*'],
    entities: [`${id}-*`],
  })
  const entries = [entry('scan', '2026-12-24'), entry('backup', '2026-12-04')]
  const propose = async (all: readonly object[]): Promise<string> => {
    const asked = { source: JSON.stringify({ entries: all }), reason: words('Scans of this quarter', 2000) }
    const { change } = await post('/api/context', asked, 'admin')
    return change.id
  }
  const first = await propose(entries)
  for (const who of ['approver1', 'approver2'] as const)
    await post(`/api/changes/${first}/votes`, { decision: 'approve' }, who)
  return propose([...entries, entry('audit', '2026-12-31')])
}

async function investigated({ world, words, post }: Making): Promise<string> {
  const sent = {
    ...finding({ id: 'investigated', user: 'shop-reader' }),
    type: 'Persistence:IAMUser/AnomalousBehavior',
    severity: 5,
    title: words('A user did what it never did before.', 1000),
    description: words('An API was used in an odd way.', 3000),
  }
  const { incidents } = await post('/api/findings', sent, 'intake')
  const id = incidents[0]?.incident ?? ''
  await judgeNow(world, id)
  const at = (path: string, body: object, who: Who = 'responder') => post(`/api/incidents/${id}/${path}`, body, who)
  await at('claim', {})
  await at('claim', { from: 'responder', reason: words('End of my shift.') }, 'approver1')
  const question = await at('questions', { text: words('Who used this key on Monday?') })
  await at(`questions/${question.id}/answers`, { text: words('The deployment did.'), evidence: ['investigated'] })
  await at('questions', { text: words('Is the address ours?') })
  await at('comments', { text: words('I look into it.') })
  const conclusion = words('Nobody of ours works there.')
  await at('verdict', { verdict: 'posture', confidence: 'medium', conclusion, evidence: ['investigated'] })
  // What waits for somebody, with a case that was similar.
  return judgedIncident(world, { user: 'shop-reader', id: 'again', updatedAt: '2026-11-25T08:00:00.000Z' })
}

/** One that an entry of the context answers. */
async function suppressed({ world }: Making): Promise<void> {
  const incident = await sendOnly(world, { user: 'scan-1', kind: 'threat' })
  const material = await materialOf(world.owner, incident)
  const uses = material.cases.flatMap(({ finding: { key }, context: { facts } }) =>
    facts.map(({ entry }) => ({ entry, finding: key })),
  )
  const judgement = judgeMaterial(material)
  await keepVerdict(world.owner, { incident, episode: 1, context: material.context, uses, judgement })
}

/** Two that were drawn, as if chance had taken them. */
async function reviewed({ world, words, post }: Making): Promise<void> {
  const [waiting, wrong] = [
    await judgedIncident(world, { user: 'shop-root', kind: 'posture' }),
    await judgedIncident(world, { user: 'audit-root', kind: 'posture' }),
  ]
  const due = { verdict: 'posture', owner: 'responder', due_at: new Date(Date.now() + DAY_MS) }
  const drawn = [waiting, wrong].map((incident) => ({ incident, ...due }))
  await world.owner
    .insertInto('review')
    .values(drawn)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await post(`/api/incidents/${wrong}/review`, { outcome: 'wrong', note: words('It was an attack.') })
}

async function recurring({ world, words, post }: Making): Promise<void> {
  const first = await judgedIncident(world, { user: 'comes-again', kind: 'threat' })
  await post(`/api/incidents/${first}/close`, { code: 'resolved', lessons: words('Keys are rotated now.') })
  await judgedIncident(world, { user: 'comes-again', id: 'comes-again-2', kind: 'threat' })
  const { problems } = (await world.call('GET', '/api/problems', 'auditor')).body
  const cause = { owner: words('Team shop', 200), cause: words('Keys in the image of the build.') }
  await post(`/api/problems/${problems[0].id}`, cause)
}

/** A drill that was played, and what the log says of its start. */
async function drilled({ world, words }: Making): Promise<{ readonly drill: string; readonly auditEntry: string }> {
  const person = { id: 'everything', name: words('Eve Everything', NAME), roles, groups: [] }
  const { id } = await startDrill(world.owner, { name: 'stolen-access-key', findingIds: ['investigated'], person })
  const { events } = (await world.call('GET', '/api/audit/events?type=drill.started', 'auditor')).body
  return { drill: id, auditEntry: String(events[0].id) }
}

/** A containment whose lease comes to its end. */
async function leased({ world }: Making): Promise<void> {
  const { hash: plan, incident } = await proposePlan(world)
  const until = new Date(Date.now() + DAY_MS / 24)
  await world.owner.updateTable('plan').set({ status: 'done' }).where('hash', '=', plan).execute()
  await world.owner
    .insertInto('containment')
    .values({ plan, step: 0, incident, target_key: '111122223333/iam-user/AIDAPLANNED' })
    .execute()
  await world.owner
    .insertInto('lease')
    .values({ plan, incident, until, term_ms: 7 * DAY_MS, warn_ms: DAY_MS })
    .execute()
}

/** What this version cannot read, and what an older one could not. */
async function unread({ world, words }: Making): Promise<string> {
  const rows = [words('not a finding that this version knows'), words('no type')].map((reason) => ({
    digest: sha256Hex(Buffer.from(reason)),
    reason,
    raw: JSON.stringify({ id: words('no finding') } satisfies Json),
    channel: 'queue',
  }))
  const [first] = await world.owner.insertInto('quarantine').values(rows).returning('id').execute()
  return first?.id ?? ''
}
