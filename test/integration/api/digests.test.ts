import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { beginAttempt, duePage, endAttempt, endPage } from '#store/paging/deliveries'
import { sendDigests } from '#store/paging/digests'
import { pagePeople } from '#store/paging/paging'
import { finding } from './findings-made.ts'
import { openWorld, type World } from './world.ts'

const configured = [{ name: 'webhook', isByAddress: false }] as const
/** On the first level of the demo’s ladder. */
const PERSON = 'responder'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

let made = 0
async function incidentOf(severity: number): Promise<string> {
  made += 1
  const sent = finding({ id: `storm-${made}`, user: `user-${made}`, severity })
  const { body } = await world.call('POST', '/api/findings', 'intake', sent)
  return body.incidents[0].incident
}

async function called(severity: number): Promise<string> {
  const incident = await incidentOf(severity)
  await pagePeople(world.owner, { incident, key: 'verdict', level: 0, text: 'look' }, configured)
  return incident
}

const pagesOf = async (incident: string) => {
  const all = await world.owner
    .selectFrom('page')
    .selectAll()
    .where('incident', '=', incident)
    .orderBy('sent_at')
    .execute()
  return all.filter(({ person }) => person === PERSON)
}
const statusOf = async (incident: string) => (await pagesOf(incident)).map(({ status }) => status)

/** So much time goes by for all pages that there are. */
const later = (seconds: number) =>
  sql`update page set sent_at = sent_at - make_interval(secs => ${seconds})`.execute(world.owner)

const digestsOf = async () => {
  const all = await world.owner.selectFrom('page').selectAll().where('person', '=', PERSON).orderBy('sent_at').execute()
  return all.filter(({ key }) => key.startsWith('digest/'))
}

/** Everybody of the level gets one; they are about the same incident. */
const wokenByDigests = async () => [...new Set((await sendDigests(world.db)).map(({ incident }) => incident))]

describe('a person who is called too often', () => {
  const usual: string[] = []
  let critical = ''

  it('gets few pages outside the console, and what is critical still gets through', async () => {
    for (let at = 0; at < 8; at++) usual.push(await called(5))
    const statuses = await Promise.all(usual.map(statusOf))
    expect(statuses.flat()).toEqual([...Array(3).fill('sending'), ...Array(5).fill('held')])
    critical = await called(9)
    expect(await statusOf(critical)).toEqual(['sending'])
  })

  it('has every call in the console all the same, where the log says why it went nowhere else', async () => {
    const { body } = await world.call('GET', `/api/incidents/${usual[7]}`, 'responder')
    expect(body.pages).toContainEqual(expect.objectContaining({ person: PERSON, status: 'held' }))
    const { body: timeline } = await world.call('GET', `/api/incidents/${usual[7]}/timeline`, 'responder')
    expect(JSON.stringify(timeline)).toContain('held for the digest')
  })

  it('gets one page for all that were held, when they have come together for a while', async () => {
    expect(await sendDigests(world.db)).toEqual([])
    await later(61)
    expect(await wokenByDigests()).toEqual([usual[3]])
    expect(await sendDigests(world.db)).toEqual([])
    const [digest] = await digestsOf()
    expect(digest).toMatchObject({ status: 'sending', incident: usual[3] })
    expect(digest?.text).toMatch(/^5 more calls wait for you \(5 other\); /)
    const due = await duePage(world.owner, digest?.id ?? '', configured)
    expect(due?.facts).toMatchObject({ isDigest: true, person: { id: PERSON } })
  })

  it('gets the next one when its incident was closed before it arrived', async () => {
    await world.call('POST', `/api/incidents/${usual[3]}/close`, 'responder', { code: 'benign', lessons: 'A scanner' })
    const [taken] = await digestsOf()
    expect(taken?.status).toBe('recorded')
    await later(601)
    expect(await wokenByDigests()).toEqual([usual[4]])
    expect((await digestsOf())[1]?.text).toMatch(/^4 more calls/)
  })

  it('counts as called by everything that the digest brought, once it has arrived', async () => {
    const key = { page: (await digestsOf())[1]?.id ?? '', channel: 'webhook' } as const
    await beginAttempt(world.owner, key)
    await endAttempt(world.owner, { ...key, attempt: { kind: 'taken', receipt: '200' }, isLast: true })
    await endPage(world.owner, key.page)
    expect(await statusOf(usual[7] ?? '')).toEqual(['delivered'])
    await later(601)
    expect(await sendDigests(world.db)).toEqual([])
  })

  it('is paged again as usual after a quiet time', async () => {
    expect(await statusOf(await called(5))).toEqual(['sending'])
  })
})
