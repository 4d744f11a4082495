import {
  DeleteDetectorCommand,
  GuardDutyClient,
  ListDetectorsCommand,
  UpdateDetectorCommand,
} from '@aws-sdk/client-guardduty'
import {
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { msToTs } from '@temporalio/common/lib/time.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Check } from '#domain/doctor/check'
import { HUB, PAYMENTS_PRODUCTION, SHOP_PRODUCTION, SHOP_STAGING } from '../support/simulator.ts'
import { openWorld, type World } from './world.ts'

const REGION = 'eu-central-1'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const ask = async (): Promise<{ ok: boolean; checks: readonly Check[]; notes: readonly string[] }> => {
  const { status, body } = await world.call('GET', '/api/doctor', 'responder')
  expect(status).toBe(200)
  return body
}
const failing = async () => (await ask()).checks.filter(({ ok }) => !ok)
const failed = async (name: Check['name']) => (await ask()).checks.find((check) => check.name === name && !check.ok)

const administer = (account: string) => ({
  iam: new IAMClient(world.simulator.client(account, 'us-east-1')),
  guardduty: new GuardDutyClient(world.simulator.client(account, REGION)),
})

async function detectorOf(guardduty: GuardDutyClient): Promise<string> {
  const { DetectorIds: [id = ''] = [] } = await guardduty.send(new ListDetectorsCommand({}))
  return id
}

async function deleteRole(account: string, role: string, policy: string): Promise<void> {
  const { iam } = administer(account)
  await iam.send(new DeleteRolePolicyCommand({ RoleName: role, PolicyName: policy }))
  await iam.send(new DeleteRoleCommand({ RoleName: role }))
}

// In this order: what is broken stays so.
describe('the doctor of a running Cordon', () => {
  it('names a retention that is too short with the command, and nothing else', async () => {
    const found = await failing()
    expect(found.map(({ name }) => name)).toEqual(['retention'])
    expect(found[0]?.next).toContain(`temporal operator namespace update --namespace ${world.temporal.namespace}`)
  })

  it('finds everything well once that is mended, and has looked at every account and clock', async () => {
    const { client, namespace } = world.temporal
    const config = { workflowExecutionRetentionTtl: msToTs('90 days') }
    await client.connection.workflowService.updateNamespace({ namespace, config })
    await expect.poll(failing, { timeout: 30_000, interval: 1_000 }).toEqual([])
    const names = (await ask()).checks.map(({ name }) => name)
    for (const account of [SHOP_PRODUCTION, PAYMENTS_PRODUCTION, SHOP_STAGING])
      expect(names).toEqual(
        expect.arrayContaining([
          `reader/${account}`,
          `responder/${account}`,
          `restorer/${account}`,
          `limits/${account}`,
          `guardduty/${account}/${REGION}`,
        ]),
      )
    expect(names).toEqual(
      expect.arrayContaining(['clock/the database', 'clock/the Temporal server', 'clock/AWS', 'aws']),
    )
  })

  it('names a role that was deleted, for reading and for responding', async () => {
    await deleteRole(PAYMENTS_PRODUCTION, 'CordonResponder', 'CordonResponder')
    await deleteRole(SHOP_STAGING, 'CordonReader', 'CordonReader')
    expect(await failed(`responder/${PAYMENTS_PRODUCTION}`)).toMatchObject({
      text: expect.stringContaining('no role CordonResponder'),
    })
    expect(await failed(`reader/${SHOP_STAGING}`)).toMatchObject({
      text: expect.stringContaining('cannot be assumed: AccessDenied'),
    })
  })

  it('names what the trust of a role lacks', async () => {
    const Statement = [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: `arn:aws:iam::${HUB}:root` } }]
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
    await administer(SHOP_PRODUCTION).iam.send(
      new UpdateAssumeRolePolicyCommand({ RoleName: 'CordonResponder', PolicyDocument }),
    )
    expect(await failed(`responder/${SHOP_PRODUCTION}`)).toMatchObject({
      next: expect.stringContaining('Add sts:SetSourceIdentity, sts:TagSession'),
    })
  })

  it('names the very permissions that a role is refused', async () => {
    const Statement = [{ Effect: 'Deny', Action: ['iam:ListAccessKeys', 'cloudtrail:*'], Resource: '*' }]
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
    await administer(SHOP_PRODUCTION).iam.send(
      new PutRolePolicyCommand({ RoleName: 'CordonReader', PolicyName: 'no', PolicyDocument }),
    )
    expect((await failed(`reader/${SHOP_PRODUCTION}`))?.text).toMatch(
      /is refused (cloudtrail:LookupEvents, iam:ListAccessKeys|iam:ListAccessKeys, cloudtrail:LookupEvents)$/,
    )
  })

  it('names GuardDuty that publishes too rarely, and GuardDuty that is not there', async () => {
    const { guardduty } = administer(PAYMENTS_PRODUCTION)
    const id = await detectorOf(guardduty)
    await guardduty.send(new UpdateDetectorCommand({ DetectorId: id, FindingPublishingFrequency: 'SIX_HOURS' }))
    const name = `guardduty/${PAYMENTS_PRODUCTION}/${REGION}` as const
    expect((await failed(name))?.next).toContain(
      `update-detector --detector-id ${id} --finding-publishing-frequency FIFTEEN_MINUTES`,
    )
    await guardduty.send(new DeleteDetectorCommand({ DetectorId: id }))
    expect((await failed(name))?.text).toContain('no detector')
  })

  it('names an executor that takes nothing, by trying', async () => {
    await world.workers.stopExecutor()
    expect(await failed('executor')).toMatchObject({ next: expect.stringContaining('log/executor.log') })
  })

  it('names a worker that takes nothing, by trying', async () => {
    await world.workers.stop()
    expect(await failed('worker')).toMatchObject({ next: expect.stringContaining('log/worker.log') })
    await world.workers.start()
  })

  it('says that no build is current, with what to type', async () => {
    await world.owner.updateTable('build').set({ activated_at: null }).execute()
    const { checks, notes } = await ask()
    expect(checks.find(({ name }) => name === 'build')).toMatchObject({
      ok: false,
      next: expect.stringContaining('cordon activate-build'),
    })
    expect(notes).toContainEqual(expect.stringContaining('accounts could not be looked at'))
  })
})
