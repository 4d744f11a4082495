import { DeleteRolePolicyCommand, GetRolePolicyCommand, PutRolePolicyCommand, type Role } from '@aws-sdk/client-iam'
import { absentAs } from '#activities/aws/absent'
import { isTaggedProtected, requireRole } from '#activities/aws/identity'
import type { ReadSession, WriteSession } from '#activities/aws/sessions'
import { REVOKE_SESSIONS_POLICY_NAME as PolicyName } from '#domain/catalogue/revoke-role-sessions'
import type { DeclaredCall } from '#domain/state'
import type { IamRole } from '#domain/targets'
import { type Acknowledged, compare, type Doing, makeCalls, type Work } from './doing.ts'

export const revokeRoleSessions: Doing<'revokeRoleSessions'> = {
  async observe(read, role) {
    const live = await requireRole(read, role)
    return {
      arn: live.Arn,
      state: { ourPolicy: await readPolicy(read, role) },
      isProtected: isTaggedProtected(live),
      blastRadius: usersOf(live),
    }
  },

  apply: setPolicy,

  verify: (reading) => compare(revokeRoleSessions, reading),

  revert: setPolicy,
}

async function readPolicy({ iam }: ReadSession, { name }: IamRole): Promise<string | null> {
  const found = await absentAs(undefined, iam.send(new GetRolePolicyCommand({ RoleName: name, PolicyName })))
  return found?.PolicyDocument === undefined ? null : decodeURIComponent(found.PolicyDocument)
}

function setPolicy(work: Work<IamRole, unknown>) {
  return makeCalls(work, (call) => writePolicy(work.write, work.target, call))
}

async function writePolicy({ iam }: WriteSession, { name }: IamRole, { change }: DeclaredCall): Promise<Acknowledged> {
  if (typeof change.after === 'string')
    return iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName, PolicyDocument: change.after }))
  return absentAs({ $metadata: {} }, iam.send(new DeleteRolePolicyCommand({ RoleName: name, PolicyName })))
}

/** Everybody who has the role open is cut: the last use shows whether anybody has. */
function usersOf({ RoleName, RoleLastUsed: use }: Role): readonly string[] {
  const used =
    use?.LastUsedDate === undefined
      ? 'was not used lately'
      : `was last used at ${use.LastUsedDate.toISOString()} in ${use.Region ?? 'a region'}`
  return [`Role ${RoleName} ${used}: whoever holds a session of it must open a new one`]
}
