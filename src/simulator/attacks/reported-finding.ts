import { hexId } from '#simulator/identifiers'
import { HUB, REGIONS } from '#simulator/seed/organization'
import { putFinding, putNewFinding } from '#simulator/services/guardduty/findings'
import { draftOver } from '#simulator/state/store'
import type { World } from '#simulator/world'

/** Where and when GuardDuty reports. */
export interface Report {
  readonly account: string
  readonly region: string
  readonly detectorId: string
  readonly at: number
}

/** What one finding says of its own, in the members of the SDK. */
export interface Said {
  readonly Type: string
  readonly Title: string
  readonly Description: string
  readonly Severity: number
  readonly Resource: object
  /** Action, evidence and the like; the rest of `Service` is the same for all. */
  readonly Service: object
  readonly firstSeen: number
}

/**
 * Reports a finding in the detector of the account and in the one of its administrator account, and notes it for delivery unless a filter archived it;
 * answers its id. Source: GuardDuty user guide, suppression rules: what they archive is not sent to EventBridge.
 */
export async function reportFinding(world: World, account: string, say: (report: Report) => Said): Promise<string> {
  const at = world.clock()
  const [region] = REGIONS
  const { draft, changes } = draftOver(world.store.now())
  const detectorId = draft.get('detector', `${account}/${region}`)?.id ?? ''
  const report = { account, region, detectorId, at }
  const id = hexId(32)
  const stored = { id, finding: findingOf(report, id, say(report)) }
  const shown = putNewFinding({ state: draft, account, region }, stored, [HUB])
  putFinding({ state: draft, account: HUB, region }, shown)
  if (shown === stored) draft.put('delivery', id, stored)
  await world.commit({ at, changes: changes(), trail: [] })
  return id
}

function findingOf({ account, region, detectorId, at }: Report, id: string, { firstSeen, Service, ...said }: Said) {
  const now = new Date(at).toISOString()
  return {
    SchemaVersion: '2.0',
    AccountId: account,
    Region: region,
    Partition: 'aws',
    Id: id,
    Arn: `arn:aws:guardduty:${region}:${account}:detector/${detectorId}/finding/${id}`,
    CreatedAt: now,
    UpdatedAt: now,
    ...said,
    Service: {
      ServiceName: 'guardduty',
      DetectorId: detectorId,
      ResourceRole: 'TARGET',
      EventFirstSeen: new Date(firstSeen).toISOString(),
      EventLastSeen: now,
      Archived: false,
      Count: 1,
      ...Service,
    },
  }
}
