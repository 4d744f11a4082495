import type { Activity } from '#domain/evidence'
import { type Credential, type Finding, findingKey } from '#domain/finding'

const REGION = 'eu-central-1'

/** A finding about a credential, with whatever else the test says about it. */
export function testFinding(credential: Credential, said: Partial<Omit<Finding, 'credential' | 'key'>> = {}): Finding {
  const finding = {
    id: 'f1',
    source: 'guardduty' as const,
    type: 'UnauthorizedAccess:IAMUser/MaliciousIPCaller',
    account: credential.account,
    region: REGION,
    severityMilli: 5000,
    title: 'A credential is used from a suspicious address',
    description: 'Made by a test',
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
    count: 1,
    isSample: false,
    remoteAddress: '192.0.2.1',
    api: 'ListUsers',
    userAgent: null,
    ...said,
    credential,
  }
  return { ...finding, key: findingKey(finding.account, finding.region, finding.id) }
}

/** What `activityOf` gives when the principal did nothing. */
export const noActivity: Activity = {
  calls: [],
  rolesAssumed: [],
  changes: [],
  from: '2025-12-31T00:00:00.000Z',
  to: '2026-01-01T00:00:00.000Z',
  unseen: [],
}
