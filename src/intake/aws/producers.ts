import type { Producer } from '#intake/producer'
import { lookAtGuardDuty } from './guardduty.ts'
import { lookAtSecurityHub } from './security-hub.ts'

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
]
