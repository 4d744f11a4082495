import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { finding } from '../integration/api/findings-made.ts'
import { organizationLogs, setUpLogs } from '../support/athena.ts'
import { SHOP_PRODUCTION } from '../support/simulator.ts'
import { type Document, timelineOf, unsureTheft } from './incident.ts'
import { eventually, openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld({ logs: organizationLogs })
  await setUpLogs(world.simulator)
})
afterAll(() => world.close())

const REGION = 'eu-central-1'

async function theftOfWhatIsUnsure(): Promise<string> {
  const { id } = await unsureTheft(world)
  return id
}

const incidentAbout = async (found: object): Promise<string> => {
  const { body } = await world.call('POST', '/api/findings', 'intake', found)
  return body.incidents[0].incident
}

async function probeOfAnInstance(): Promise<string> {
  const ec2 = new EC2Client(world.simulator.client(SHOP_PRODUCTION, REGION))
  const { Reservations: [reservation] = [] } = await ec2.send(new DescribeInstancesCommand({}))
  const instanceId = reservation?.Instances?.[0]?.InstanceId
  return incidentAbout({
    ...finding({ id: 'probed' }),
    type: 'Recon:EC2/PortProbeUnprotectedPort',
    severity: 2,
    resource: { resourceType: 'Instance', instanceDetails: { instanceId } },
  })
}

const strangerInACluster = (): Promise<string> =>
  incidentAbout({
    ...finding({ id: 'anonymous' }),
    type: 'Discovery:Kubernetes/SuccessfulAnonymousAccess',
    severity: 5,
    resource: {
      resourceType: 'EKSCluster',
      eksClusterDetails: { name: 'shop', arn: `arn:aws:eks:${REGION}:${SHOP_PRODUCTION}:cluster/shop` },
      kubernetesDetails: { kubernetesUserDetails: { username: 'system:anonymous' } },
    },
  })

it.each([
  ['a principal', theftOfWhatIsUnsure, { asked: 3, logs: ['the organisation’s trail by Athena', 'S3 data events'] }],
  ['an instance', probeOfAnInstance, { asked: 3, logs: ['VPC flow logs', 'DNS query logs'] }],
  ['a cluster', strangerInACluster, { asked: 1, logs: ['EKS audit logs'] }],
])(
  'the organisation’s logs answer what a person asks about %s, and the record says by which query',
  async (_about, happen, { asked, logs }) => {
    const id = await happen()
    const { body } = await world.call('POST', `/api/incidents/${id}/evidence`, 'responder')
    expect(body.asked).toBe(asked)
    const sources: readonly Document[] = await eventually('answers of all logs', async () => {
      const brief = (await world.call('GET', `/api/incidents/${id}/brief`, 'responder')).body
      const ofLogs = brief.sources.filter(({ source }: Document) => logs.includes(source))
      return ofLogs.every(({ state }: Document) => state === 'available') ? ofLogs : undefined
    })
    expect(sources).toHaveLength(logs.length)
    for (const { text, evidence } of sources) {
      expect(text).toMatch(/bytes were read by query [0-9a-f-]{36}/)
      expect(evidence).toHaveLength(1)
    }
    await eventually('all of it in the record', async () => {
      const events = await timelineOf(world, id)
      return events.filter(({ type }) => type === 'evidence.collected').length >= asked
    })
    expect(await world.simulator.calls({ operation: 'cloudtrail:LookupEvents' })).toEqual([])
  },
)
