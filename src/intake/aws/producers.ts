import type { Producer } from '#intake/producer'
import { lookAtGuardDuty } from './guardduty.ts'
import { lookAtSecurityHub } from './security-hub.ts'
import { lookAtSecurityHubV2 } from './security-hub-v2.ts'

/** Every service that is polled. */
export const producers: readonly Producer[] = [
  {
    kind: 'guardduty',
    changed: 'updatedAt',
    look: async (aws, place, look) => lookAtGuardDuty(await aws.guardDutyIn(place), look),
  },
  {
    kind: 'security-hub',
    changed: 'UpdatedAt',
    look: async (aws, place, look) => lookAtSecurityHub(await aws.securityHubIn(place), look),
  },
  {
    kind: 'security-hub-v2',
    changed: 'finding_info.modified_time_dt',
    look: async (aws, place, look) => lookAtSecurityHubV2(await aws.securityHubIn(place), look),
  },
]
