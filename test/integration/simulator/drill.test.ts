import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail'
import {
  GetFindingsCommand,
  GuardDutyClient,
  ListDetectorsCommand,
  ListFindingsCommand,
} from '@aws-sdk/client-guardduty'
import {
  IAMClient,
  ListAccessKeysCommand,
  ListUserPoliciesCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { HUB, type RunningSimulator, SHOP_PRODUCTION, startSimulator } from '../../support/simulator.ts'

const DENY_ALL = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] })
const WAIT = { timeout: 10_000, interval: 100 }

interface Envelope {
  readonly 'detail-type': string
  readonly detail: {
    readonly id: string
    readonly type: string
    readonly resource: { readonly accessKeyDetails: { readonly accessKeyId: string } }
  }
}

const received: { authorization: string | undefined; body: Envelope }[] = []
const refusals = [503, 500]
const folder = mkdtempSync(join(tmpdir(), 'cordon-drill-'))
const intake = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const refusal = refusals.shift()
    if (refusal === undefined) {
      received.push({
        authorization: request.headers.authorization,
        body: JSON.parse(Buffer.concat(chunks).toString('utf8')) as Envelope,
      })
    }
    response.writeHead(refusal ?? 202).end()
  })
})

let simulator: RunningSimulator

beforeAll(async () => {
  await new Promise<void>((resolve) => intake.listen(0, '127.0.0.1', resolve))
  const tokenFile = join(folder, 'intake-token')
  writeFileSync(tokenFile, 'the-intake-token\n')
  simulator = await startSimulator({
    intake: { url: `http://127.0.0.1:${(intake.address() as AddressInfo).port}/api/findings`, tokenFile },
  })
})

afterAll(async () => {
  await simulator.stop()
  intake.close()
  rmSync(folder, { recursive: true, force: true })
})

test('a stolen key is used over the wire, GuardDuty reports it, and the finding is pushed until it is taken', async () => {
  const { findingId, accessKeyId, account, user } = await simulator.startDrill('stolen-access-key')
  expect({ account, user }).toEqual({ account: SHOP_PRODUCTION, user: 'deploy-bot' })
  await vi.waitFor(() => expect(received).toHaveLength(1), WAIT)
  expect(received[0]?.authorization).toBe('Bearer the-intake-token')
  expect(received[0]?.body).toMatchObject({
    source: 'aws.guardduty',
    'detail-type': 'GuardDuty Finding',
    detail: {
      id: findingId,
      accountId: SHOP_PRODUCTION,
      severity: 5,
      resource: { accessKeyDetails: { accessKeyId, userName: 'deploy-bot' } },
    },
  })
  for (const holder of [SHOP_PRODUCTION, HUB]) {
    const guardduty = new GuardDutyClient(simulator.client(holder))
    const { DetectorIds: [DetectorId] = [] } = await guardduty.send(new ListDetectorsCommand({}))
    const FindingCriteria = {
      Criterion: { severity: { GreaterThanOrEqual: 4 }, updatedAt: { GreaterThan: Date.now() - 60_000 } },
    }
    const { FindingIds } = await guardduty.send(new ListFindingsCommand({ DetectorId, FindingCriteria }))
    expect(FindingIds).toContain(findingId)
    const { Findings } = await guardduty.send(new GetFindingsCommand({ DetectorId, FindingIds: [findingId] }))
    expect(Findings?.[0]).toMatchObject({ Id: findingId, Resource: { AccessKeyDetails: { AccessKeyId: accessKeyId } } })
  }
})

test('a finding that was not taken yet is pushed again after a restart', async () => {
  const dir = mkdtempSync(join(folder, 'state-'))
  const intakeUrl = `http://127.0.0.1:${(intake.address() as AddressInfo).port}/api/findings`
  const nowhere = { url: 'http://127.0.0.1:9/api/findings', tokenFile: join(folder, 'intake-token') }
  const first = await startSimulator({ dir, intake: nowhere })
  const { findingId } = await first.startDrill('stolen-access-key')
  await first.stop()
  const second = await startSimulator({ dir, intake: { ...nowhere, url: intakeUrl } })
  try {
    await vi.waitFor(() => expect(received.map(({ body }) => body.detail.id)).toContain(findingId), WAIT)
  } finally {
    await second.stop()
  }
})

test('CloudTrail shows what the key and the role session did, from an address outside', async () => {
  const { accessKeyId } = await simulator.startDrill('stolen-access-key')
  const cloudtrail = new CloudTrailClient(simulator.client(SHOP_PRODUCTION, 'us-east-1'))
  const lookup = async (AttributeKey: 'AccessKeyId' | 'EventName', AttributeValue: string) =>
    (await cloudtrail.send(new LookupEventsCommand({ LookupAttributes: [{ AttributeKey, AttributeValue }] }))).Events ??
    []
  await vi.waitFor(
    async () =>
      expect((await lookup('AccessKeyId', accessKeyId)).map((event) => event.EventName)).toContain('AssumeRole'),
    WAIT,
  )
  const events = await lookup('AccessKeyId', accessKeyId)
  const assumed = JSON.parse(events.find(({ EventName }) => EventName === 'AssumeRole')?.CloudTrailEvent ?? '{}')
  expect(assumed).toMatchObject({
    sourceIPAddress: '192.0.2.44',
    readOnly: true,
    userIdentity: { type: 'IAMUser', userName: 'deploy-bot' },
  })
  expect(JSON.stringify(assumed)).not.toContain('ecretAccessKey')
  const session: string = assumed.responseElements.credentials.accessKeyId
  await vi.waitFor(
    async () =>
      expect((await lookup('AccessKeyId', session)).map((event) => event.EventName).sort()).toEqual(
        expect.arrayContaining(['ListBuckets', 'ListRoles']),
      ),
    WAIT,
  )
})

test('a second run finds a victim as new: fresh key, no policies of the former response, another finding', async () => {
  const first = await simulator.startDrill('stolen-access-key')
  const iam = new IAMClient(simulator.client(SHOP_PRODUCTION))
  await iam.send(
    new PutUserPolicyCommand({ UserName: first.user, PolicyName: 'CordonDenyAll', PolicyDocument: DENY_ALL }),
  )
  await iam.send(
    new PutRolePolicyCommand({ RoleName: 'shop-deploy', PolicyName: 'CordonRevokeSessions', PolicyDocument: DENY_ALL }),
  )
  await iam.send(
    new UpdateAccessKeyCommand({ UserName: first.user, AccessKeyId: first.accessKeyId, Status: 'Inactive' }),
  )
  const second = await simulator.startDrill('stolen-access-key')
  expect(second.findingId).not.toBe(first.findingId)
  expect(second.accessKeyId).not.toBe(first.accessKeyId)
  const { AccessKeyMetadata: keys } = await iam.send(new ListAccessKeysCommand({ UserName: first.user }))
  expect(keys?.map(({ AccessKeyId }) => AccessKeyId)).toEqual([second.accessKeyId])
  expect((await iam.send(new ListUserPoliciesCommand({ UserName: first.user }))).PolicyNames).not.toContain(
    'CordonDenyAll',
  )
})

test('the attacker goes on trying, so that a containment shows as refusals in the trail', async () => {
  const { user } = await simulator.startDrill('stolen-access-key')
  const iam = new IAMClient(simulator.client(SHOP_PRODUCTION))
  await iam.send(new PutUserPolicyCommand({ UserName: user, PolicyName: 'CordonDenyAll', PolicyDocument: DENY_ALL }))
  const cloudtrail = new CloudTrailClient(simulator.client(SHOP_PRODUCTION, 'us-east-1'))
  await vi.waitFor(async () => {
    const { Events } = await cloudtrail.send(
      new LookupEventsCommand({ LookupAttributes: [{ AttributeKey: 'Username', AttributeValue: user }] }),
    )
    const refused = Events?.map((event) => JSON.parse(event.CloudTrailEvent ?? '{}')).filter(
      (event) => event.errorCode === 'AccessDenied',
    )
    expect(refused).toContainEqual(expect.objectContaining({ eventName: 'ListUsers' }))
  }, WAIT)
})
