import type { Finding } from '@aws-sdk/client-guardduty'
import type { ReadSession } from '#activities/aws/sessions'
import { failure } from '#activities/aws/translate-error'
import { without } from '#domain/catalogue/archive-findings'
import { type ArchiveFilter, type FindingFeedback, type GuardDutyFindings, targetText } from '#domain/targets'

/** Findings of a detector, by their ids. */
export type InDetector = GuardDutyFindings | FindingFeedback | ArchiveFilter

export const detectorArn = ({ partition }: ReadSession, { account, region, detectorId }: InDetector): string =>
  `arn:${partition}:guardduty:${region}:${account}:detector/${detectorId}`

/**
 * The target’s findings as GuardDuty has them. It leaves out what it does not have any more: findings live for 90 days, and no longer than their
 * detector. Fails with `target_gone` then.
 */
export async function findingsOf({ guardDuty }: ReadSession, target: InDetector): Promise<readonly Finding[]> {
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
  return Findings
}

/** GuardDuty says “bad request” also of a detector that is not there. Source: GuardDuty, BadRequestException. */
function unlessThereIsNoDetector(error: unknown, target: InDetector): never {
  if (error instanceof Error && error.name === 'BadRequestException' && /detectorId/i.test(error.message))
    throw failure('target_gone', `There is no detector for ${targetText(target)}: ${error.message}`)
  throw error
}
