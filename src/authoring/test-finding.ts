import type { Activity } from '#domain/evidence'
import { type Credential, type Finding, findingKey } from '#domain/finding'
import type { Ec2Instance } from '#domain/targets'

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
    instance: null,
    ...said,
    credential,
  }
  return { ...finding, key: findingKey(finding.account, finding.region, finding.id) }
}

/** A finding about an instance, with whatever else the test says about it. */
export const testInstanceFinding = (
  instance: Ec2Instance,
  said: Partial<Omit<Finding, 'credential' | 'instance' | 'key'>> = {},
): Finding => ({
  ...testFinding(
    { kind: 'unknown', account: instance.account },
    { type: 'CryptoCurrency:EC2/BitcoinTool.B!DNS', severityMilli: 8000, region: instance.region, ...said },
  ),
  instance,
})

/** What `activityOf` gives when the principal did nothing. */
export const noActivity: Activity = {
  calls: [],
  rolesAssumed: [],
  changes: [],
  from: '2025-12-31T00:00:00.000Z',
  to: '2026-01-01T00:00:00.000Z',
  unseen: [],
}
