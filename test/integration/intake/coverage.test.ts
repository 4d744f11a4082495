import {
  ArchiveFindingsCommand,
  CreateFilterCommand,
  CreateSampleFindingsCommand,
  DeleteDetectorCommand,
  DeleteFilterCommand,
  GetFindingsCommand,
  GuardDutyClient,
  ListDetectorsCommand,
  ListFindingsCommand,
  UpdateDetectorCommand,
} from '@aws-sdk/client-guardduty'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cover, coverAll } from '#intake/cover'
import { rereadDue } from '#intake/reread'
import { readCoverage } from '#store/sources/coverage'
import { allPlaces } from '#store/sources/poll-places'
import { HUB, SHOP_PRODUCTION } from '../../support/simulator.ts'
import { type IntakeWorld, keptIn, openIntakeWorld } from './world.ts'

const REGION = 'eu-central-1'

let world: IntakeWorld
let client: GuardDutyClient
let DetectorId: string
beforeEach(async () => {
  world = await openIntakeWorld()
  client = new GuardDutyClient(world.simulator.client(SHOP_PRODUCTION, REGION))
  DetectorId = (await client.send(new ListDetectorsCommand({}))).DetectorIds?.[0] ?? ''
})
afterEach(() => world.close())

async function look(account = SHOP_PRODUCTION, part: 'holder' | 'member' = 'holder'): Promise<void> {
  const place = (await allPlaces(world.db)).find((one) => one.account === account && one.region === REGION)
  if (place === undefined) throw new Error(`${account} is not registered`)
  await cover({ ...world.deps, onItsWayMs: -1_000 }, place, part)
}

const make = async (count: number): Promise<readonly string[]> => {
  for (let times = 0; times < count; times++)
    await client.send(
      new CreateSampleFindingsCommand({ DetectorId, FindingTypes: ['Recon:EC2/PortProbeUnprotectedPort'] }),
    )
  return (await client.send(new ListFindingsCommand({ DetectorId }))).FindingIds ?? []
}

const kinds = async () => (await readCoverage(world.owner)).gaps.map(({ kind }) => kind)

describe('what GuardDuty made', () => {
  it('is compared with what came: what is missing is read from it, and then nothing is missing', async () => {
    const ids = await make(3)
    await look()
    const before = await readCoverage(world.owner)
    expect(before.days).toMatchObject([
      { account: SHOP_PRODUCTION, region: REGION, emitted: 3, received: 0, hidden: 0, missing: 3 },
    ])
    expect(before.rereads.waiting).toBe(3)
    expect(await rereadDue(world.deps)).toBe(3)
    expect((await keptIn(world.owner)).versions.map(({ id }) => id).toSorted()).toEqual([...ids].toSorted())
    await look()
    expect(await readCoverage(world.owner)).toMatchObject({
      days: [{ emitted: 3, received: 3, missing: 0 }],
      gaps: [],
      rereads: { waiting: 0, oldest: null },
    })
  })

  it('counts what was archived before it came, and does not take it in', async () => {
    const [first = ''] = await make(2)
    await client.send(new ArchiveFindingsCommand({ DetectorId, FindingIds: [first] }))
    await look()
    await rereadDue(world.deps)
    await look()
    expect((await readCoverage(world.owner)).days).toMatchObject([{ emitted: 2, received: 1, hidden: 1, missing: 0 }])
    expect(await kinds()).toEqual(['hidden'])
    expect((await keptIn(world.owner)).versions.map(({ id }) => id)).not.toContain(first)
  })
})

describe('a filter that archives', () => {
  const type = 'Recon:EC2/PortProbeUnprotectedPort'
  // What Cordon writes for a suppression.
  const criteria = {
    Criterion: {
      type: { Equals: [type] },
      accountId: { Equals: [SHOP_PRODUCTION] },
      region: { Equals: [REGION] },
      'resource.instanceDetails.instanceId': { Equals: ['i-99999999'] },
    },
  }
  const archivedOf = async (FindingIds: readonly string[]) => {
    const { Findings = [] } = await client.send(new GetFindingsCommand({ DetectorId, FindingIds: [...FindingIds] }))
    return new Map(Findings.map(({ Id = '', Service }) => [Id, Service?.Archived]))
  }

  it('archives what comes later and fits, and nothing else: that is counted as emitted and hidden, and is not missing', async () => {
    const before = await make(1)
    const named = { DetectorId, FindingCriteria: criteria, Action: 'ARCHIVE' } as const
    const tags = { 'cordon:suppression': 'night-scan', 'cordon:until': '2099-01-01' }
    await client.send(new CreateFilterCommand({ ...named, Name: 'cordon-own', Tags: tags }))
    const after = (await make(1)).filter((id) => !before.includes(id))
    const elsewhere = 'UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom'
    await client.send(new CreateSampleFindingsCommand({ DetectorId, FindingTypes: [elsewhere] }))
    const all = (await client.send(new ListFindingsCommand({ DetectorId }))).FindingIds ?? []
    const archived = await archivedOf(all)
    expect(all.filter((id) => archived.get(id) === true)).toEqual(after)
    expect(archived.size).toBe(3)

    await look()
    await rereadDue(world.deps)
    await look()
    expect((await readCoverage(world.owner)).days).toMatchObject([{ emitted: 3, received: 2, hidden: 1, missing: 0 }])
    expect(await kinds()).toEqual(['hidden'])

    await client.send(new DeleteFilterCommand({ DetectorId, FilterName: 'cordon-own' }))
    const last = (await make(1)).filter((id) => !all.includes(id))
    expect([...(await archivedOf(last)).values()]).toEqual([false])
  })

  it('of somebody else is a gap beside what it hid; one that archives nothing hides nothing', async () => {
    const named = { DetectorId, FindingCriteria: criteria }
    await client.send(new CreateFilterCommand({ ...named, Name: 'view', Action: 'NOOP' }))
    expect([...(await archivedOf(await make(1))).values()]).toEqual([false])
    await client.send(new CreateFilterCommand({ ...named, Name: 'theirs', Action: 'ARCHIVE' }))
    await make(1)
    await look()
    await rereadDue(world.deps)
    await look()
    expect((await kinds()).toSorted()).toEqual(['foreign-filter', 'hidden'])
  })

  it('keeps a finding of a drill from being delivered, also where the administrator has the filter', async () => {
    const hub = new GuardDutyClient(world.simulator.client(HUB, REGION))
    const { DetectorIds: [ofHub = ''] = [] } = await hub.send(new ListDetectorsCommand({}))
    const mine = { Criterion: { accountId: { Equals: [SHOP_PRODUCTION] } } }
    const filter = { DetectorId: ofHub, Name: 'all', Action: 'ARCHIVE', FindingCriteria: mine } as const
    await hub.send(new CreateFilterCommand(filter))
    const { findingId } = await world.simulator.startDrill('stolen-access-key')
    expect((await archivedOf([findingId])).get(findingId)).toBe(true)
    expect(
      (await hub.send(new GetFindingsCommand({ DetectorId: ofHub, FindingIds: [findingId] }))).Findings,
    ).toMatchObject([{ Service: { Archived: true } }])
  })
})

describe('a gap', () => {
  it('is a detector that is suspended or missing, in members too, until it is there again', async () => {
    await client.send(new UpdateDetectorCommand({ DetectorId, Enable: false }))
    await look()
    expect(await kinds()).toEqual(['suspended'])
    await client.send(new UpdateDetectorCommand({ DetectorId, Enable: true }))
    await look()
    expect(await kinds()).toEqual([])
    await client.send(new DeleteDetectorCommand({ DetectorId }))
    await look(SHOP_PRODUCTION, 'member')
    expect(await kinds()).toEqual(['no-detector'])
  })

  it('is a filter that archives and is not Cordon’s', async () => {
    const filter = { DetectorId, FindingCriteria: { Criterion: { severity: { LessThan: 4 } } } }
    await client.send(new CreateFilterCommand({ ...filter, Name: 'hide-low', Action: 'ARCHIVE' }))
    await client.send(new CreateFilterCommand({ ...filter, Name: 'view', Action: 'NOOP' }))
    await client.send(
      new CreateFilterCommand({ ...filter, Name: 'own', Action: 'ARCHIVE', Tags: { 'cordon:exception': 'scanner' } }),
    )
    await look()
    const { gaps } = await readCoverage(world.owner)
    expect(gaps.map(({ kind, text }) => ({ kind, text }))).toEqual([
      { kind: 'foreign-filter', text: expect.stringMatching(/: hide-low$/) },
    ])
  })

  it('is a filter of Cordon’s whose suppression has ended, and not one whose has not', async () => {
    const filter = { DetectorId, Action: 'ARCHIVE', FindingCriteria: { Criterion: {} } } as const
    const make = (Name: string, until: string) =>
      client.send(new CreateFilterCommand({ ...filter, Name, Tags: { 'cordon:until': until } }))
    await make('by-cordon-over', '2026-01-01')
    await make('by-cordon-going', '2099-01-01')
    await look()
    const { gaps } = await readCoverage(world.owner)
    expect(gaps.map(({ kind, text }) => ({ kind, text }))).toEqual([
      { kind: 'ended-filter', text: expect.stringMatching(/: by-cordon-over$/) },
    ])
  })

  it('is a place that cannot be looked at, with the reason; it keeps no other place from being looked at', async () => {
    await world.owner
      .updateTable('account')
      .set({ external_id: 'of-another' })
      .where('id', '=', SHOP_PRODUCTION)
      .execute()
    await coverAll(world.deps, new AbortController().signal)
    const { gaps } = await readCoverage(world.owner)
    expect(new Set(gaps.map(({ account, kind }) => `${account} ${kind}`))).toEqual(
      new Set([`${SHOP_PRODUCTION} unread`]),
    )
    expect(gaps[0]?.text).toMatch(/AccessDenied/)
    const looks = await world.owner.selectFrom('coverage_look').select('account').execute()
    expect(looks).toHaveLength((await allPlaces(world.db)).length)
    // Once an hour is enough.
    const calls = (await world.simulator.calls({})).length
    await coverAll(world.deps, new AbortController().signal)
    expect((await world.simulator.calls({})).length).toBe(calls)
  })
})
