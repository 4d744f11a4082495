import type { Service } from '#simulator/services/service'

export const s3: Service = {
  signingName: 's3',
  protocol: 'restXml',
  xmlNamespace: '',
  eventSource: 's3.amazonaws.com',
  scope: 'regional',
  load: () => import('@aws-sdk/client-s3'),
  operations: {},
}
