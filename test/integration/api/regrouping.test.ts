import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { finding } from './findings-made.ts'
import { proposePlan } from './plans-made.ts'
import { openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

let made = 0

/** An incident of its own with so many findings. */
async function incidentWith(count: number) {
  const user = `regrouped-${made++}`
  const ids = Array.from({ length: count }, (_, one) => `${user}-f${one}`)
  const { body } = await world.call(
    'POST',
    '/api/findings',
    'intake',
    ids.map((id) => finding({ id, user })),
  )
  return { id: body.incidents[0].incident as string, user, ids }
}

const send = async (wish: Parameters<typeof finding>[0]): Promise<string> =>
  (await world.call('POST', '/api/findings', 'intake', finding(wish))).body.incidents[0].incident

const findingsOf = async (incident: string): Promise<readonly string[]> => {
  const { body } = await world.call('GET', `/api/incidents/${incident}/findings`, 'auditor')
  return body.findings.map(({ id }: { id: string }) => id).toSorted()
}

const verb = (incident: string, path: string, body: object = {}) =>
  world.call('POST', `/api/incidents/${incident}/${path}`, 'responder', body)

const detail = async (id: string) => (await world.call('GET', `/api/incidents/${id}`, 'auditor')).body

describe('a merge', () => {
  it('moves the findings, closes the one as a duplicate, and later findings about its entity follow', async () => {
    const [one, other] = [await incidentWith(2), await incidentWith(1)]
    const { status, body } = await verb(one.id, 'merge', { into: other.id, reason: 'The same person' })
    expect([status, body.status, body.closureCode, body.mergedInto]).toEqual([200, 'closed', 'duplicate', other.id])
    expect(await findingsOf(other.id)).toEqual([...one.ids, ...other.ids].toSorted())
    expect(await send({ id: `${one.user}-later`, user: one.user })).toBe(other.id)
    expect(await send({ id: one.ids[0] ?? '', user: one.user, count: 9 })).toBe(other.id)
    expect(world.woken).toContainEqual(expect.objectContaining({ incident: other.id }))
    const { body: timeline } = await world.call('GET', `/api/incidents/${other.id}/timeline`, 'auditor')
    expect(timeline.events.map(({ type }: { type: string }) => type)).toContain('incident.merged')
  })

  it('again changes nothing', async () => {
    const [one, other] = [await incidentWith(1), await incidentWith(1)]
    await verb(one.id, 'merge', { into: other.id })
    const { status, body } = await verb(one.id, 'merge', { into: other.id })
    expect([status, body.regroupings.length]).toEqual([200, 1])
  })

  it('is followed over several links', async () => {
    const [one, other, last] = [await incidentWith(1), await incidentWith(1), await incidentWith(1)]
    await verb(one.id, 'merge', { into: other.id })
    await verb(other.id, 'merge', { into: last.id })
    expect(await send({ id: `${one.user}-later`, user: one.user })).toBe(last.id)
  })

  it('can be undone: the findings go back, and the incident is in its next episode', async () => {
    const [one, other] = [await incidentWith(2), await incidentWith(1)]
    const merged = (await verb(one.id, 'merge', { into: other.id })).body
    const path = `regroupings/${merged.regroupings[0].id}/undo`
    const { status, body } = await verb(one.id, path)
    expect([status, body.status, body.episode, body.mergedInto]).toEqual([200, 'open', 2, null])
    expect([await findingsOf(one.id), await findingsOf(other.id)]).toEqual([one.ids, other.ids])
    expect(await send({ id: `${one.user}-later`, user: one.user })).toBe(one.id)
    expect((await verb(other.id, path)).body.regroupings[0].undoneBy).toBe('responder')
  })

  it('supersedes what is proposed, and is refused while a plan is decided or carried out', async () => {
    const { incident, hash } = await proposePlan(world)
    const other = await incidentWith(1)
    for (const status of ['approved', 'executing']) {
      await world.owner.updateTable('plan').set({ status }).where('hash', '=', hash).execute()
      const { status: code, body } = await verb(incident, 'merge', { into: other.id })
      expect([code, body.code]).toEqual([409, 'conflict'])
      expect(body.detail).toContain(status)
    }
    await world.owner.updateTable('plan').set({ status: 'proposed' }).where('hash', '=', hash).execute()
    expect((await verb(incident, 'merge', { into: other.id })).status).toBe(200)
    const { status } = await world.owner
      .selectFrom('plan')
      .select('status')
      .where('hash', '=', hash)
      .executeTakeFirstOrThrow()
    expect(status).toBe('superseded')
  })

  it('is refused for an incident that holds a containment, that is closed, or into itself', async () => {
    const { incident, hash } = await proposePlan(world)
    const other = await incidentWith(1)
    await world.owner.updateTable('plan').set({ status: 'done' }).where('hash', '=', hash).execute()
    await world.owner
      .insertInto('containment')
      .values({ plan: hash, step: 0, incident, target_key: 'the user' })
      .execute()
    expect((await verb(incident, 'merge', { into: other.id })).body.detail).toContain('the user')
    expect((await verb(other.id, 'merge', { into: other.id })).status).toBe(422)
    expect((await verb(other.id, 'merge', { into: 'nothing' })).status).toBe(422)
    expect((await verb('nothing', 'merge', { into: other.id })).status).toBe(404)
    await verb(other.id, 'close', { code: 'resolved' })
    expect((await verb(other.id, 'merge', { into: incident })).status).toBe(409)
    expect((await verb(incident, 'merge', { into: other.id })).status).toBe(409)
  })

  it('is the only way back: a merged incident is not reopened', async () => {
    const [one, other] = [await incidentWith(1), await incidentWith(1)]
    await verb(one.id, 'merge', { into: other.id })
    expect((await verb(one.id, 'reopen')).status).toBe(409)
  })
})

describe('a split', () => {
  it('makes an incident of some findings; their versions go there, and others about the entity stay', async () => {
    const one = await incidentWith(3)
    const [moved = '', ...stay] = one.ids
    const { status, body } = await verb(one.id, 'split', { findings: [moved], reason: 'Another case' })
    expect([status, body.status, body.related]).toEqual([201, 'open', [one.id]])
    expect([await findingsOf(body.id), await findingsOf(one.id)]).toEqual([[moved], stay])
    expect(await send({ id: moved, user: one.user, count: 7 })).toBe(body.id)
    expect(await send({ id: `${one.user}-later`, user: one.user })).toBe(one.id)
  })

  it('can be undone', async () => {
    const one = await incidentWith(2)
    const { body } = await verb(one.id, 'split', { findings: [one.ids[0]] })
    const undone = await verb(one.id, `regroupings/${body.regroupings[0].id}/undo`)
    expect(undone.status).toBe(200)
    expect(await findingsOf(one.id)).toEqual(one.ids)
    expect(await detail(body.id)).toMatchObject({ status: 'closed', mergedInto: one.id })
  })

  it('is refused for a finding of another incident, for all of them, and while a plan is carried out', async () => {
    const one = await incidentWith(2)
    expect((await verb(one.id, 'split', { findings: ['nothing'] })).status).toBe(422)
    expect((await verb(one.id, 'split', { findings: one.ids })).status).toBe(422)
    expect((await verb(one.id, 'split', { findings: [] })).status).toBe(400)
    const { incident, hash } = await proposePlan(world)
    await world.owner.updateTable('plan').set({ status: 'executing' }).where('hash', '=', hash).execute()
    const [first] = await findingsOf(incident)
    expect((await verb(incident, 'split', { findings: [first] })).status).toBe(409)
    expect((await detail(one.id)).regroupings).toEqual([])
  })
})
