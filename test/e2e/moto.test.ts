import { type ChildProcess, spawn } from 'node:child_process'
import {
  DescribeImagesCommand,
  DescribeInstanceAttributeCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2'
import {
  AddRoleToInstanceProfileCommand,
  CreateAccessKeyCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListRolePoliciesCommand,
  ListUserPoliciesCommand,
} from '@aws-sdk/client-iam'
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '#embedded/ports'
import { prepareMoto } from '../support/python.ts'
import { type Home, newHome, prepare, until } from './installation.ts'

const UserName = 'deploy-bot'
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }

let moto: ChildProcess
let home: Home
let settings: { readonly endpoint: string; readonly region: string; readonly credentials: typeof credentials }

beforeAll(async () => {
  prepare()
  const port = await freePort()
  const endpoint = `http://127.0.0.1:${port}`
  moto = spawn(await prepareMoto(), ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' })
  await until(() =>
    fetch(`${endpoint}/moto-api/`).then(
      ({ ok }) => ok,
      () => false,
    ),
  )
  settings = { endpoint, region: 'eu-central-1', credentials }
  home = await newHome(undefined, { AWS_ENDPOINT_URL: endpoint })
  await home.start()
})
afterAll(async () => {
  await home.stop()
  home.remove()
  moto.kill()
})

async function api<T>(path: string, who: string, body?: object): Promise<T> {
  const response = await fetch(`http://127.0.0.1:${home.port}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${home.ready().tokens[who]}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return (await response.json()) as T
}

/** A finding as EventBridge carries it. */
const finding = (type: string, resource: object) => ({
  schemaVersion: '2.0',
  accountId: home.ready().aws.accounts[0]?.id,
  region: settings.region,
  partition: 'aws',
  id: `finding-${type}`,
  type,
  resource,
  service: { serviceName: 'guardduty', count: 1, archived: false },
  severity: 8,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  title: 'Something is wrong',
  description: '',
})

/** Sends the finding; the incident that it opened. */
async function opened(sent: object): Promise<string> {
  const taken = await api<{ incidents: readonly { incident: string }[] }>('/api/findings', 'intake', sent)
  return taken.incidents[0]?.incident ?? ''
}

const statusOf = async (id: string): Promise<string> =>
  (await api<{ status: string }>(`/api/incidents/${id}`, 'responder')).status

/** Approves whatever waits for votes, until the incident has the status. */
const approveUntil = (id: string, status: string): Promise<void> =>
  until(async () => {
    const { plans } = await api<Plans>(`/api/incidents/${id}/plans`, 'responder')
    for (const { hash } of plans.filter((plan) => plan.status === 'proposed'))
      for (const who of ['approver1', 'approver2']) await api(`/api/plans/${hash}/votes`, who, { decision: 'approve' })
    return (await statusOf(id)) === status
  })

interface Plans {
  readonly plans: readonly { readonly hash: string; readonly status: string; readonly kind: string }[]
}

describe('an AWS that is not ours', () => {
  it('is one production account, the one that it says it is, with nothing of the simulator’s', () => {
    const { aws, processes } = home.ready()
    expect(aws.endpoint).toBe(settings.endpoint)
    expect(aws.accounts).toMatchObject([{ id: '123456789012', environment: 'production' }])
    expect(processes.map(({ name }) => name)).not.toContain('simulator')
  })

  it('is contained, rotated and released by the same plans', async () => {
    const iam = new IAMClient(settings)
    const { User } = await iam.send(new CreateUserCommand({ UserName }))
    const { AccessKey: stolen } = await iam.send(new CreateAccessKeyCommand({ UserName }))
    const accessKeyDetails = {
      accessKeyId: stolen?.AccessKeyId,
      principalId: User?.UserId,
      userName: UserName,
      userType: 'IAMUser',
    }
    const type = 'UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom'
    const id = await opened(finding(type, { resourceType: 'AccessKey', accessKeyDetails }))
    await approveUntil(id, 'recovered')
    const { plans } = await api<Plans>(`/api/incidents/${id}/plans`, 'responder')
    expect(plans.map(({ kind, status }) => [kind, status])).toEqual([
      ['contain', 'done'],
      ['recover', 'done'],
      ['undo', 'done'],
    ])
    const { AccessKeyMetadata: keys = [] } = await iam.send(new ListAccessKeysCommand({ UserName }))
    expect(keys.find(({ AccessKeyId }) => AccessKeyId === stolen?.AccessKeyId)?.Status).toBe('Inactive')
    expect(keys.filter(({ Status }) => Status === 'Active')).toHaveLength(1)
    const { PolicyNames } = await iam.send(new ListUserPoliciesCommand({ UserName }))
    expect(PolicyNames).toEqual([])
    const secrets = new SecretsManagerClient(settings)
    expect(
      (await secrets.send(new DescribeSecretCommand({ SecretId: `cordon/rotated/${UserName}` }))).Name,
    ).toBeDefined()
  })

  it('says in the evidence what the emulator could not be asked', async () => {
    const { incidents } = await api<{ incidents: readonly { id: string }[] }>('/api/incidents?limit=1', 'responder')
    const { evidence } = await api<{ evidence: readonly { answer: { unseen: readonly string[] } }[] }>(
      `/api/incidents/${incidents[0]?.id}/evidence`,
      'responder',
    )
    expect(evidence[0]?.answer.unseen.join('\n')).toContain('could not be looked at')
  })

  it('has its mining instance kept and cut off, and gets it back exactly after a false alarm', async () => {
    const ec2 = new EC2Client(settings)
    const instance = await runServer(ec2)
    const before = await networkOf(ec2, instance)
    const type = 'CryptoCurrency:EC2/BitcoinTool.B!DNS'
    const details = { resourceType: 'Instance', instanceDetails: { instanceId: instance } }
    const id = await opened(finding(type, details))
    await approveUntil(id, 'contained')
    expect(await networkOf(ec2, instance)).toMatchObject({
      groups: [[`CordonIsolated-${instance}`]],
      isProtected: true,
    })
    const policies = await new IAMClient(settings).send(new ListRolePoliciesCommand({ RoleName: ROLE }))
    expect(policies.PolicyNames).toEqual([`CordonDenySessions-${instance}`])
    const Filters = [{ Name: 'tag:cordon:evidence-of', Values: [instance] }]
    expect((await ec2.send(new DescribeSnapshotsCommand({ Filters }))).Snapshots).toHaveLength(1)

    const { plans } = await api<Plans>(`/api/incidents/${id}/plans`, 'responder')
    const undo = plans.find(({ kind, status }) => kind === 'contain' && status === 'done')?.hash
    await api(`/api/incidents/${id}/plans`, 'responder', { undo, reason: 'A false alarm' })
    await approveUntil(id, 'recovered')
    expect(await networkOf(ec2, instance)).toEqual(before)
    const left = await new IAMClient(settings).send(new ListRolePoliciesCommand({ RoleName: ROLE }))
    expect(left.PolicyNames).toEqual([])
  })
})

const ROLE = 'shop-web'

/** An instance with a role, in no Auto Scaling group: moto has no standby. */
async function runServer(ec2: EC2Client): Promise<string> {
  const iam = new IAMClient(settings)
  const trust = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] })
  await iam.send(new CreateRoleCommand({ RoleName: ROLE, AssumeRolePolicyDocument }))
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: ROLE }))
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: ROLE, RoleName: ROLE }))
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({}))
  const { Instances: [made] = [] } = await ec2.send(
    new RunInstancesCommand({
      ImageId: Images[0]?.ImageId,
      MinCount: 1,
      MaxCount: 1,
      IamInstanceProfile: { Name: ROLE },
    }),
  )
  return made?.InstanceId ?? ''
}

/** What the containment changes of the instance, read as anybody would. */
async function networkOf(ec2: EC2Client, instance: string) {
  const Filters = [{ Name: 'attachment.instance-id', Values: [instance] }]
  const { NetworkInterfaces = [] } = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters }))
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({}))
  const { DisableApiTermination } = await ec2.send(
    new DescribeInstanceAttributeCommand({ InstanceId: instance, Attribute: 'disableApiTermination' }),
  )
  return {
    groups: NetworkInterfaces.map(({ Groups = [] }) => Groups.map(({ GroupName }) => GroupName)),
    names: SecurityGroups.map(({ GroupName }) => GroupName).toSorted(),
    isProtected: DisableApiTermination?.Value === true,
  }
}
