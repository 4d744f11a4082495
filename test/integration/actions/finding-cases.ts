import type { GuardDutyFindings, Target } from '#domain/targets'
import type { Case, Looked } from './case.ts'
import { ACCOUNT, type ActionWorld, REGION } from './world.ts'

const THEIRS = 'Recon:EC2/somebody-elses'
const LONG_AGO = '2026-01-01T00:00:00.000Z'

async function detectorOf({ guardDuty }: ActionWorld): Promise<string> {
  const { DetectorIds: [detector = ''] = [] } = await guardDuty.listDetectors({})
  return detector
}

/** Two findings of types that nothing else has, which the incident’s record knows since long. */
export async function makeFindings(world: ActionWorld, name: string): Promise<GuardDutyFindings> {
  const detectorId = await detectorOf(world)
  const types = [`Recon:EC2/${name}-1`, `Recon:EC2/${name}-2`]
  await world.guardDuty.createSampleFindings({ DetectorId: detectorId, FindingTypes: types })
  const { FindingIds: ids = [] } = await world.guardDuty.listFindings({
    DetectorId: detectorId,
    FindingCriteria: { Criterion: { type: { Equals: types } } },
    SortCriteria: { AttributeName: 'type', OrderBy: 'ASC' },
  })
  for (const id of ids) await know(world, id)
  const { incident, owner } = world.gate
  await owner.updateTable('incident').set({ verdict: 'benign-expected' }).where('id', '=', incident).execute()
  return { kind: 'guardduty-findings', account: ACCOUNT, region: REGION, detectorId, findingIds: ids }
}

async function know({ gate: { owner, incident } }: ActionWorld, id: string): Promise<void> {
  const key = `${ACCOUNT}/${REGION}/${id}`
  const shared = { updated_at: LONG_AGO, count: 1, body: '{"attackSequence":null}', received_at: LONG_AGO }
  const place = { account: ACCOUNT, region: REGION, incident, severity_milli: 5000 }
  const row = {
    ...shared,
    ...place,
    key,
    finding_id: id,
    source: 'guardduty',
    type: 'Recon:EC2/Portscan',
    likeness: id,
  }
  await owner.insertInto('finding').values(row).execute()
  const version = { ...shared, finding: key, digest: id, rank: 6, raw: '{}', channel: 'http' }
  await owner.insertInto('finding_version').values(version).execute()
}

const findingsOf = (target: Target): GuardDutyFindings => {
  if (target.kind !== 'guardduty-findings') throw new TypeError(`${target.kind} are no findings`)
  return target
}

async function lookAtFindings(world: ActionWorld, target: Target): Promise<Looked> {
  const { detectorId: DetectorId, findingIds } = findingsOf(target)
  const ofType = { FindingCriteria: { Criterion: { type: { Equals: [THEIRS] } } } }
  const [{ Findings = [] }, { FindingIds: theirs = [] }] = await Promise.all([
    world.guardDuty.getFindings({ DetectorId, FindingIds: [...findingIds] }),
    world.guardDuty.listFindings({ DetectorId, ...ofType }),
  ])
  return {
    named: theirs.length === 0 ? {} : { 'somebody-elses': `${theirs.length} more` },
    more: Findings.map(({ Service }) => Service?.Archived),
  }
}

const first = (target: Target) => {
  const { detectorId: DetectorId, findingIds } = findingsOf(target)
  return { DetectorId, FindingIds: findingIds.slice(0, 1) }
}

export const findingCases: Readonly<Record<'archiveFindings', Case>> = {
  archiveFindings: {
    make: makeFindings,
    writes: ['guardduty:ArchiveFindings'],
    undoWrites: ['guardduty:UnarchiveFindings'],
    // One of the two is archived still.
    undoWritesAfterTamper: ['guardduty:UnarchiveFindings'],
    look: lookAtFindings,
    drift: ({ guardDuty }, target) => guardDuty.archiveFindings(first(target)),
    tamper: ({ guardDuty }, target) => guardDuty.unarchiveFindings(first(target)),
    overwrite: null,
    beside: async (world) =>
      world.guardDuty.createSampleFindings({ DetectorId: await detectorOf(world), FindingTypes: [THEIRS] }),
    // A finding has no tags.
    tag: async () => undefined,
    replace: async ({ guardDuty }, target) => {
      await guardDuty.deleteDetector({ DetectorId: findingsOf(target).detectorId })
      await guardDuty.createDetector({ Enable: true })
    },
  },
}
