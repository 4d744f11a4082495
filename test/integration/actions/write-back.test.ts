import { pino } from 'pino'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { doingOf } from '#activities/actions/erased'
import { WITHDRAWN_NOTE } from '#domain/catalogue/note-in-security-hub'
import type { GuardDutyFindings } from '#domain/targets'
import { createIntakeAws } from '#intake/aws/clients'
import { cover } from '#intake/cover'
import { createIntake, takeIn } from '#intake/take-in'
import { connect, type Database } from '#store/database/database'
import { accountPlace } from '#store/plans/planned-steps'
import { allPlaces } from '#store/sources/poll-places'
import { endSuppressions } from '#store/triage/ended-suppressions'
import { ACCOUNT, dropDatabase, REGION } from '../gate/world.ts'
import { makeFilter, makeFindings } from './finding-cases.ts'
import { hubFindings, importNamed, makeHubFinding } from './hub-cases.ts'
import { type ActionWorld, openActionWorld } from './world.ts'

let world: ActionWorld
beforeEach(async () => {
  world = await openActionWorld()
})
afterEach(() => world.close())
afterAll(dropDatabase)

/** The finding as its producer has it, once more. */
async function arrivesAgain({ detectorId: DetectorId, findingIds }: GuardDutyFindings) {
  const { Findings: [finding] = [] } = await world.guardDuty.getFindings({
    DetectorId,
    FindingIds: findingIds.slice(0, 1),
  })
  const { Service, ...rest } = finding ?? {}
  const sent = { ...rest, UpdatedAt: new Date().toISOString(), Service: { ...Service, Count: 2 } }
  const db = world.gate.owner
  return takeIn({ db, intake: createIntake(db), sent, channel: 'poll', sender: 'guardduty' })
}

it('what somebody takes out of the archive is told by a read-back, comes with its next version, and is not archived again at once', async () => {
  const target = await makeFindings(world, 'unarchived')
  const { detectorId: DetectorId, findingIds } = target
  const plan = await world.plan('archiveFindings', target)
  expect(await world.perform(plan)).toMatchObject({ kind: 'applied' })
  await world.finish(plan)
  expect(await world.discrepancies(plan)).toEqual([])

  await world.guardDuty.unarchiveFindings({ DetectorId, FindingIds: findingIds.slice(0, 1) })
  expect(await world.discrepancies(plan)).toMatchObject([expect.stringContaining('archived was')])

  const { accepted, quarantined, incidents } = await arrivesAgain(target)
  expect([accepted, quarantined]).toEqual([1, []])
  expect(incidents).toEqual([{ finding: findingIds[0], incident: world.gate.incident }])

  const again = await world.plan('archiveFindings', target)
  expect(await world.perform(again)).toMatchObject({ kind: 'refused', code: 'write_back_barred' })
})

it('more findings than one call takes are refused before anything is made of them', async () => {
  const findingIds = Array.from({ length: 51 }, (_, nth) => nth.toString(16).padStart(32, '0'))
  const { detectorId } = await makeFindings(world, 'many')
  const target = {
    kind: 'guardduty-findings',
    account: '111122223333',
    region: 'eu-central-1',
    detectorId,
    findingIds,
  } as const
  await expect(world.plan('archiveFindings', target)).rejects.toThrow('findingIds')
})

describe('a finding that somebody takes out of the archive', () => {
  const look = async () => {
    const { gate, simulator } = world
    const aws = createIntakeAws({ endpoint: simulator.endpoint, identity: simulator.identities.intake })
    const db = gate.owner
    const deps = { db, intake: createIntake(db), aws, log: pino({ level: 'silent' }), pace: async () => undefined }
    const place = (await allPlaces(db)).find(({ account, region }) => account === ACCOUNT && region === REGION)
    if (place === undefined) throw new Error('The account is not registered')
    await cover(deps, place, 'holder')
  }

  it('is told in the incident at the next look, once, and stays where it is', async () => {
    const target = await makeFindings(world, 'taken-out')
    const { detectorId: DetectorId, findingIds } = target
    const plan = await world.plan('archiveFindings', target)
    await world.perform(plan)
    await world.finish(plan)
    await look()
    expect(await world.gate.events('finding.unarchived')).toEqual([])

    await world.guardDuty.unarchiveFindings({ DetectorId, FindingIds: findingIds.slice(0, 1) })
    await look()
    await look()
    expect(await world.gate.events('finding.unarchived')).toMatchObject([
      { text: expect.stringContaining('out of the archive'), refs: { finding: findingIds[0], plan: plan.hash } },
    ])
    const { Findings = [] } = await world.guardDuty.getFindings({ DetectorId, FindingIds: findingIds.slice(0, 1) })
    expect(Findings[0]?.Service?.Archived).toBe(false)
    expect((await world.writes()).map(({ operation }) => operation)).toEqual(['guardduty:ArchiveFindings'])
  })

  it('is not told when Cordon’s own undo took it out', async () => {
    const target = await makeFindings(world, 'undone')
    const plan = await world.plan('archiveFindings', target)
    const { calls = [] } = await world.perform(plan)
    await world.finish(plan)
    await world.perform(await world.plan('archiveFindings', target, { plan, calls }))
    await look()
    expect(await world.gate.events('finding.unarchived')).toEqual([])
  })
})

describe('a filter for a suppression', () => {
  const suppress = async () => {
    const plan = await world.plan('suppressFindings', await makeFilter(world, 'ending'))
    expect(await world.perform(plan)).toMatchObject({ kind: 'applied' })
    await world.finish(plan)
    return plan
  }
  const api = async <Answer>(use: (db: Database) => Promise<Answer>): Promise<Answer> => {
    const { db, close } = connect(world.gate.urlOf('api'), 2)
    const answer = await use(db)
    await close()
    return answer
  }
  const requests = () => world.gate.owner.selectFrom('plan_request').select(['body', 'person']).execute()
  const replaceContext = (entries: readonly object[]) =>
    world.gate.owner
      .insertInto('context_version')
      .values({ digest: 'context-2', body: JSON.stringify({ entries }), source: 'entries: []' })
      .execute()

  it('stays while its entry is in force, and its removal is asked for once when the entry is gone', async () => {
    const { hash } = await suppress()
    expect(await api(endSuppressions)).toEqual([])
    await replaceContext([])
    expect(await api(endSuppressions)).toMatchObject([{ incident: world.gate.incident }])
    expect(await api(endSuppressions)).toEqual([])
    expect(await requests()).toMatchObject([{ person: null, body: { undo: hash, release: 'false-positive' } }])
    expect(await world.gate.events('plan.requested')).toMatchObject([
      { text: expect.stringContaining('Suppression night-scan is no more in the context in force') },
    ])
  })

  it('is asked for anew a day later while it is there, and never once it was taken away', async () => {
    const { hash } = await suppress()
    await replaceContext([])
    await api(endSuppressions)
    await world.gate.owner
      .updateTable('plan_request')
      .set({ at: new Date(0) })
      .execute()
    expect(await api(endSuppressions)).toHaveLength(1)
    await world.gate.owner
      .updateTable('plan_request')
      .set({ at: new Date(0) })
      .execute()
    const { plan } = await world.gate.propose([], {
      undoes: { plan: hash, release: 'false-positive' },
      purpose: 'undo',
    })
    expect(plan.undoes?.plan).toBe(hash)
    expect(await api(endSuppressions)).toEqual([])
  })

  it('has its closed incident opened for it', async () => {
    await suppress()
    const { incident, owner } = world.gate
    await owner.updateTable('build').set({ activated_at: new Date() }).execute()
    await owner
      .updateTable('incident')
      .set({ status: 'closed', closed_at: new Date() })
      .where('id', '=', incident)
      .execute()
    await replaceContext([])
    expect(await api(endSuppressions)).toMatchObject([{ incident }])
    expect(await world.gate.events('incident.reopened')).toMatchObject([
      { text: expect.stringContaining('A filter has to go') },
    ])
  })

  it('tells whoever approves how much it would have archived', async () => {
    const target = await makeFilter(world, 'counted')
    const { account } = target
    const place = {
      account,
      region: REGION,
      incident: world.gate.incident,
      ...(await accountPlace(world.deps.db, account)),
    }
    const seen = await doingOf('suppressFindings').observe(await world.deps.aws.read(place), target)
    expect(await seen.blastRadius()).toEqual([
      'The filter would have archived 1 findings of the last 90 days',
      expect.stringMatching(/has 0 of 100 filters$/),
    ])
  })
})

it('an undo at Security Hub says that Cordon withdrew its note where there was none before', async () => {
  const target = await makeHubFinding(world, 'unnoted')
  await world.securityHub.disableSecurityHub({})
  await world.securityHub.enableSecurityHub({})
  await importNamed(world, 'unnoted')
  const plan = await world.plan('noteInSecurityHub', target)
  const { calls = [] } = await world.perform(plan)
  await world.finish(plan)
  const [noted] = await hubFindings(world)
  expect([noted?.Note?.Text, noted?.Workflow?.Status]).toEqual([target.note, 'SUPPRESSED'])
  const undo = await world.plan('noteInSecurityHub', target, { plan, calls })
  expect(await world.perform(undo)).toMatchObject({ kind: 'applied' })
  const [left] = await hubFindings(world)
  expect([left?.Note?.Text, left?.Note?.UpdatedBy, left?.Workflow?.Status]).toEqual([WITHDRAWN_NOTE, 'cordon', 'NEW'])
  expect(await world.discrepancies(undo)).toEqual([])
})
