import type { Service } from './service.ts'

export const organizations: Service = {
  signingName: 'organizations',
  protocol: 'awsJson1_1',
  xmlNamespace: '',
  eventSource: 'organizations.amazonaws.com',
  scope: 'regional',
  load: () => import('@aws-sdk/client-organizations'),
  operations: {},
}
