import type { Service } from './service.ts'

export const sqs: Service = {
  signingName: 'sqs',
  protocol: 'awsJson1_0',
  xmlNamespace: '',
  eventSource: 'sqs.amazonaws.com',
  scope: 'regional',
  load: () => import('@aws-sdk/client-sqs'),
  operations: {},
}
