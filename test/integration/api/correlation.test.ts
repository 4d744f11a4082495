import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { finding } from './findings-made.ts'
import { asForm, type Channel, partOf, sequenceOf, type Told } from './forms-made.ts'
import { openWorld, type World } from './world.ts'

// The same in two orders, so in two records.
let worlds: readonly [World, World]
beforeAll(async () => {
  worlds = [await openWorld(), await openWorld()]
})
afterAll(async () => {
  for (const world of worlds) await world.close()
})

let runs = 0
const nextRun = (): string => `correlation-${runs++}`

const send = async (world: World, body: object) => {
  const { status, body: answer } = await world.call('POST', '/api/findings', 'intake', body)
  expect(status).toBe(202)
  expect(answer.quarantined).toEqual([])
  return answer
}

const openWith = async (world: World, q: string) =>
  (await world.call('GET', `/api/incidents?status=open&q=${q}`, 'auditor')).body.incidents

const detail = async (world: World, id: string) => (await world.call('GET', `/api/incidents/${id}`, 'auditor')).body

interface Sent {
  readonly channel: Channel
  readonly minute: number
  readonly severity: number
}

const version: fc.Arbitrary<Sent> = fc.record({
  channel: fc.constantFrom<Channel>('eventBridge', 'poll', 'securityHub'),
  minute: fc.nat({ max: 3 }),
  severity: fc.constantFrom(2, 5, 8.9),
})

const twoOrders = <Item>(items: fc.Arbitrary<Item>) =>
  fc.uniqueArray(items, { selector: (one) => JSON.stringify(one), minLength: 1, maxLength: 6 }).chain((all) => {
    const order = fc.shuffledSubarray(all, { minLength: all.length })
    return fc.record({ one: order, other: order })
  })

describe('one finding by several channels', () => {
  it('is one row and one incident, read from the richest form, in every order', async () => {
    const record = async (world: World, { run, order }: { readonly run: string; readonly order: readonly Sent[] }) => {
      for (const { channel, ...rest } of order) await send(world, asForm[channel]({ id: run, user: run, ...rest }))
      const { body } = await world.call('GET', `/api/findings/${run}`, 'auditor')
      const open = await openWith(world, run)
      return {
        finding: body.finding,
        versions: body.versions.length,
        incidents: open.map(({ severity }: { severity: number }) => severity),
      }
    }
    await fc.assert(
      fc.asyncProperty(twoOrders(version), async ({ one, other }) => {
        const run = nextRun()
        const recorded = await record(worlds[0], { run, order: one })
        expect(await record(worlds[1], { run, order: other })).toEqual(recorded)
        const isHubAlone = one.every(({ channel }) => channel === 'securityHub')
        expect(recorded.finding.form).toBe(isHubAlone ? 'asff' : 'guardduty')
        expect(recorded.incidents).toEqual([Math.max(...one.map(({ severity }) => severity))])
      }),
      {
        numRuns: 30,
        // Of which one form is the richer and the other the later, or the graver.
        examples: [
          [
            {
              one: [
                { channel: 'eventBridge', minute: 0, severity: 8.9 },
                { channel: 'securityHub', minute: 0, severity: 2 },
              ],
              other: [
                { channel: 'securityHub', minute: 0, severity: 2 },
                { channel: 'eventBridge', minute: 0, severity: 8.9 },
              ],
            },
          ],
        ],
      },
    )
  }, 300_000)
})

const told = (run: string, name: string): Told => ({
  id: `${run}-${name}`,
  user: `${run}-${name}`,
  minute: 0,
  severity: 8,
})

/** Three parts about three users, of which one names the sequence, one is named by it, and one does both; then something later about each. */
const scene = (run: string): readonly object[] => {
  const [by, named, both] = ['by', 'named', 'both'].map((name) => told(run, name)) as [Told, Told, Told]
  return [
    partOf(`${run}-sequence`, by),
    partOf(null, named),
    partOf(`${run}-sequence`, both),
    sequenceOf([named.id, both.id], told(run, 'sequence')),
  ]
}

describe('an attack sequence', () => {
  it('and its parts are one open incident in every order, and what comes later about a part goes there too', async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), async (order) => {
        const [run, [world]] = [nextRun(), worlds]
        for (const place of order) await send(world, scene(run)[place] ?? {})
        for (const name of ['by', 'named', 'both'])
          await send(world, finding({ id: `${run}-later-${name}`, user: `${run}-${name}` }))
        const [incident, ...others] = await openWith(world, run)
        expect(others).toEqual([])
        const { body } = await world.call('GET', `/api/incidents/${incident.id}/findings`, 'auditor')
        expect(body.findings).toHaveLength(7)
      }),
      { numRuns: 12 },
    )
  }, 300_000)

  it('and its parts that come in one call are one open incident', async () => {
    const [run, [world]] = [nextRun(), worlds]
    const { incidents } = await send(world, scene(run))
    expect(new Set(incidents.map(({ incident }: { incident: string }) => incident)).size).toBe(1)
    expect(await openWith(world, run)).toHaveLength(1)
  })

  it('does not join again what a responder took apart', async () => {
    const [run, [world]] = [nextRun(), worlds]
    const part = (await send(world, partOf(null, told(run, 'part')))).incidents[0].incident
    const whole = (await send(world, sequenceOf([`${run}-part`], told(run, 'sequence')))).incidents[0].incident
    const { regroupings } = await detail(world, part)
    const undo = `/api/incidents/${part}/regroupings/${regroupings[0].id}/undo`
    expect((await world.call('POST', undo, 'responder', {})).status).toBe(200)
    await send(world, sequenceOf([`${run}-part`], { ...told(run, 'sequence'), minute: 1 }))
    expect((await openWith(world, run)).map(({ id }: { id: string }) => id).toSorted()).toEqual(
      [part, whole].toSorted(),
    )
  })

  it('leaves a part alone whose plan is being carried out, and is shown beside it', async () => {
    const [run, [world]] = [nextRun(), worlds]
    const { incidents } = await send(world, partOf(null, told(run, 'part')))
    const incident = incidents[0].incident
    await underWay(world, incident)
    await send(world, sequenceOf([`${run}-part`], told(run, 'sequence')))
    expect(await openWith(world, run)).toHaveLength(2)
    expect(await detail(world, incident)).toMatchObject({ mergedInto: null, related: [expect.any(String)] })
  })
})

const underWay = (world: World, incident: string) =>
  world.owner
    .insertInto('plan')
    .values({
      hash: `hash-of-${incident}`,
      bytes: Buffer.from('{}'),
      incident,
      episode: 1,
      verb_key: incident,
      revision: 0,
      purpose: 'contain',
      tier: 'R2',
      proposer: 'runbook/r',
      status: 'executing',
      decide_by: new Date(),
    })
    .execute()

describe('a storm of findings about nothing that is known', () => {
  it('is one incident for each type, account and Region', async () => {
    const [world] = worlds
    const storm = Array.from({ length: 500 }, (_, one) => ({
      accountId: '111122223333',
      region: 'eu-central-1',
      id: `storm-${one}`,
      type: one % 2 === 0 ? 'Storm:Of/One' : 'Storm:Of/Other',
      severity: 5,
      updatedAt: '2026-11-24T08:00:00Z',
      service: { action: { networkConnectionAction: { remoteIpDetails: { ipAddressV4: `198.51.100.${one % 250}` } } } },
    }))
    expect((await send(world, storm)).accepted).toBe(500)
    expect(await openWith(world, 'Storm:Of')).toHaveLength(2)
  }, 60_000)
})

describe('a finding after the end of an incident', () => {
  it('about the same entity opens one that is shown beside the former', async () => {
    const [run, [world]] = [nextRun(), worlds]
    const first = (await send(world, finding({ id: `${run}-1`, user: run }))).incidents[0].incident
    await world.call('POST', `/api/incidents/${first}/close`, 'responder', { code: 'resolved' })
    const second = (await send(world, finding({ id: `${run}-2`, user: run }))).incidents[0].incident
    expect(second).not.toBe(first)
    expect((await detail(world, second)).related).toEqual([first])
    expect((await detail(world, first)).related).toEqual([second])
  })

  it('that came by Security Hub only after GuardDuty told of the same moment opens none', async () => {
    const [run, [world]] = [nextRun(), worlds]
    const version = { id: run, user: run, minute: 1, severity: 8 }
    const first = (await send(world, asForm.eventBridge(version))).incidents[0].incident
    await world.call('POST', `/api/incidents/${first}/close`, 'responder', { code: 'resolved' })
    expect((await send(world, asForm.securityHub(version))).incidents[0].incident).toBe(first)
    // What is later is news, in whatever form.
    const later = (await send(world, asForm.securityHub({ ...version, minute: 2 }))).incidents[0].incident
    expect(later).not.toBe(first)
    expect((await world.call('GET', `/api/findings/${run}`, 'auditor')).body).toMatchObject({
      incident: later,
      finding: { form: 'guardduty' },
    })
  })
})
