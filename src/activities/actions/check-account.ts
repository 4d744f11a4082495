import { GetRoleCommand } from '@aws-sdk/client-iam'
import { absentAs } from '#activities/aws/absent'
import { failureCode, translateError } from '#activities/aws/translate-error'
import type { AccountCheck, ExecutorActivities } from '#domain/executor'
import { RESPONDER } from '#domain/roles/account-roles'
import { accountPlace } from '#store/plans/planned-steps'
import type { ReadDeps } from './observe-targets.ts'

type Question = Parameters<ExecutorActivities['checkAccount']>[0]

/** Whether Cordon can read the account and has a role there that the gate may open. Throws only what may succeed later. */
export async function checkAccount({ db, aws }: ReadDeps, { incident, account }: Question): Promise<AccountCheck> {
  try {
    const { partition, regions, externalId } = await accountPlace(db, account)
    const [region = ''] = regions
    const { iam } = await aws.read({ account, region, incident, partition, externalId })
    const role = await absentAs(undefined, iam.send(new GetRoleCommand({ RoleName: RESPONDER })))
    if (role === undefined && !aws.isEmulated) return missing('not_found', account, `it has no role ${RESPONDER}`)
    return { kind: 'ready' }
  } catch (error) {
    const failed = translateError(error)
    if (!failed.nonRetryable) throw failed
    return missing(failureCode(failed), account, failed.message)
  }
}

const missing = (code: string, account: string, why: string): AccountCheck => ({
  kind: 'missing',
  code,
  reason: `Account ${account} is not prepared: ${why}`,
})
