import { hexId } from '#simulator/identifiers'
import { HUB, REGIONS } from '#simulator/seed/organization'
import { putFinding } from '#simulator/services/guardduty/findings'
import { draftOver } from '#simulator/state/store'
import type { StoredFinding } from '#simulator/state/tables'
import type { World } from '#simulator/world'

/** What GuardDuty says of what it saw; the rest of a finding is the same for all. */
export interface Report {
  readonly account: string
  readonly type: string
  readonly title: string
  readonly description: string
  readonly severity: number
  readonly resource: object
  readonly action: object
  readonly evidence: object
  readonly additionalInfo: object
  readonly firstSeen: number
}

/** Reports a finding in the detector of the account and in the one of its administrator account, and notes it for delivery. */
export async function reportFinding(world: World, report: Report): Promise<string> {
  const at = world.clock()
  const [region] = REGIONS
  const { account } = report
  const { draft, changes } = draftOver(world.store.now())
  const detectorId = draft.get('detector', `${account}/${region}`)?.id ?? ''
  const stored = findingOf(report, { detectorId, region, at })
  for (const holder of [account, HUB]) putFinding({ state: draft, account: holder, region }, stored)
  draft.put('delivery', stored.id, stored)
  await world.commit({ at, changes: changes(), trail: [] })
  return stored.id
}

interface Detector {
  readonly detectorId: string
  readonly region: string
  readonly at: number
}

function findingOf(report: Report, detector: Detector): StoredFinding {
  const { detectorId, region, at } = detector
  const { account, type, title, description, severity, resource } = report
  const id = hexId(32)
  const now = new Date(at).toISOString()
  const finding = {
    SchemaVersion: '2.0',
    AccountId: account,
    Region: region,
    Partition: 'aws',
    Id: id,
    Arn: `arn:aws:guardduty:${region}:${account}:detector/${detectorId}/finding/${id}`,
    Type: type,
    Title: title,
    Description: description,
    Severity: severity,
    CreatedAt: now,
    UpdatedAt: now,
    Resource: resource,
    Service: serviceOf(report, detector),
  }
  return { id, finding }
}

const serviceOf = ({ action, evidence, additionalInfo, firstSeen }: Report, { detectorId, at }: Detector): object => ({
  ServiceName: 'guardduty',
  DetectorId: detectorId,
  Action: action,
  Evidence: evidence,
  ResourceRole: 'TARGET',
  AdditionalInfo: { Value: JSON.stringify(additionalInfo), Type: 'default' },
  EventFirstSeen: new Date(firstSeen).toISOString(),
  EventLastSeen: new Date(at).toISOString(),
  Archived: false,
  Count: 1,
})
