import type { Service } from '#simulator/services/service'

export const ec2: Service = {
  signingName: 'ec2',
  protocol: 'ec2Query',
  xmlNamespace: '',
  eventSource: 'ec2.amazonaws.com',
  scope: 'regional',
  load: () => import('@aws-sdk/client-ec2'),
  operations: {},
}
