import { hexId } from '#simulator/identifiers'
import { HUB, REGIONS } from '#simulator/seed/organization'
import { putFinding } from '#simulator/services/guardduty/findings'
import { draftOver } from '#simulator/state/store'
import type { StoredFinding } from '#simulator/state/tables'
import type { World } from '#simulator/world'
import type { Victim } from './victim.ts'

const SEVERITY = 5
const LIST_NAME = 'known-attackers'

/** What GuardDuty saw: one API call with somebody's key, from an address on a threat list. */
export interface Seen {
  readonly victim: Victim
  readonly api: string
  readonly address: string
  readonly userAgent: string
  readonly firstSeen: number
}

/** Reports a finding in the detector of the account and in the one of its administrator account, and notes it for delivery. */
export async function reportFinding(world: World, seen: Seen): Promise<string> {
  const at = world.clock()
  const [region] = REGIONS
  const { account } = seen.victim.user
  const { draft, changes } = draftOver(world.store.now())
  const detectorId = draft.get('detector', `${account}/${region}`)?.id ?? ''
  const stored = findingOf({ ...seen, detectorId, region, at })
  for (const holder of [account, HUB]) putFinding({ state: draft, account: holder, region }, stored)
  draft.put('delivery', stored.id, stored)
  await world.commit({ at, changes: changes(), trail: [] })
  return stored.id
}

interface Sighting extends Seen {
  readonly detectorId: string
  readonly region: string
  readonly at: number
}

function findingOf(sighting: Sighting): StoredFinding {
  const { detectorId, region, at, address, api } = sighting
  const { user, key } = sighting.victim
  const id = hexId(32)
  const now = new Date(at).toISOString()
  const finding = {
    SchemaVersion: '2.0',
    AccountId: user.account,
    Region: region,
    Partition: 'aws',
    Id: id,
    Arn: `arn:aws:guardduty:${region}:${user.account}:detector/${detectorId}/finding/${id}`,
    Type: 'UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom',
    Title: `API ${api} was invoked from an IP address on a custom threat list.`,
    Description: `API ${api} was invoked from an IP address ${address} on the custom threat list ${LIST_NAME}.`,
    Severity: SEVERITY,
    CreatedAt: now,
    UpdatedAt: now,
    Resource: {
      ResourceType: 'AccessKey',
      AccessKeyDetails: { AccessKeyId: key.id, PrincipalId: user.id, UserName: user.name, UserType: 'IAMUser' },
    },
    Service: serviceOf(sighting),
  }
  return { id, finding }
}

const serviceOf = ({ detectorId, firstSeen, at, ...seen }: Sighting): object => ({
  ServiceName: 'guardduty',
  DetectorId: detectorId,
  Action: { ActionType: 'AWS_API_CALL', AwsApiCallAction: apiCallOf(seen) },
  Evidence: { ThreatIntelligenceDetails: [{ ThreatListName: LIST_NAME, ThreatNames: [] }] },
  ResourceRole: 'TARGET',
  AdditionalInfo: { Value: JSON.stringify({ threatListName: LIST_NAME }), Type: 'default' },
  EventFirstSeen: new Date(firstSeen).toISOString(),
  EventLastSeen: new Date(at).toISOString(),
  Archived: false,
  Count: 1,
})

const apiCallOf = ({ api, address, userAgent }: Pick<Seen, 'api' | 'address' | 'userAgent'>): object => ({
  Api: api,
  CallerType: 'Remote IP',
  ServiceName: 'iam.amazonaws.com',
  UserAgent: userAgent,
  RemoteIpDetails: {
    IpAddressV4: address,
    Organization: { Asn: '64496', AsnOrg: 'Documentation', Isp: 'Documentation', Org: 'Documentation' },
    Country: { CountryName: 'Nowhere' },
    City: { CityName: '' },
    GeoLocation: { Lat: 0, Lon: 0 },
  },
  AffectedResources: {},
})
