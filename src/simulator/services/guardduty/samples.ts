import { hexId } from '#simulator/identifiers'
import type { StoredFinding } from '#simulator/state/tables'

const SEVERITY = 5

export const DEFAULT_SAMPLES = [
  'UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom',
  'Recon:EC2/PortProbeUnprotectedPort',
]

interface Place {
  readonly account: string
  readonly region: string
  readonly detectorId: string
  readonly at: number
}

/** A sample finding, marked as such in its title and its additional information. */
export function sampleOf(type: string, place: Place): StoredFinding {
  const { account, region, detectorId } = place
  const id = hexId(32)
  const at = new Date(place.at).toISOString()
  const finding = {
    SchemaVersion: '2.0',
    AccountId: account,
    Region: region,
    Partition: 'aws',
    Id: id,
    Arn: `arn:aws:guardduty:${region}:${account}:detector/${detectorId}/finding/${id}`,
    Type: type,
    Title: `[SAMPLE] ${type}`,
    Description: `A sample of ${type}.`,
    Severity: SEVERITY,
    CreatedAt: at,
    UpdatedAt: at,
    Resource: resourceOf(type, at),
    Service: serviceOf(detectorId, at),
  }
  return { id, finding }
}

const resourceOf = (type: string, at: string): object =>
  type.split(':')[1]?.startsWith('EC2/')
    ? {
        ResourceType: 'Instance',
        InstanceDetails: {
          InstanceId: 'i-99999999',
          InstanceType: 'm3.xlarge',
          LaunchTime: at,
          InstanceState: 'running',
        },
      }
    : {
        ResourceType: 'AccessKey',
        AccessKeyDetails: {
          AccessKeyId: 'GeneratedFindingAccessKeyId',
          PrincipalId: 'GeneratedFindingPrincipalId',
          UserName: 'GeneratedFindingUserName',
          UserType: 'IAMUser',
        },
      }

const serviceOf = (detectorId: string, at: string): object => ({
  ServiceName: 'guardduty',
  DetectorId: detectorId,
  Archived: false,
  Count: 1,
  EventFirstSeen: at,
  EventLastSeen: at,
  ResourceRole: 'TARGET',
  AdditionalInfo: { Value: '{"sample":true}', Type: 'default' },
})
