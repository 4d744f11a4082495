import type { Said } from './reported-finding.ts'
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

/** What GuardDuty says of a key that is used from a listed address. */
export function keyFinding({ victim, api, address, userAgent, firstSeen }: Seen): Said {
  const { user, key } = victim
  return {
    Type: 'UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom',
    Title: `API ${api} was invoked from an IP address on a custom threat list.`,
    Description: `API ${api} was invoked from an IP address ${address} on the custom threat list ${LIST_NAME}.`,
    Severity: SEVERITY,
    Resource: {
      ResourceType: 'AccessKey',
      AccessKeyDetails: { AccessKeyId: key.id, PrincipalId: user.id, UserName: user.name, UserType: 'IAMUser' },
    },
    Service: {
      Action: { ActionType: 'AWS_API_CALL', AwsApiCallAction: apiCallOf({ api, address, userAgent }) },
      Evidence: { ThreatIntelligenceDetails: [{ ThreatListName: LIST_NAME, ThreatNames: [] }] },
      AdditionalInfo: { Value: JSON.stringify({ threatListName: LIST_NAME }), Type: 'default' },
    },
    firstSeen,
  }
}

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
