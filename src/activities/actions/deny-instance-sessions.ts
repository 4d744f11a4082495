import { requireRole, tagsOf } from '#activities/aws/identity'
import { instancePolicyName } from '#domain/catalogue/deny-instance-sessions'
import type { InstanceSessions } from '#domain/targets'
import { compare, type Doing, type Work } from './doing.ts'
import { readRolePolicy, setRolePolicy } from './role-policy.ts'

export const denyInstanceSessions: Doing<'denyInstanceSessions'> = {
  async observe(read, sessions) {
    const { role } = sessions
    const live = await requireRole(read, role)
    return {
      arn: live.Arn,
      state: { ourPolicy: await readRolePolicy(read, role, instancePolicyName(sessions)) },
      tags: tagsOf(live),
      blastRadius: async () => [],
    }
  },

  apply: setPolicy,

  verify: (reading) => compare(denyInstanceSessions, reading),

  revert: setPolicy,
}

function setPolicy(work: Work<InstanceSessions, unknown>) {
  return setRolePolicy(work, work.target.role, instancePolicyName(work.target))
}
