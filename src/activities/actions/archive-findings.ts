import type { ReadSession } from '#activities/aws/sessions'
import { failure } from '#activities/aws/translate-error'
import { type ArchiveFindingsState, idsIn, without } from '#domain/catalogue/archive-findings'
import type { DeclaredCall } from '#domain/state'
import { type GuardDutyFindings, targetText } from '#domain/targets'
import { type Acknowledged, compare, type Doing, makeCalls, type Work } from './doing.ts'

export const archiveFindings: Doing<'archiveFindings'> = {
  async observe(read, target) {
    const { account, region, detectorId } = target
    return {
      arn: `arn:${read.partition}:guardduty:${region}:${account}:detector/${detectorId}`,
      state: { archived: await archivedOf(read, target) },
      // Findings have none.
      tags: {},
      blastRadius: async () => [],
    }
  },

  apply: setArchived,

  verify: (reading) => compare(archiveFindings, reading),

  revert: setArchived,
}

/** GuardDuty leaves out what it does not have any more: findings live for 90 days, and no longer than their detector. */
async function archivedOf(
  { guardDuty }: ReadSession,
  target: GuardDutyFindings,
): Promise<ArchiveFindingsState['archived']> {
  const { detectorId: DetectorId, findingIds } = target
  const client = await guardDuty()
  const { Findings = [] } = await client
    .getFindings({ DetectorId, FindingIds: [...findingIds] })
    .catch((error: unknown) => unlessThereIsNoDetector(error, target))
  const missing = without(
    findingIds,
    Findings.map(({ Id = '' }) => Id),
  )
  if (missing.length > 0)
    throw failure('target_gone', `Detector ${DetectorId} has no finding ${missing.join(', ')} any more`)
  return Findings.filter(({ Service }) => Service?.Archived === true)
    .map(({ Id = '' }) => Id)
    .toSorted()
}

/** GuardDuty says “bad request” also of a detector that is not there. Source: GuardDuty, BadRequestException. */
function unlessThereIsNoDetector(error: unknown, target: GuardDutyFindings): never {
  if (error instanceof Error && error.name === 'BadRequestException' && /detectorId/i.test(error.message))
    throw failure('target_gone', `There is no detector for ${targetText(target)}: ${error.message}`)
  throw error
}

/** Both calls do nothing to what is so already, so a second time is as good as one. */
function setArchived({ write, target, ...work }: Work<GuardDutyFindings, ArchiveFindingsState>) {
  return makeCalls(work, async ({ operation, change }: DeclaredCall): Promise<Acknowledged> => {
    const client = await write.guardDuty()
    const [before, after] = [idsIn(change.before), idsIn(change.after)]
    const { detectorId: DetectorId } = target
    return operation === 'guardduty:ArchiveFindings'
      ? client.archiveFindings({ DetectorId, FindingIds: [...without(after, before)] })
      : client.unarchiveFindings({ DetectorId, FindingIds: [...without(before, after)] })
  })
}
