import type { Service } from '#simulator/services/service'
import { instances } from './instances.ts'
import { network } from './network.ts'
import { tags } from './tags.ts'

export const ec2: Service = {
  signingName: 'ec2',
  protocol: 'ec2Query',
  xmlNamespace: 'http://ec2.amazonaws.com/doc/2016-11-15/',
  eventSource: 'ec2.amazonaws.com',
  scope: 'regional',
  load: () => import('@aws-sdk/client-ec2'),
  operations: { ...instances, ...network, ...tags },
}
