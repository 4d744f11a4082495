import { GetFindingsV2Command, type SecurityHubClient } from '@aws-sdk/client-securityhub'
import type { Look } from '#intake/producer'
import { asSent } from './as-sent.ts'

/** The most at once. Source: Security Hub GetFindingsV2. */
const PAGE = 100

interface Answer {
  readonly Findings?: unknown[]
  readonly NextToken?: string
}

/**
 * Reads every finding of the second Security Hub that changed since, the oldest change first, page by page, in OCSF. Answers what people should
 * know of the hub, or null. Throws Security Hub’s errors.
 */
export async function lookAtSecurityHubV2(client: SecurityHubClient, look: Look): Promise<string | null> {
  const until = new Date(look.now).toISOString()
  for (let token: string | undefined; ; ) {
    await look.pace()
    const command = new GetFindingsV2Command({
      Filters: {
        CompositeFilters: [
          {
            DateFilters: [
              {
                FieldName: 'finding_info.modified_time_dt',
                Filter: { Start: look.since.toISOString(), End: until },
              },
            ],
          },
        ],
      },
      SortCriteria: [{ Field: 'finding_info.modified_time_dt', SortOrder: 'asc' }],
      MaxResults: PAGE,
      ...(token === undefined ? {} : { NextToken: token }),
    })
    const answer = await unlessDisabled(asSent(command, () => client.send(command)) as Promise<Answer>)
    if (answer === null)
      return 'Security Hub gives no findings in OCSF in this Region: its second version is not enabled'
    await look.take(answer.Findings ?? [])
    token = answer.NextToken || undefined
    if (token === undefined) return null
  }
}

/** Who never enabled it is not silent: there is nothing to hear. Source: Security Hub, common errors. */
const DISABLED: readonly string[] = ['InvalidAccessException', 'ResourceNotFoundException']

async function unlessDisabled(answer: Promise<Answer>): Promise<Answer | null> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof Error && DISABLED.includes(error.name)) return null
    throw error
  }
}
