import { type ChildProcess, spawn } from 'node:child_process'
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  ListAccessKeysCommand,
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

/** A finding about the user’s key, as EventBridge carries it. */
const findingAbout = (account: string, userId: string, accessKeyId: string) => ({
  schemaVersion: '2.0',
  accountId: account,
  region: settings.region,
  partition: 'aws',
  id: 'finding-1',
  type: 'UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom',
  resource: {
    resourceType: 'AccessKey',
    accessKeyDetails: { accessKeyId, principalId: userId, userName: UserName, userType: 'IAMUser' },
  },
  service: { serviceName: 'guardduty', count: 1, archived: false },
  severity: 8,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  title: 'A key is used from a bad place',
  description: '',
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
    const [account] = home.ready().aws.accounts
    const finding = findingAbout(account?.id ?? '', User?.UserId ?? '', stolen?.AccessKeyId ?? '')
    const taken = await api<{ incidents: readonly { incident: string }[] }>('/api/findings', 'intake', finding)
    const id = taken.incidents[0]?.incident ?? ''
    await until(async () => {
      const { plans } = await api<Plans>(`/api/incidents/${id}/plans`, 'responder')
      for (const { hash } of plans.filter(({ status }) => status === 'proposed'))
        for (const who of ['approver1', 'approver2'])
          await api(`/api/plans/${hash}/votes`, who, { decision: 'approve' })
      return (await api<{ status: string }>(`/api/incidents/${id}`, 'responder')).status === 'recovered'
    })
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
})
