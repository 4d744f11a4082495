import { afterAll, afterEach, beforeEach, expect, it } from 'vitest'
import type { GuardDutyFindings } from '#domain/targets'
import { createIntake, takeIn } from '#intake/take-in'
import { dropDatabase } from '../gate/world.ts'
import { makeFindings } from './finding-cases.ts'
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
