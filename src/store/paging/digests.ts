import { sql } from 'kysely'
import { BESIDE_THE_LADDER, digestText, type HeldCall, pageKindOf, pageKinds, usualPageLimit } from '#domain/page-limit'
import { pageLimitOf } from '#domain/policy'
import { clock } from '#store/database/clock'
import type { Database, Tx } from '#store/database/database'
import { lockIncident, type Woken } from '#store/incidents/incident-verbs'
import { raiseWake } from '#store/incidents/wake'
import { policyInForce, policyOf } from '#store/policy/policies'
import { lockPagesOf, putPage } from './pages.ts'

/** Of the window of the limit: so long calls come together before the first digest. */
const COLLECTING_SHARE = 10

/** Sends each person one page for all calls that were held, when they have come together for a while and the last such page is a window old. Whom to signal. */
export async function sendDigests(db: Database): Promise<readonly Woken[]> {
  const woken: Woken[] = []
  for (const person of await waitingForDigests(db)) {
    const sent = await db.transaction().execute((tx) => sendDigest(tx, person))
    if (sent !== null) woken.push(sent)
  }
  return woken
}

async function waitingForDigests(db: Database): Promise<readonly string[]> {
  const policy = await policyInForce(db)
  const { windowMs } = policy === undefined ? usualPageLimit : pageLimitOf(await policyOf(db, policy))
  const seconds = windowMs / 1000
  const { rows } = await sql<{ person: string }>`
    select person from page where status = 'held' and digest is null
     group by person
    having min(sent_at) < clock_timestamp() - make_interval(secs => ${seconds / COLLECTING_SHARE})
       and not exists (select from page as earlier where earlier.person = page.person and starts_with(earlier.key, ${DIGEST})
         and earlier.sent_at > clock_timestamp() - make_interval(secs => ${seconds}))
     order by person`.execute(db)
  return rows.map(({ person }) => person)
}

const DIGEST = 'digest/'

async function sendDigest(tx: Tx, person: string): Promise<Woken | null> {
  const [first] = await heldOf(tx, person)
  if (first === undefined) return null
  // The incident before its pages: in the order of whoever pages.
  const { status, build } = await lockIncident(tx, first.incident)
  await lockPagesOf(tx, [person])
  const held = await heldOf(tx, person)
  if (status === 'closed' || held.length === 0) return null
  const text = digestText(held)
  const key = `${DIGEST}${await clock(tx)}`
  const page = { incident: first.incident, key, person, level: BESIDE_THE_LADDER, text, plan: null }
  const digest = await putPage(
    tx,
    { ...page, status: 'sending' },
    { by: 'api', text: `${person} is paged for ${held.length} calls that were held`, body: { calls: held.length } },
  )
  if (digest === undefined) return null
  const pages = held.map((one) => one.page)
  await tx.updateTable('page').set({ digest }).where('id', 'in', pages).execute()
  return { incident: first.incident, build, wakeDue: await raiseWake(tx, first.incident) }
}

type Held = HeldCall & { readonly page: string }

/** The gravest first, and of those the oldest. */
async function heldOf(tx: Tx, person: string): Promise<readonly Held[]> {
  const rows = await tx
    .selectFrom('page')
    .innerJoin('incident', 'incident.id', 'page.incident')
    .select(['page.id', 'page.incident', 'page.text', 'page.plan', 'page.level', 'incident.severity_milli'])
    .where('page.person', '=', person)
    .where('page.status', '=', 'held')
    .where('page.digest', 'is', null)
    .where('incident.status', '<>', 'closed')
    .orderBy('incident.severity_milli', 'desc')
    .orderBy('page.sent_at')
    .execute()
  const calls = rows.map(({ id, incident, text, plan, level, severity_milli }) => ({
    page: id,
    incident,
    text,
    kind: pageKindOf({ severityMilli: severity_milli, plan, level }),
  }))
  return pageKinds.flatMap((kind) => calls.filter((call) => call.kind === kind))
}
