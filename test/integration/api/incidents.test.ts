import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { IncidentDetail, IncidentList, Timeline } from '#api/schemas/incident'
import { PlanList, PlanView } from '#api/schemas/plan'
import { finding } from './findings-made.ts'
import { proposePlan } from './plans-made.ts'
import { openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

async function openIncident(user: string, wish: object = {}): Promise<string> {
  const { body } = await world.call('POST', '/api/findings', 'intake', finding({ id: user, user, ...wish }))
  return body.incidents[0].incident
}

const get = async (url: string) => (await world.call('GET', url, 'auditor')).body

describe('incidents', () => {
  it('are listed newest first, page by page, by status, severity, account and text', async () => {
    const ids = []
    for (const [index, severity] of [2, 5, 8, 9].entries())
      ids.unshift(
        await openIncident(`listed-${index}`, { severity, account: index === 3 ? '777788889999' : '111122223333' }),
      )
    const first = await get('/api/incidents?limit=3&q=listed')
    expect(first.incidents.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 3))
    const second = await get(`/api/incidents?limit=3&q=listed&cursor=${first.next}`)
    expect(second).toMatchObject({ incidents: [{ id: ids[3] }], next: null })
    expect(
      (await get('/api/incidents?severity=high&q=listed')).incidents.map(({ band }: { band: string }) => band),
    ).toEqual(['high'])
    expect((await get('/api/incidents?severity=5&q=listed')).incidents).toHaveLength(3)
    expect((await get('/api/incidents?account=777788889999&q=listed')).incidents).toHaveLength(1)
    expect((await get('/api/incidents?status=closed&q=listed')).incidents).toHaveLength(0)
    expect((await get('/api/incidents?q=100%25')).incidents).toHaveLength(0)
    expect((await world.call('GET', '/api/incidents?status=nothing', 'auditor')).status).toBe(400)
    expect((await world.call('GET', '/api/incidents?cursor=nothing', 'auditor')).status).toBe(400)
  })

  it('are shown in the very shapes that the description gives', async () => {
    const { incident, hash } = await proposePlan(world)
    for (const [schema, answer] of [
      [IncidentList, await get('/api/incidents')],
      [IncidentDetail, await get(`/api/incidents/${incident}`)],
      [Timeline, await get(`/api/incidents/${incident}/timeline`)],
      [PlanList, await get(`/api/incidents/${incident}/plans`)],
      [PlanView, await get(`/api/plans/${hash}`)],
    ] as const)
      expect(Value.Errors(schema, answer)).toEqual([])
  })

  it('are acknowledged by the first who says so, and commented by anybody who responds', async () => {
    const id = await openIncident('acknowledged')
    await world.call('POST', `/api/incidents/${id}/acknowledge`, 'responder')
    const { body } = await world.call('POST', `/api/incidents/${id}/acknowledge`, 'approver1')
    expect(body.acknowledgedBy).toBe('responder')
    expect(
      (await world.call('POST', `/api/incidents/${id}/comments`, 'approver1', { text: 'Looks real' })).status,
    ).toBe(201)
    expect((await get(`/api/incidents/${id}`)).comments).toMatchObject([{ person: 'approver1', text: 'Looks real' }])
  })

  it('are closed with a code and a lesson, and reopened as the next episode with what is in force then', async () => {
    const { incident: id, hash } = await proposePlan(world)
    const closed = await world.call('POST', `/api/incidents/${id}/close`, 'responder', {
      code: 'false-positive',
      lessons: 'Tell the red team',
    })
    expect(closed.body).toMatchObject({
      status: 'closed',
      closureCode: 'false-positive',
      lessons: 'Tell the red team',
      waitingFor: null,
    })
    expect(await get(`/api/plans/${hash}`)).toMatchObject({ status: 'superseded' })
    expect(
      (await world.call('POST', `/api/incidents/${id}/close`, 'responder', { code: 'false-positive' })).status,
    ).toBe(200)
    expect((await world.call('POST', `/api/incidents/${id}/close`, 'responder', { code: 'resolved' })).status).toBe(409)
    await world.owner
      .insertInto('build')
      .values({ id: 'build-2', catalogue_digest: 'c', manifest: '{}', activated_at: new Date() })
      .execute()
    expect(
      (await world.call('POST', `/api/incidents/${id}/reopen`, 'responder', { reason: 'Again' })).body,
    ).toMatchObject({ status: 'open', episode: 2, build: 'build-2', phase: 'prepare' })
    expect((await world.call('POST', `/api/incidents/${id}/reopen`, 'responder')).status).toBe(409)
    await world.owner
      .deleteFrom('build')
      .where('id', '=', 'build-2')
      .execute()
      .catch(() => undefined)
  })

  it('are not reopened beside another open incident about the same entity', async () => {
    const first = await openIncident('reopened-twice')
    await world.call('POST', `/api/incidents/${first}/close`, 'responder', { code: 'resolved' })
    await world.call('POST', '/api/findings', 'intake', finding({ id: 'reopened-other', user: 'reopened-twice' }))
    expect(await world.call('POST', `/api/incidents/${first}/reopen`, 'responder')).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    })
  })

  it('are not closed while a plan is being carried out', async () => {
    const { incident, hash } = await proposePlan(world)
    for (const who of ['approver1', 'approver2'] as const)
      await world.call('POST', `/api/plans/${hash}/votes`, who, { decision: 'approve' })
    expect(
      await world.call('POST', `/api/incidents/${incident}/close`, 'responder', { code: 'resolved' }),
    ).toMatchObject({ status: 409 })
  })
})

describe('asking for a plan', () => {
  const answerLater = async (incident: string, set: { plan?: string; refused?: string }): Promise<void> => {
    for (;;) {
      const row = await world.owner
        .updateTable('plan_request')
        .set(set)
        .where('incident', '=', incident)
        .where('plan', 'is', null)
        .returning('id')
        .executeTakeFirst()
      if (row !== undefined) return
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  it('waits for the plan that the incident’s workflow proposes, and honours its idempotency key', async () => {
    const { incident, hash } = await proposePlan(world)
    const ask = () =>
      world.app.inject({
        method: 'POST',
        url: `/api/incidents/${incident}/plans`,
        headers: { authorization: 'Bearer token-of-responder', 'idempotency-key': 'once' },
        payload: { undo: hash, reason: 'False alarm' },
      })
    const [reply] = await Promise.all([ask(), answerLater(incident, { plan: hash })])
    expect(reply.statusCode).toBe(201)
    expect(reply.json()).toMatchObject({ hash, reopened: false })
    expect((await ask()).statusCode).toBe(201)
    const rows = await world.owner.selectFrom('plan_request').select('body').where('incident', '=', incident).execute()
    expect(rows).toEqual([{ body: { undo: hash, release: 'false-positive', reason: 'False alarm' } }])
  })

  it('gives the reason when there cannot be one', async () => {
    const { incident } = await proposePlan(world)
    const steps = [
      {
        action: 'denyUser',
        target: { kind: 'iam-user', account: '111122223333', userId: 'AIDAX', name: 'break-glass-admin' },
      },
    ]
    const [reply] = await Promise.all([
      world.call('POST', `/api/incidents/${incident}/plans`, 'responder', {
        purpose: 'contain',
        reason: 'By hand',
        steps,
      }),
      answerLater(incident, { refused: JSON.stringify({ code: 'target_protected', reason: 'Manual action needed' }) }),
    ])
    expect(reply).toMatchObject({ status: 409, body: { code: 'target_protected', detail: 'Manual action needed' } })
  })

  it('refuses what can never be planned at once', async () => {
    const { incident } = await proposePlan(world)
    const ask = (body: object) => world.call('POST', `/api/incidents/${incident}/plans`, 'responder', body)
    expect(await ask({ undo: 'nothing', reason: 'x' })).toMatchObject({ status: 422, body: { code: 'unprocessable' } })
    const role = { kind: 'iam-role', account: '111122223333', roleId: 'AROAX', name: 'r' }
    expect((await ask({ purpose: 'contain', reason: 'x', steps: [{ action: 'denyUser', target: role }] })).status).toBe(
      422,
    )
    expect((await ask({ purpose: 'contain', reason: 'x', steps: [] })).status).toBe(400)
  })
})

describe('the freeze', () => {
  it('is started by one person and lifted by two of different groups', async () => {
    const remove = (who: 'approver1' | 'approver2') => world.call('DELETE', '/api/freeze', who)
    expect((await remove('approver1')).status).toBe(404)
    const frozen = await world.call('POST', '/api/freeze', 'responder', { reason: 'Something is off' })
    expect(frozen).toMatchObject({ status: 200, body: { account: null, reason: 'Something is off' } })
    expect(Date.parse(frozen.body.endsAt) - Date.parse(frozen.body.startedAt)).toBe(4 * 3_600_000)
    expect(await remove('approver1')).toMatchObject({ status: 202, body: { needs: 1 } })
    expect(await remove('approver1')).toMatchObject({ status: 202, body: { needs: 1 } })
    expect((await remove('approver2')).status).toBe(200)
    expect((await get('/api/freeze')).freezes).toEqual([])
  })

  it('calls every approver but who began it, once, by the incident that it stops', async () => {
    const { incident } = await proposePlan(world)
    const { body } = await world.call('POST', '/api/freeze', 'approver1', { reason: 'It is our own scanner' })
    await world.call('POST', '/api/freeze', 'approver1', { reason: 'It is our own scanner' })
    expect((await get(`/api/incidents/${incident}`)).pages).toMatchObject([
      { person: 'approver2', text: expect.stringContaining('froze changes everywhere: It is our own scanner') },
    ])
    expect((await get('/api/freeze')).freezes).toMatchObject([{ id: body.id }])
    for (const who of ['approver1', 'approver2'] as const) await world.call('DELETE', '/api/freeze', who)
  })

  it('of one account leaves the others alone', async () => {
    await world.call('POST', '/api/freeze', 'admin', { account: '111122223333' })
    expect((await get('/api/freeze')).freezes).toMatchObject([{ account: '111122223333' }])
    expect((await world.call('DELETE', '/api/freeze?account=777788889999', 'admin')).status).toBe(404)
  })
})
