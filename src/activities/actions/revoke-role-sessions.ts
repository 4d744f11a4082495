import type { Role } from '@aws-sdk/client-iam'
import { requireRole, tagsOf } from '#activities/aws/identity'
import { REVOKE_SESSIONS_POLICY_NAME } from '#domain/catalogue/revoke-role-sessions'
import type { IamRole } from '#domain/targets'
import { compare, type Doing, type Work } from './doing.ts'
import { readRolePolicy, setRolePolicy } from './role-policy.ts'

export const revokeRoleSessions: Doing<'revokeRoleSessions'> = {
  async observe(read, role) {
    const live = await requireRole(read, role)
    return {
      arn: live.Arn,
      state: { ourPolicy: await readRolePolicy(read, role, REVOKE_SESSIONS_POLICY_NAME) },
      tags: tagsOf(live),
      blastRadius: async () => usersOf(live),
    }
  },

  apply: setPolicy,

  verify: (reading) => compare(revokeRoleSessions, reading),

  revert: setPolicy,
}

function setPolicy(work: Work<IamRole, unknown>) {
  return setRolePolicy(work, work.target, REVOKE_SESSIONS_POLICY_NAME)
}

/** Everybody who has the role open is cut: the last use shows whether anybody has. */
function usersOf({ RoleName, RoleLastUsed: use }: Role): readonly string[] {
  const used =
    use?.LastUsedDate === undefined
      ? 'was not used lately'
      : `was last used at ${use.LastUsedDate.toISOString()} in ${use.Region ?? 'a region'}`
  return [`Role ${RoleName} ${used}: whoever holds a session of it must open a new one`]
}
