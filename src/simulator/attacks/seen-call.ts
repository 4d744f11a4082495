import type { Report } from './reported-finding.ts'
import type { Victim } from './victim.ts'

const SEVERITY = 5
const LIST_NAME = 'known-attackers'

/** One API call with somebody's key, from an address on a threat list. */
export interface SeenCall {
  readonly victim: Victim
  readonly api: string
  readonly address: string
  readonly userAgent: string
  readonly firstSeen: number
}

/** What GuardDuty says of it. */
export const reportOf = (seen: SeenCall): Report => {
  const { api, address, firstSeen } = seen
  const { user, key } = seen.victim
  return {
    account: user.account,
    type: 'UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom',
    title: `API ${api} was invoked from an IP address on a custom threat list.`,
    description: `API ${api} was invoked from an IP address ${address} on the custom threat list ${LIST_NAME}.`,
    severity: SEVERITY,
    resource: {
      ResourceType: 'AccessKey',
      AccessKeyDetails: { AccessKeyId: key.id, PrincipalId: user.id, UserName: user.name, UserType: 'IAMUser' },
    },
    action: { ActionType: 'AWS_API_CALL', AwsApiCallAction: apiCallOf(seen) },
    evidence: { ThreatIntelligenceDetails: [{ ThreatListName: LIST_NAME, ThreatNames: [] }] },
    additionalInfo: { threatListName: LIST_NAME },
    firstSeen,
  }
}

const apiCallOf = ({ api, address, userAgent }: Pick<SeenCall, 'api' | 'address' | 'userAgent'>): object => ({
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
