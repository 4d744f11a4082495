import { type ArchiveFindingsState, idsIn, without } from '#domain/catalogue/archive-findings'
import type { DeclaredCall } from '#domain/state'
import type { GuardDutyFindings } from '#domain/targets'
import { detectorArn, findingsOf } from './detector-findings.ts'
import { type Acknowledged, compare, type Doing, makeCalls, type Work } from './doing.ts'

export const archiveFindings: Doing<'archiveFindings'> = {
  async observe(read, target) {
    const findings = await findingsOf(read, target)
    const archived = findings
      .filter(({ Service }) => Service?.Archived === true)
      .map(({ Id = '' }) => Id)
      .toSorted()
    return {
      arn: detectorArn(read, target),
      state: { archived },
      // Findings have none.
      tags: {},
      blastRadius: async () => [],
    }
  },

  apply: setArchived,

  verify: (reading) => compare(archiveFindings, reading),

  revert: setArchived,
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
