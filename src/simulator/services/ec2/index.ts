import type { AnyOperation, Service } from '#simulator/services/service'
import { dryRunnable } from './dry-run.ts'
import { instanceAttributes } from './instance-attributes.ts'
import { instances } from './instances.ts'
import { network } from './network.ts'
import { networkInterfaces } from './network-interfaces.ts'
import { profileAssociations } from './profile-associations.ts'
import { securityGroupRules } from './security-group-rules.ts'
import { securityGroups } from './security-groups.ts'
import { snapshots } from './snapshots.ts'
import { taggedAt, tags } from './tags.ts'
import { volumes } from './volumes.ts'

const operations: Readonly<Record<string, AnyOperation>> = {
  ...instances,
  ...instanceAttributes,
  ...network,
  ...networkInterfaces,
  ...securityGroups,
  ...securityGroupRules,
  ...volumes,
  ...snapshots,
  ...profileAssociations,
  ...tags,
}

export const ec2: Service = {
  signingName: 'ec2',
  protocol: 'ec2Query',
  xmlNamespace: 'http://ec2.amazonaws.com/doc/2016-11-15/',
  eventSource: 'ec2.amazonaws.com',
  scope: 'regional',
  load: () => import('@aws-sdk/client-ec2'),
  tagsAt: taggedAt,
  operations: Object.fromEntries(Object.entries(operations).map(([name, operation]) => [name, dryRunnable(operation)])),
}
