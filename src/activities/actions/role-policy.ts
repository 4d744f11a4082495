import { DeleteRolePolicyCommand, GetRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { absentAs } from '#activities/aws/absent'
import type { ReadSession } from '#activities/aws/sessions'
import type { Values } from '#domain/state'
import type { IamRole } from '#domain/targets'
import { ALREADY_SO, makeCalls, type Work } from './doing.ts'

/** The document of the role’s inline policy of that name, or null. */
export async function readRolePolicy(
  { iam }: ReadSession,
  { name }: IamRole,
  PolicyName: string,
): Promise<string | null> {
  const found = await absentAs(undefined, iam.send(new GetRolePolicyCommand({ RoleName: name, PolicyName })))
  return found?.PolicyDocument === undefined ? null : decodeURIComponent(found.PolicyDocument)
}

/** Makes calls that put or delete the role’s inline policy of that name. */
export function setRolePolicy(
  work: Pick<Work<unknown, unknown>, 'write' | 'calls' | 'made' | 'signal'>,
  { name: RoleName }: IamRole,
  PolicyName: string,
): Promise<Values> {
  const { iam } = work.write
  return makeCalls(work, ({ change }) =>
    typeof change.after === 'string'
      ? iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: change.after }))
      : absentAs(ALREADY_SO, iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }))),
  )
}
