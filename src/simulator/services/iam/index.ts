import type { Service } from '#simulator/services/service'
import { accessKeys } from './access-keys.ts'
import { accessReports } from './access-reports.ts'
import { attachedPolicies } from './attached-policies.ts'
import { groups } from './groups.ts'
import { inlinePolicies } from './inline-policies.ts'
import { managedPolicies } from './managed-policies.ts'
import { otherCredentials } from './other-credentials.ts'
import { roles } from './roles.ts'
import { simulation } from './simulate.ts'
import { users } from './users.ts'

export const iam: Service = {
  signingName: 'iam',
  protocol: 'awsQuery',
  xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
  eventSource: 'iam.amazonaws.com',
  scope: 'global',
  load: () => import('@aws-sdk/client-iam'),
  operations: {
    ...users,
    ...accessKeys,
    ...otherCredentials,
    ...inlinePolicies,
    ...attachedPolicies,
    ...managedPolicies,
    ...groups,
    ...accessReports,
    ...roles,
    ...simulation,
  },
}
