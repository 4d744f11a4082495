import { interfacesOf } from '#simulator/services/ec2/attached'
import { find, type Place } from '#simulator/services/ec2/places'
import type { Instance, NetworkInterface } from '#simulator/state/tables'
import type { Report } from './reported-finding.ts'

const SEVERITY = 8

/** A domain that an instance asked for, and what it is known for. */
export interface SeenDomain {
  readonly type: string
  readonly title: string
  readonly domain: string
  readonly list: string
}

interface Asking {
  readonly place: Place
  readonly instance: Instance
  readonly profile: { readonly arn: string; readonly id: string }
  readonly firstSeen: number
}

/** What GuardDuty says of a DNS request. Source: GuardDuty, InstanceDetails and DnsRequestAction. */
export const reportOfDomain = ({ type, title, domain, list }: SeenDomain, asking: Asking): Report => ({
  account: asking.place.account,
  type,
  title,
  description: `The EC2 instance ${asking.instance.id} asks for the domain ${domain}.`,
  severity: SEVERITY,
  resource: { ResourceType: 'Instance', InstanceDetails: detailsOf(asking) },
  action: {
    ActionType: 'DNS_REQUEST',
    DnsRequestAction: { Domain: domain, Protocol: 'UDP', Blocked: false, DomainWithSuffix: domain },
  },
  evidence: { ThreatIntelligenceDetails: [{ ThreatListName: list, ThreatNames: [] }] },
  additionalInfo: { domain, threatListName: list },
  firstSeen: asking.firstSeen,
})

const detailsOf = ({ place, instance, profile }: Asking): object => ({
  InstanceId: instance.id,
  InstanceType: instance.type,
  LaunchTime: new Date(instance.launchedAt).toISOString(),
  ImageId: instance.image,
  ImageDescription: 'web server',
  InstanceState: instance.state,
  AvailabilityZone: instance.zone,
  IamInstanceProfile: { Arn: profile.arn, Id: profile.id },
  NetworkInterfaces: interfacesOf(place, instance.id).map((one) => interfaceOf(place, one)),
  ProductCodes: [],
  Tags: Object.entries(instance.tags).map(([Key, Value]) => ({ Key, Value })),
})

const interfaceOf = (place: Place, { id, vpc, subnet, privateAddress, groups }: NetworkInterface): object => ({
  NetworkInterfaceId: id,
  VpcId: vpc,
  SubnetId: subnet,
  PrivateIpAddress: privateAddress,
  PrivateIpAddresses: [{ PrivateIpAddress: privateAddress }],
  Ipv6Addresses: [],
  SecurityGroups: groups.map((group) => ({
    GroupId: group,
    GroupName: find(place, 'securityGroup', group)?.name ?? group,
  })),
})
