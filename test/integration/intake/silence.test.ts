import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pulledSource } from '#domain/source'
import { createIntakeAws } from '#intake/aws/clients'
import { producers } from '#intake/aws/producers'
import { pollUntil } from '#intake/poll-loop'
import { createIntake } from '#intake/take-in'
import { connect } from '#store/database/database'
import { tellHeardAgain, tellSilences } from '#store/sources/silences'
import { noteHeard, watchSources } from '#store/sources/sources'
import { startSimulator } from '../../support/simulator.ts'
import { until } from '../../support/until.ts'
import { openWorld, type World } from '../api/world.ts'

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

const places = ['eu-central-1', 'us-east-1'].map((region) =>
  pulledSource('guardduty', { account: '111122223333', region }),
)
const [here, there] = places as [(typeof places)[number], (typeof places)[number]]

const watch = (silentAfterMs: number) =>
  watchSources(
    world.db,
    places.map((source) => ({ ...source, silentAfterMs })),
  )

const incidents = () => world.owner.selectFrom('incident').select(['id', 'title', 'status', 'closure_code']).execute()
const statesOf = async () =>
  Object.fromEntries(
    ((await world.call('GET', '/api/sources', 'responder')).body.sources as { name: string; state: string }[]).map(
      ({ name, state }) => [name, state],
    ),
  )

describe('a source that is silent for longer than it may be', () => {
  it('opens one incident for all of its account, once, which is closed when they are heard again', async () => {
    await watch(1)
    await noteHeard(world.db, here, { hasFindings: false })
    expect(await tellSilences(world.db)).toHaveLength(1)
    expect(await tellSilences(world.db)).toEqual([])
    const [told, ...more] = await incidents()
    expect(more).toEqual([])
    expect(told).toMatchObject({ title: 'Nothing is heard of findings of account 111122223333', status: 'open' })
    expect(await statesOf()).toEqual({ [here.name]: 'silent', [there.name]: 'silent' })

    await watch(3_600_000)
    await noteHeard(world.db, here, { hasFindings: true })
    expect(await tellHeardAgain(world.db)).toMatchObject([{ incident: told?.id }])
    expect((await incidents())[0]?.status).toBe('open')
    await noteHeard(world.db, there, { hasFindings: true })
    await tellHeardAgain(world.db)
    expect((await incidents())[0]).toMatchObject({ status: 'closed', closure_code: 'resolved' })
    expect(await statesOf()).toEqual({ [here.name]: 'heard', [there.name]: 'heard' })
    expect(await tellHeardAgain(world.db)).toEqual([])
  })

  it('opens another one when it falls silent again', async () => {
    await watch(1)
    await tellSilences(world.db)
    await watch(3_600_000)
    for (const source of places) await noteHeard(world.db, source, { hasFindings: false })
    await tellHeardAgain(world.db)
    await watch(1)
    await tellSilences(world.db)
    expect((await incidents()).map(({ status }) => status).toSorted()).toEqual(['closed', 'open'])
  })

  it('is none while it is heard, nor one that nobody waits for any more', async () => {
    await watch(3_600_000)
    expect(await tellSilences(world.db)).toEqual([])
    await watchSources(world.db, [])
    await world.owner
      .updateTable('source')
      .set({ added_at: new Date(0) })
      .execute()
    expect(await tellSilences(world.db)).toEqual([])
    expect(await statesOf()).toEqual({})
  })
})

describe('a backfill', () => {
  it('is read by the intake, wherever it was asked for, and says how much it found', async () => {
    const simulator = await startSimulator()
    const intake = connect(world.urlOf('intake'), 5)
    const stopping = new AbortController()
    for (const { id, externalId } of simulator.identities.accounts)
      await world.owner
        .updateTable('account')
        .set({ external_id: externalId ?? null })
        .where('id', '=', id)
        .execute()
    const { findingId } = await simulator.startDrill('stolen-access-key')
    const polling = pollUntil(
      {
        db: intake.db,
        intake: createIntake(intake.db),
        aws: createIntakeAws({ endpoint: simulator.endpoint, identity: simulator.identities.intake }),
        producers,
        log: pino({ level: 'silent' }),
        due: async () => undefined,
        everyMs: undefined,
        queues: [],
        looked: () => undefined,
      },
      stopping.signal,
    )
    try {
      const since = new Date(Date.now() - 3_600_000).toISOString()
      const asked = await world.call('POST', '/api/sources/backfills', 'operator', { since, account: '111122223333' })
      expect(asked.status).toBe(202)
      const done = await until('the backfill is done', async () => {
        const { body } = await world.call('GET', `/api/sources/backfills/${asked.body.id}`, 'auditor')
        return body.doneAt === null ? undefined : body
      })
      expect(done).toMatchObject({ found: 1, problem: null })
      const kept = await world.owner.selectFrom('finding').select('finding_id').execute()
      expect(kept).toEqual([{ finding_id: findingId }])
    } finally {
      stopping.abort()
      await polling
      await intake.close()
      await simulator.stop()
    }
  })

  it('goes back 90 days, and is for those who may ask', async () => {
    const since = new Date(Date.now() - 100 * 86_400_000).toISOString()
    expect((await world.call('POST', '/api/sources/backfills', 'operator', { since })).status).toBe(400)
    expect((await world.call('POST', '/api/sources/backfills', 'auditor', { since })).status).toBe(403)
  })
})

describe('a person’s report', () => {
  it('opens an incident of its own, with the words as they were said, also about what is not in AWS', async () => {
    const report = {
      text: 'I think something is wrong\nThe door of the server room is open',
      place: 'Berlin, 2nd floor',
    }
    const one = await world.call('POST', '/api/reports', 'viewer', report)
    const two = await world.call('POST', '/api/reports', 'responder', { ...report, account: '111122223333' })
    expect([one.status, two.status]).toEqual([201, 201])
    expect(one.body.incident).not.toBe(two.body.incident)
    const { body } = await world.call('GET', `/api/incidents/${one.body.incident}`, 'responder')
    expect(body).toMatchObject({ title: 'Vera Viewer reports: I think something is wrong', account: 'elsewhere' })
    const { findings } = (await world.call('GET', `/api/incidents/${one.body.incident}/findings`, 'responder')).body
    expect(findings[0]).toMatchObject({ source: 'person', type: 'Report:Person/Suspicion' })
    expect(world.woken.map(({ incident }) => incident)).toContain(one.body.incident)
  })

  it('needs words, and no account that is none', async () => {
    expect((await world.call('POST', '/api/reports', 'viewer', { text: '  ' })).status).toBe(400)
    expect((await world.call('POST', '/api/reports', 'viewer', { text: 'x', account: 'here' })).status).toBe(400)
    expect((await world.call('POST', '/api/reports', 'intake', { text: 'x' })).status).toBe(403)
  })
})
