import {
  GetDetectorCommand,
  GetFindingsCommand,
  type GuardDutyClient,
  ListDetectorsCommand,
  ListFindingsCommand,
} from '@aws-sdk/client-guardduty'
import type { Look } from '#intake/producer'
import { asSent } from './as-sent.ts'

/** The most ids that are listed and read at once. Source: GuardDuty ListFindings, GetFindings. */
export const PAGE = 50

/**
 * Reads every finding that changed since, the oldest change first, page by page. Archived ones are left out: somebody, or a rule of somebody’s, has
 * decided about them. Answers what people should know of the detector, or null. Throws GuardDuty’s errors.
 */
export async function lookAtGuardDuty(client: GuardDutyClient, look: Look): Promise<string | null> {
  const detector = await detectorOf(client, look)
  if (detector === null) return 'GuardDuty has no detector in this Region: nothing is detected'
  await look.pace()
  const { Status } = await client.send(new GetDetectorCommand({ DetectorId: detector }))
  for (let token: string | undefined; ; ) {
    await look.pace()
    const listed = await client.send(
      new ListFindingsCommand({
        DetectorId: detector,
        FindingCriteria: {
          Criterion: {
            updatedAt: { GreaterThanOrEqual: look.since.getTime() },
            'service.archived': { Equals: ['false'] },
          },
        },
        SortCriteria: { AttributeName: 'updatedAt', OrderBy: 'ASC' },
        MaxResults: PAGE,
        ...(token === undefined ? {} : { NextToken: token }),
      }),
    )
    await look.take(await findingsOf(client, look, { detector, ids: listed.FindingIds ?? [] }))
    // The last page has an empty one.
    token = listed.NextToken || undefined
    if (token === undefined) return Status === 'ENABLED' ? null : 'The detector is suspended: nothing is detected'
  }
}

/** The findings as their producer has them now; those that it has not are left out. Throws GuardDuty’s errors. */
export async function readGuardDutyFindings(
  client: GuardDutyClient,
  look: Pick<Look, 'pace'>,
  ids: readonly string[],
): Promise<readonly unknown[]> {
  const detector = await detectorOf(client, look)
  return detector === null ? [] : findingsOf(client, look, { detector, ids })
}

/** The detector of the Region, or null. Throws GuardDuty’s errors. */
export async function detectorOf(client: GuardDutyClient, { pace }: Pick<Look, 'pace'>): Promise<string | null> {
  await pace()
  const { DetectorIds = [] } = await client.send(new ListDetectorsCommand({}))
  return DetectorIds[0] ?? null
}

interface Wanted {
  readonly detector: string
  readonly ids: readonly string[]
}

async function findingsOf(client: GuardDutyClient, { pace }: Pick<Look, 'pace'>, { detector, ids }: Wanted) {
  if (ids.length === 0) return []
  await pace()
  const command = new GetFindingsCommand({ DetectorId: detector, FindingIds: [...ids] })
  const { findings = [] } = (await asSent(command, () => client.send(command))) as { readonly findings?: unknown[] }
  return findings
}
