import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { finding } from './findings-made.ts'
import { openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

/** As an older version left it, which could not read what this one can. */
async function left(raw: unknown, reason = 'not a finding that this version knows'): Promise<string> {
  const row = { digest: `${Math.random()}`, reason, raw: JSON.stringify(raw), channel: 'queue' }
  return (await world.owner.insertInto('quarantine').values(row).returning('id').executeTakeFirstOrThrow()).id
}

const retry = (id: string) => world.call('POST', `/api/quarantine/${id}/retry`, 'responder')

const listed = async (): Promise<readonly string[]> =>
  (await world.call('GET', '/api/quarantine', 'auditor')).body.quarantined.map(({ id }: { id: string }) => id)

describe('what could not be read', () => {
  it('is listed and shown with its reason and what came', async () => {
    await world.call('POST', '/api/findings', 'intake', [{ id: 'no finding' }])
    const { body } = await world.call('GET', '/api/quarantine', 'auditor')
    const { id, reason } = body.quarantined[0]
    expect(reason).toContain('no type')
    const one = await world.call('GET', `/api/quarantine/${id}`, 'auditor')
    expect(JSON.parse(one.body.raw)).toEqual({ id: 'no finding' })
    expect((await world.call('GET', '/api/quarantine/nothing', 'auditor')).status).toBe(404)
  })

  it('is taken in once it can be read, by its channel, once, with an event', async () => {
    const id = await left(finding({ id: 'read-again', user: 'read-again' }))
    const { status, body } = await retry(id)
    expect([status, body.state, body.finding]).toEqual([200, 'accepted', '111122223333/eu-central-1/read-again'])
    expect((await retry(id)).body).toEqual(body)
    expect(await listed()).not.toContain(id)
    const one = await world.call('GET', '/api/findings/read-again', 'auditor')
    expect(one.body.versions.map(({ channel }: { channel: string }) => channel)).toEqual(['queue'])
    const { rows } = await world.owner
      .selectFrom('audit_entry')
      .select('type')
      .where('type', '=', 'finding.read-again')
      .execute()
      .then((all) => ({ rows: all }))
    expect(rows).toHaveLength(1)
  })

  it('stays where it is when it still cannot be read, also when only its text showed why', async () => {
    const id = await left({ id: 'still nothing' })
    const { body } = await retry(id)
    expect([body.state, body.finding]).toEqual(['quarantined', null])
    expect(body.reason).toContain('no accountId')
    await world.call(
      'POST',
      '/api/findings',
      'intake',
      JSON.stringify(finding({ id: 'twice' })).replace('{', '{"id":"x",'),
    )
    const [twice = ''] = await listed()
    expect((await retry(twice)).body).toMatchObject({ state: 'quarantined', reason: 'a member twice: "id"' })
    expect(await listed()).toEqual(expect.arrayContaining([id, twice]))
  })

  it('is read by one of several who try at the same time', async () => {
    const id = await left(finding({ id: 'at-once', user: 'at-once' }))
    const answers = await Promise.all(Array.from({ length: 5 }, () => retry(id)))
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
  })
})
