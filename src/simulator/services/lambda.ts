import type { Service } from './service.ts'

export const lambda: Service = {
  signingName: 'lambda',
  protocol: 'restJson1',
  xmlNamespace: '',
  eventSource: 'lambda.amazonaws.com',
  scope: 'regional',
  load: () => import('@aws-sdk/client-lambda'),
  operations: {},
}
