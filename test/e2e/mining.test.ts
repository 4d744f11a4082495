import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling'
import {
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2'
import { DescribeTargetHealthCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import { IAMClient, ListRolePoliciesCommand } from '@aws-sdk/client-iam'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type MailServer, startMailServer } from '../support/mail-server.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts'
import { type Home, newHome, prepare, until } from './installation.ts'

const ACCOUNT = '111122223333'
const SECRET = `whsec_${Buffer.from('a secret of this test').toString('base64')}`
const run = promisify(execFile)

let home: Home
let hook: WebhookReceiver
let mailbox: MailServer
beforeAll(async () => {
  prepare()
  hook = await startWebhookReceiver()
  mailbox = await startMailServer()
  home = await newHome(undefined, {
    CORDON_WEBHOOK_URL: hook.url,
    CORDON_WEBHOOK_SECRET: SECRET,
    CORDON_SMTP_URL: `smtp://${mailbox.host}:${mailbox.port}`,
  })
  await home.start()
})
afterAll(async () => {
  await home.stop()
  home.remove()
  await hook.stop()
  await mailbox.stop()
})

function client<Client>(make: new (settings: object) => Client): Client {
  const { aws } = home.ready()
  const credentials = aws.accounts.find(({ id }) => id === ACCOUNT)?.credentials
  return new make({ region: 'eu-central-1', endpoint: aws.endpoint, credentials })
}

/** Plays the drill as its own program, so that whoever is called can answer meanwhile. */
async function drill(...more: readonly string[]): Promise<Record<string, unknown>> {
  const words = ['dist/cli/main.js', 'drill', 'mining-instance', '--approve', '--json', ...more]
  const { stdout } = await run(process.execPath, words, { env: { ...process.env, CORDON_HOME: home.folder } })
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>
}

async function api<T>(path: string): Promise<T> {
  const authorization = `Bearer ${home.ready().tokens['auditor']}`
  return (await (await fetch(`http://127.0.0.1:${home.port}${path}`, { headers: { authorization } })).json()) as T
}

interface Plan {
  readonly kind: string
  readonly status: string
  readonly steps: readonly {
    readonly action: string
    readonly residual: readonly string[]
    readonly target: { readonly instanceId?: string }
  }[]
}

const plansOf = async (incident: unknown) =>
  (await api<{ plans: readonly Plan[] }>(`/api/incidents/${String(incident)}/plans`)).plans

/** The instance that the incident’s containment was about. */
const instanceOf = async (incident: unknown): Promise<string> =>
  (await plansOf(incident))[0]?.steps[0]?.target.instanceId ?? ''

/** Everything that the drill may change around the instance, read as the administrator. */
async function around(instance: string) {
  const ec2 = client(EC2Client)
  const attribute = async (Attribute: 'disableApiTermination' | 'disableApiStop') =>
    Object.values(await ec2.send(new DescribeInstanceAttributeCommand({ InstanceId: instance, Attribute })))
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [instance] }))
  const Filters = [{ Name: 'attachment.instance-id', Values: [instance] }]
  const { NetworkInterfaces = [] } = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters }))
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({}))
  const { AutoScalingGroups = [] } = await client(AutoScalingClient).send(new DescribeAutoScalingGroupsCommand({}))
  const group = AutoScalingGroups.find(({ AutoScalingGroupName }) => AutoScalingGroupName === 'shop-web')
  const TargetGroupArn = group?.TargetGroupARNs?.[0]
  const health = await client(ElasticLoadBalancingV2Client).send(new DescribeTargetHealthCommand({ TargetGroupArn }))
  const { PolicyNames } = await client(IAMClient).send(new ListRolePoliciesCommand({ RoleName: 'shop-web' }))
  const live = Reservations[0]?.Instances?.[0]
  const member = group?.Instances?.find(({ InstanceId }) => InstanceId === instance)
  return {
    state: live?.State?.Name,
    keptVolumes: live?.BlockDeviceMappings?.map(({ Ebs }) => Ebs?.DeleteOnTermination),
    protection: JSON.stringify([
      await attribute('disableApiTermination'),
      await attribute('disableApiStop'),
    ]).replaceAll(/"(requestId|attempts|totalRetryDelay)":[^,}]*,?/g, ''),
    groups: NetworkInterfaces.map(({ Groups = [] }) => Groups.map(({ GroupName }) => GroupName)),
    ourGroups: SecurityGroups.filter(({ GroupName }) => GroupName?.includes(instance)).length,
    size: [group?.MinSize, group?.DesiredCapacity, group?.MaxSize],
    member: [member?.LifecycleState, member?.ProtectedFromScaleIn],
    target: health.TargetHealthDescriptions?.filter(({ Target }) => Target?.Id === instance).map(
      ({ Target }) => Target?.Port,
    ),
    policies: PolicyNames,
  }
}

const snapshotsOf = async (instance: string) => {
  const Filters = [{ Name: 'tag:cordon:evidence-of', Values: [instance] }]
  return (await client(EC2Client).send(new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters }))).Snapshots ?? []
}

describe('cordon drill mining-instance', () => {
  it('keeps the instance as evidence, cuts it off, and leaves it so when it is released as rebuilt', async () => {
    const result = await drill()
    expect(result).toMatchObject({
      status: 'recovered',
      times: { page: expect.any(Number), contained: expect.any(Number) },
    })
    const instance = await instanceOf(result['incident'])
    const left = await around(instance)
    expect(left).toMatchObject({
      state: 'running',
      keptVolumes: [false],
      groups: [[`CordonIsolated-${instance}`]],
      member: ['Standby', true],
      target: [],
    })
    expect(left.policies).toContain(`CordonDenySessions-${instance}`)
    expect(await snapshotsOf(instance)).toHaveLength(1)
  })

  it('shows what the containment does not cut', async () => {
    const { incidents } = await api<{ incidents: readonly { id: string }[] }>('/api/incidents?limit=1')
    const [contained] = await plansOf(incidents[0]?.id)
    const residual = contained?.steps.flatMap((step) => step.residual).join('\n')
    expect(residual).toContain('NAT gateways, network load balancers and private links')
    expect(residual).toContain('DNS')
    expect(residual).toContain('open now live on until they are idle')
  })

  it('--false-positive gives back group, size, targets, protections, interfaces and role exactly', async () => {
    const result = await drill('--false-positive')
    expect(result).toMatchObject({ status: 'recovered' })
    const instance = await instanceOf(result['incident'])
    const ends = (await plansOf(result['incident'])).map(({ kind, status }) => `${kind} ${status}`)
    expect(ends.filter((one) => one !== 'undo superseded')).toEqual(['contain done', 'undo done'])
    // Load balancers and groups need a moment to take an instance back.
    await until(async () => (await around(instance)).member[0] === 'InService')
    const after = await around(instance)
    expect(after).toMatchObject({
      state: 'running',
      keptVolumes: [true],
      groups: [['shop-web']],
      ourGroups: 0,
      size: [1, 2, 4],
      member: ['InService', false],
      target: [80],
    })
    expect(after.protection).not.toContain('true')
    expect(after.policies?.filter((name) => name.includes(instance))).toEqual([])
    expect(await snapshotsOf(instance)).toHaveLength(1)
  })

  it('has called people by webhook and by mail, each page once, and signed', async () => {
    await until(() => hook.received.length > 0 && mailbox.received.length > 0)
    const signer = new Webhook(SECRET)
    const ids = hook.received.map(({ headers, body }) => {
      expect(signer.verify(body, headers as Record<string, string>)).toMatchObject({ incident: expect.any(String) })
      return headers['webhook-id']
    })
    expect(new Set(ids).size).toBe(ids.length)
    const mails = mailbox.received.map(({ headers }) => headers['message-id'])
    expect(new Set(mails).size).toBe(mails.length)
    expect(mailbox.received.flatMap(({ to }) => to)).toContain('approver1@cordon.example')
    const paged = hook.received.map(({ body }) => JSON.parse(body) as { plan?: string; phrase?: string; link: string })
    expect(paged.find(({ plan }) => plan !== undefined)).toMatchObject({
      phrase: expect.stringMatching(/^\w+-\w+-\w+$/),
      link: expect.stringContaining('/plans/'),
    })
  })
})
