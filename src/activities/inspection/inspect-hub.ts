import type { Aws } from '#activities/aws/clients'
import type { HubSeen } from '#domain/doctor/accounts'
import type { LogPlace } from '#domain/logs/log-place'
import type { Database } from '#store/database/database'

export interface InspectionDeps {
  readonly db: Database
  readonly aws: Aws
  /** Where the organisation’s logs are; undefined when Cordon is not to read them. */
  readonly logs?: LogPlace | undefined
}

/** The same for every partition that Cordon knows: STS of a Region that is on by default. */
const ANY_REGION = 'us-east-1'

/** Whom AWS takes the executor for. Throws nothing. */
export async function inspectHub({ db, aws }: InspectionDeps): Promise<HubSeen> {
  try {
    const account = await db.selectFrom('account').select('regions').orderBy('id').executeTakeFirst()
    return { kind: 'known', ...(await aws.whoAmI(account?.regions[0] ?? ANY_REGION)) }
  } catch (error) {
    return { kind: 'unknown', reason: reasonOf(error) }
  }
}

/** An error of AWS’s in a sentence: its code and what it says. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error)
