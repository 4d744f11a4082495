import type { Service } from './service.ts'

export const autoScaling: Service = {
  signingName: 'autoscaling',
  protocol: 'awsQuery',
  xmlNamespace: '',
  eventSource: 'autoscaling.amazonaws.com',
  scope: 'regional',
  load: () => import('@aws-sdk/client-auto-scaling'),
  operations: {},
}
