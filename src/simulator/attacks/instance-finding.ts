import { interfacesOf } from '#simulator/services/ec2/attached'
import { find, type Place } from '#simulator/services/ec2/places'
import { tagList } from '#simulator/services/tags'
import type { Instance, NetworkInterface } from '#simulator/state/tables'
import type { Said } from './reported-finding.ts'

const SEVERITY = 8

/** A name that an instance asked for, and what GuardDuty makes of it. */
export interface Asked {
  readonly type: string
  readonly domain: string
  /** What the name belongs to, in the middle of a sentence. */
  readonly belongsTo: string
  readonly threat: string
}

interface Sighting {
  readonly instance: Instance
  readonly asked: Asked
  readonly firstSeen: number
}

/** What GuardDuty says of an instance that asks for a name of a threat list. */
export function instanceFinding(place: Place, { instance, asked, firstSeen }: Sighting): Said {
  const { domain, belongsTo, threat } = asked
  return {
    Type: asked.type,
    Title: `The EC2 instance ${instance.id} is querying a domain name that is associated with ${belongsTo}.`,
    Description: `EC2 instance ${instance.id} is querying the domain name ${domain}, which is associated with ${belongsTo}.`,
    Severity: SEVERITY,
    Resource: { ResourceType: 'Instance', InstanceDetails: detailsOf(place, instance) },
    Service: {
      Action: {
        ActionType: 'DNS_REQUEST',
        DnsRequestAction: { Domain: domain, DomainWithSuffix: domain, Protocol: 'UDP', Blocked: false },
      },
      Evidence: { ThreatIntelligenceDetails: [{ ThreatListName: 'ProofPoint', ThreatNames: [threat] }] },
      AdditionalInfo: { Value: JSON.stringify({ threatListName: 'ProofPoint', domain }), Type: 'default' },
    },
    firstSeen,
  }
}

const detailsOf = (place: Place, instance: Instance): object => ({
  InstanceId: instance.id,
  InstanceType: instance.type,
  InstanceState: instance.state,
  LaunchTime: new Date(instance.launchedAt).toISOString(),
  ImageId: instance.image,
  AvailabilityZone: instance.zone,
  IamInstanceProfile: profileOf(place, instance),
  NetworkInterfaces: interfacesOf(place, instance.id).map((one) => interfaceOf(place, one)),
  ProductCodes: [],
  Tags: tagList(instance.tags),
})

function profileOf(place: Place, { instanceProfile }: Instance): object | undefined {
  if (!instanceProfile) return undefined
  const name = instanceProfile.arn.split('/').at(-1)
  return { Arn: instanceProfile.arn, Id: place.state.get('instanceProfile', `${place.account}/${name}`)?.id }
}

function interfaceOf(place: Place, one: NetworkInterface): object {
  const address = {
    PrivateIpAddress: one.privateAddress,
    PrivateDnsName: `ip-${one.privateAddress.replaceAll('.', '-')}.${place.region}.compute.internal`,
  }
  return {
    NetworkInterfaceId: one.id,
    VpcId: one.vpc,
    SubnetId: one.subnet,
    PublicIp: one.elastic?.address,
    ...address,
    PrivateIpAddresses: [address],
    Ipv6Addresses: [],
    SecurityGroups: one.groups.map((id) => ({ GroupId: id, GroupName: find(place, 'securityGroup', id)?.name })),
  }
}
