import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decidePermit } from '#gate/permits'
import { denying, seen } from './steps-made.ts'
import { storedByWorker } from './stored-by-worker.ts'
import { ACCOUNT, dropDatabase, type GateWorld, openGateWorld, REGION } from './world.ts'

let world: GateWorld
beforeEach(async () => {
  world = await openGateWorld()
})
afterEach(() => world.close())
afterAll(dropDatabase)

/** A finding of the incident, as Cordon reads it, or as a version read it that knew no samples. */
const found = (id: string, body: { readonly isSample?: boolean }) =>
  world.owner
    .insertInto('finding')
    .values({
      key: id,
      finding_id: id,
      source: 'guardduty',
      type: 'T',
      account: ACCOUNT,
      region: REGION,
      severity_milli: 8000,
      incident: world.incident,
      body: JSON.stringify(body),
      updated_at: '2026-11-24T08:00:00.000Z',
      count: 1,
      likeness: id,
    })
    .execute()

const drill = (finding: string) =>
  world.owner
    .insertInto('drill')
    .values({ name: 'stolen-key', finding_id: finding, finding_ids: [finding], person: 'responder' })
    .execute()

const propose = () => storedByWorker(world, [denying()])

const ask = async () => {
  const { hash } = await world.approve([denying()])
  return decidePermit(world.db, { plan: hash, step: 0, observed: seen(denying()) })
}

describe('an incident of samples alone', () => {
  it('gets no plan, and the gate gives no permit for one that was made all the same', async () => {
    await found('sample', { isSample: true })
    expect(await propose()).toMatchObject({ kind: 'refused', code: 'sample_only' })
    expect(await ask()).toMatchObject({ kind: 'refused', code: 'sample_only' })
  })

  it('is contained when it is a drill’s', async () => {
    await found('sample', { isSample: true })
    await drill('sample')
    expect(await propose()).toMatchObject({ kind: 'stored' })
    expect(await ask()).toMatchObject({ kind: 'given' })
  })
})

describe('an incident with something that is no sample', () => {
  it.each([{ isSample: false }, {}])('is contained as any other: %j', async (body) => {
    await found('sample', { isSample: true })
    await found('real', body)
    expect(await propose()).toMatchObject({ kind: 'stored' })
    expect(await ask()).toMatchObject({ kind: 'given' })
  })
})
