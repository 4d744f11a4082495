import type { ArchiveFilter, FindingFeedback, GuardDutyFindings, Target } from '#domain/targets'
import { FILTER_PREFIX, filterName } from '#domain/targets'
import type { Case, Looked } from './case.ts'
import { ACCOUNT, type ActionWorld, REGION } from './world.ts'

const THEIRS = 'Recon:EC2/somebody-elses'
const THEIR_FILTER = 'somebody-elses'
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
  for (const [index, id] of ids.entries()) await know(world, id, { type: types[index] ?? '' })
  await judgeBenign(world)
  return { kind: 'guardduty-findings', account: ACCOUNT, region: REGION, detectorId, findingIds: ids }
}

export const judgeBenign = ({ gate: { incident, owner } }: ActionWorld) =>
  owner.updateTable('incident').set({ verdict: 'benign-expected' }).where('id', '=', incident).execute()

/** A finding of the incident with its one version. */
export async function know(
  { gate: { owner, incident } }: ActionWorld,
  id: string,
  { type, source = 'guardduty' }: { readonly type: string; readonly source?: string },
): Promise<void> {
  const key = `${ACCOUNT}/${REGION}/${id}`
  const entities = [{ kind: 'instance', account: ACCOUNT, region: REGION, id: 'i-99999999' }]
  const body = JSON.stringify({ attackSequence: null, entities })
  const shared = { updated_at: LONG_AGO, count: 1, body, received_at: LONG_AGO }
  const place = { account: ACCOUNT, region: REGION, incident, severity_milli: 5000 }
  const row = { ...shared, ...place, key, finding_id: id, source, type, likeness: id }
  await owner.insertInto('finding').values(row).execute()
  const version = { ...shared, finding: key, digest: id, rank: 6, raw: '{}', channel: 'http' }
  await owner.insertInto('finding_version').values(version).execute()
}

const SUPPRESSION = {
  entry: 'night-scan',
  owner: 'it@example.com',
  reason: 'The scan of every night',
  until: '2099-01-01',
}

/** The context in force says that this is expected. */
async function expectNightScan({ gate: { owner } }: ActionWorld): Promise<void> {
  const { entry: id, ...said } = SUPPRESSION
  const entries = [{ id, kind: 'expected', ...said, from: '2026-01-01', types: ['Recon:*'], entities: ['i-99999999'] }]
  await owner
    .insertInto('context_version')
    .values({ digest: 'context-1', body: JSON.stringify({ entries }), source: 'entries: []' })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** What the record needs for a filter over the first of two findings. */
export async function makeFilter(world: ActionWorld, name: string): Promise<ArchiveFilter> {
  const { kind: _kind, findingIds, ...place } = await makeFindings(world, name)
  await expectNightScan(world)
  return {
    ...place,
    kind: 'archive-filter',
    suppression: SUPPRESSION,
    match: {
      type: `Recon:EC2/${name}-1`,
      accountId: ACCOUNT,
      field: 'resource.instanceDetails.instanceId',
      value: 'i-99999999',
    },
    findingIds: findingIds.slice(0, 1),
  }
}

async function makeFeedback(world: ActionWorld, name: string): Promise<FindingFeedback> {
  const findings = await makeFindings(world, name)
  return { ...findings, kind: 'finding-feedback', feedback: 'NOT_USEFUL', comments: 'The scan of every night' }
}

type InDetector = GuardDutyFindings | ArchiveFilter | FindingFeedback

const inDetector = (target: Target): InDetector => {
  if (!('detectorId' in target)) throw new TypeError(`${target.kind} is in no detector`)
  return target
}

const filterIn = (target: Target): ArchiveFilter => {
  if (target.kind !== 'archive-filter') throw new TypeError(`${target.kind} is no filter`)
  return target
}

async function lookAtFindings(world: ActionWorld, target: Target): Promise<Looked> {
  const { detectorId: DetectorId, findingIds } = inDetector(target)
  const ofType = { FindingCriteria: { Criterion: { type: { Equals: [THEIRS] } } } }
  const [{ Findings = [] }, { FindingIds: theirs = [] }] = await Promise.all([
    world.guardDuty.getFindings({ DetectorId, FindingIds: [...findingIds] }),
    world.guardDuty.listFindings({ DetectorId, ...ofType }),
  ])
  return {
    named: theirs.length === 0 ? {} : { 'somebody-elses': `${theirs.length} more` },
    more: Findings.map(({ Service }) => [Service?.Archived, Service?.UserFeedback]),
  }
}

async function lookAtFilters(world: ActionWorld, target: Target): Promise<Looked> {
  const { detectorId: DetectorId } = filterIn(target)
  const { FilterNames = [] } = await world.guardDuty.listFilters({ DetectorId })
  const named: Record<string, string> = {}
  const own = filterName(filterIn(target))
  // Other filters of Cordon’s are of other steps.
  for (const FilterName of FilterNames.filter((name) => name === own || !name.startsWith(FILTER_PREFIX))) {
    const { Action, FindingCriteria, Tags } = await world.guardDuty.getFilter({ DetectorId, FilterName })
    named[FilterName] = JSON.stringify({ Action, FindingCriteria, Tags })
  }
  return { named }
}

const makeSomeFilter = ({ guardDuty }: ActionWorld, DetectorId: string, Name: string) =>
  guardDuty.createFilter({
    DetectorId,
    Name,
    Action: 'ARCHIVE',
    FindingCriteria: { Criterion: { type: { Equals: [THEIRS] } } },
  })

const deleteOurs = ({ guardDuty }: ActionWorld, target: Target) =>
  guardDuty.deleteFilter({ DetectorId: inDetector(target).detectorId, FilterName: filterName(filterIn(target)) })

const first = (target: Target) => {
  const { detectorId: DetectorId, findingIds } = inDetector(target)
  return { DetectorId, FindingIds: findingIds.slice(0, 1) }
}

/** What holds for everything that a detector keeps. */
const inGuardDuty: Pick<Case, 'tag' | 'replace' | 'beside'> = {
  beside: async (world) =>
    world.guardDuty.createSampleFindings({ DetectorId: await detectorOf(world), FindingTypes: [THEIRS] }),
  // A finding has no tags.
  tag: async () => undefined,
  replace: async ({ guardDuty }, target) => {
    await guardDuty.deleteDetector({ DetectorId: inDetector(target).detectorId })
    await guardDuty.createDetector({ Enable: true })
  },
}

export const findingCases: Readonly<Record<'archiveFindings' | 'suppressFindings' | 'giveFindingFeedback', Case>> = {
  archiveFindings: {
    ...inGuardDuty,
    make: makeFindings,
    writes: ['guardduty:ArchiveFindings'],
    undoWrites: ['guardduty:UnarchiveFindings'],
    // One of the two is archived still.
    undoWritesAfterTamper: ['guardduty:UnarchiveFindings'],
    look: lookAtFindings,
    drift: ({ guardDuty }, target) => guardDuty.archiveFindings(first(target)),
    tamper: ({ guardDuty }, target) => guardDuty.unarchiveFindings(first(target)),
    overwrite: null,
  },
  suppressFindings: {
    ...inGuardDuty,
    make: makeFilter,
    writes: ['guardduty:CreateFilter'],
    undoWrites: ['guardduty:DeleteFilter'],
    undoWritesAfterTamper: [],
    look: lookAtFilters,
    drift: (world, target) => makeSomeFilter(world, inDetector(target).detectorId, filterName(filterIn(target))),
    tamper: deleteOurs,
    overwrite: async (world, target) => {
      await deleteOurs(world, target)
      await makeSomeFilter(world, inDetector(target).detectorId, filterName(filterIn(target)))
    },
    beside: (world, target) => makeSomeFilter(world, inDetector(target).detectorId, THEIR_FILTER),
  },
  giveFindingFeedback: {
    ...inGuardDuty,
    make: makeFeedback,
    writes: ['guardduty:UpdateFindingsFeedback'],
    undoWrites: [],
    undoWritesAfterTamper: [],
    look: lookAtFindings,
    drift: ({ guardDuty }, target) => guardDuty.updateFindingsFeedback({ ...first(target), Feedback: 'USEFUL' }),
    tamper: ({ guardDuty }, target) => guardDuty.updateFindingsFeedback({ ...first(target), Feedback: 'USEFUL' }),
    overwrite: null,
  },
}
