import type { InstanceSessions } from '#domain/targets'
import { defineEntry } from './entry.ts'
import { type OurPolicyState, ourPolicyGrants, ourPolicyPut, ourPolicyPutBack, rolePolicies } from './our-policy.ts'
import { ANY_ROLE } from './principals.ts'

export const instancePolicyName = ({ instance }: InstanceSessions): string =>
  `CordonDenySessions-${instance.instanceId}`

/** The unique id under which an instance’s sessions of its role act. Source: IAM, policy variables, `aws:userid` of an EC2 role. */
export const sessionsId = ({ role, instance }: InstanceSessions): string => `${role.roleId}:${instance.instanceId}`

export const denyOf = (sessions: InstanceSessions): string =>
  `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:userid":"${sessionsId(sessions)}"}}}]}`

export const denyInstanceSessions = defineEntry<InstanceSessions, OurPolicyState>()({
  title: 'Deny everything to the sessions that an instance has of its role',
  target: 'instance-sessions',
  phase: 'contain',
  tier: 'R2',
  reversible: true,
  operations: [rolePolicies.put, rolePolicies.remove],
  grants: ourPolicyGrants(rolePolicies, ANY_ROLE),
  reads: [
    { operation: 'iam:GetRole', permissions: ['iam:GetRole'] },
    { operation: 'iam:GetRolePolicy', permissions: ['iam:GetRolePolicy'] },
  ],
  revertedWhen: ['false-positive', 'accepted-risk'],
  sources: ['IAM PutRolePolicy', 'IAM, policy variables: aws:userid', 'ATT&CK T1552.005'],
  describe: ({ role, instance }) =>
    `Every call with credentials that ${instance.instanceId} has or gets of role ${role.name} is denied, wherever it is made from. Other instances and users of the role go on.`,
  residual: ({ role }) => [`Whoever may change the inline policies of ${role.name} can take the deny away`],
  calls: (sessions, before) => ourPolicyPut(rolePolicies, before, denyOf(sessions)),
  undo: (_sessions, done, live) => ourPolicyPutBack(rolePolicies, done, live),
})
