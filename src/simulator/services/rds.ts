import type { Service } from './service.ts'

export const rds: Service = {
  signingName: 'rds',
  protocol: 'awsQuery',
  xmlNamespace: '',
  eventSource: 'rds.amazonaws.com',
  scope: 'regional',
  load: () => import('@aws-sdk/client-rds'),
  operations: {},
}
