import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Runbooks } from '#api/schemas/runbooks'
import { finding } from './findings-made.ts'
import { BUILD, openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const read = async () => (await world.call('GET', '/api/runbooks', 'viewer')).body
const say = (manifest: object) =>
  world.owner
    .updateTable('build')
    .set({ manifest: JSON.stringify(manifest) })
    .where('id', '=', BUILD)
    .execute()

describe('the runbooks', () => {
  it('are none of a build that says nothing of them, which is named all the same', async () => {
    expect(await read()).toEqual({ build: { id: BUILD, activatedAt: expect.any(String) }, runbooks: [] })
  })

  it('are those of the build in use, with what their actions need by the catalogue', async () => {
    await say({
      runbooks: [{ id: 'stop', title: 'Stop it', handles: ['A:B/*'], actions: ['denyUser', 'snapshotVolumes'] }],
    })
    const body = await read()
    expect(Value.Check(Runbooks, body)).toBe(true)
    expect(body.runbooks).toMatchObject([
      {
        id: 'stop',
        handles: ['A:B/*'],
        author: null,
        incidents: 0,
        lastAt: null,
        actions: [
          { name: 'denyUser', tier: 'R2', reversible: true, changes: ['iam:PutUserPolicy', 'iam:DeleteUserPolicy'] },
          { name: 'snapshotVolumes', reversible: false },
        ],
      },
    ])
    expect(body.runbooks[0].actions[0].reads).toContain('iam:GetUserPolicy')
  })

  it('name who changed them last, by person where the address is somebody’s', async () => {
    const row = { title: null, handles: [], actions: [] }
    await world.owner.updateTable('person').set({ email: 'Ada@example.org' }).where('id', '=', 'approver1').execute()
    await say({
      runbooks: [
        { id: 'one', ...row },
        { id: 'two', ...row },
      ],
      authors: { one: 'ada@Example.org', two: 'nobody@example.org' },
    })
    const { runbooks } = await read()
    expect(runbooks.map(({ author }: { author: object }) => author)).toEqual([
      { email: 'ada@Example.org', person: 'Ada Approver' },
      { email: 'nobody@example.org', person: null },
    ])
  })

  it('say how often they responded, and when last', async () => {
    const { body } = await world.call('POST', '/api/findings', 'intake', finding({ id: 'one', user: 'one' }))
    await world.owner
      .updateTable('incident')
      .set({ runbook: 'one' })
      .where('id', '=', body.incidents[0].incident)
      .execute()
    const [one, two] = (await read()).runbooks
    expect(one).toMatchObject({ incidents: 1, lastAt: expect.any(String) })
    expect(two).toMatchObject({ incidents: 0, lastAt: null })
  })
})
