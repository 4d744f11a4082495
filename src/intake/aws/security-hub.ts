import { GetFindingsCommand, type SecurityHubClient } from '@aws-sdk/client-securityhub'
import type { Look } from '#intake/producer'
import { asSent } from './as-sent.ts'

/** The most at once. Source: Security Hub GetFindings. */
const PAGE = 100

interface Answer {
  readonly Findings?: unknown[]
  readonly NextToken?: string
}

/**
 * Reads every active finding of Security Hub that changed since, the oldest change first, page by page, in ASFF. Answers what people should know
 * of the hub, or null. Throws Security Hub’s errors.
 */
export async function lookAtSecurityHub(client: SecurityHubClient, look: Look): Promise<string | null> {
  const until = new Date(look.now).toISOString()
  for (let token: string | undefined; ; ) {
    await look.pace()
    const command = new GetFindingsCommand({
      Filters: {
        UpdatedAt: [{ Start: look.since.toISOString(), End: until }],
        RecordState: [{ Value: 'ACTIVE', Comparison: 'EQUALS' }],
      },
      SortCriteria: [{ Field: 'UpdatedAt', SortOrder: 'asc' }],
      MaxResults: PAGE,
      ...(token === undefined ? {} : { NextToken: token }),
    })
    const answer = await unlessDisabled(asSent(command, () => client.send(command)) as Promise<Answer>)
    if (answer === null) return 'Security Hub is not enabled in this Region'
    await look.take(answer.Findings ?? [])
    token = answer.NextToken || undefined
    if (token === undefined) return null
  }
}

/** Who never enabled it is not silent: there is nothing to hear. Source: Security Hub, common errors. */
async function unlessDisabled(answer: Promise<Answer>): Promise<Answer | null> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof Error && error.name === 'InvalidAccessException') return null
    throw error
  }
}
