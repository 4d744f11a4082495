import {
  noActivity,
  type RunbookTest,
  type TestOptions,
  testFinding,
  testInstanceFinding,
  testRunbook,
} from 'cordon/testing'
import { describe, expect, it } from 'vitest'
import type { InstanceDetails } from '#domain/evidence'
import type { Ec2Instance, IamRole } from '#domain/targets'
import { compromisedInstance } from '#runbooks/compromised-instance'
import { compromisedUserCredentials } from '#runbooks/compromised-user-credentials'
import { runbooks } from '#runbooks/index'

const account = '111122223333'
const instance: Ec2Instance = {
  kind: 'ec2-instance',
  account,
  region: 'eu-central-1',
  instanceId: 'i-0123456789abcdef0',
}
const role: IamRole = { kind: 'iam-role', account, roleId: 'AROA1', name: 'shop-web' }
const details: InstanceDetails = {
  instance,
  state: 'running',
  launchedAt: '2026-01-01T00:00:00.000Z',
  image: 'ami-1',
  type: 't3.small',
  role,
  autoScalingGroup: 'shop-web',
  volumes: ['vol-1'],
  addresses: ['172.31.0.21'],
}

const run = (seen: Partial<InstanceDetails> = {}, options: Partial<TestOptions> = {}): Promise<RunbookTest> =>
  testRunbook(compromisedInstance, {
    findings: [testInstanceFinding(instance)],
    world: { evidence: { instanceDetails: { ...details, ...seen }, activityOf: noActivity } },
    ...options,
  })

const ends = ({ plans }: RunbookTest) => plans.map(({ plan, status }) => [plan.purpose, status])
const steps = ({ plans }: RunbookTest) => plans[0]?.plan.steps.map(({ action }) => action)

describe('an instance that works for somebody else', () => {
  it('is kept as evidence, then cut off, and released when it was rebuilt', async () => {
    const test = await run()
    expect(steps(test)).toEqual([
      'protectInstance',
      'suspendReplacement',
      'captureVolatile',
      'isolateInstance',
      'denyInstanceSessions',
      'snapshotVolumes',
    ])
    expect(ends(test)).toEqual([
      ['contain', 'done'],
      ['undo', 'done'],
    ])
    expect(test.handedOver).toEqual([])
  })

  it('stays as it is when it is released as rebuilt', async () => {
    const [, release] = (await run()).plans
    expect(release?.plan).toMatchObject({ undoes: { release: 'rebuilt' }, steps: [] })
  })

  it('is cut off first when it sends data away or does harm', async () => {
    const harm = testInstanceFinding(instance, { type: 'Trojan:EC2/DNSDataExfiltration' })
    expect(steps(await run({}, { findings: [harm] }))).toEqual([
      'isolateInstance',
      'denyInstanceSessions',
      'suspendReplacement',
      'protectInstance',
      'snapshotVolumes',
    ])
  })

  it('without a role or a group is contained by what is left', async () => {
    expect(steps(await run({ role: null, autoScalingGroup: null }))).toEqual([
      'protectInstance',
      'captureVolatile',
      'isolateInstance',
      'snapshotVolumes',
    ])
  })

  it.each(['absent', 'terminated', 'shutting-down'])('that is %s is handed over', async (state) => {
    const test = await run({ state })
    expect(test.plans).toEqual([])
    expect(test.handedOver).toEqual([`${instance.instanceId} is ${state}: look for what is left`])
  })

  it('that is not protected is cut off all the same, and handed over', async () => {
    const test = await run(
      {},
      {
        world: {
          evidence: { instanceDetails: details, activityOf: noActivity },
          outcomes: { protectInstance: [{ failed: 'access_denied', reason: 'no' }] },
        },
      },
    )
    expect(ends(test)).toEqual([['contain', 'partial']])
    expect(test.plans[0]?.reason).toContain('access_denied')
    expect(test.timeline.filter(({ type }) => type === 'step.applied')).toHaveLength(5)
    expect(test.handedOver).toHaveLength(1)
  })

  it('of no id is handed over', async () => {
    const finding = testFinding({ kind: 'unknown', account }, { type: 'Backdoor:EC2/C&CActivity.B!DNS' })
    const test = await run({}, { findings: [finding] })
    expect(test.handedOver).toEqual(['The findings name no instance'])
  })

  it('is this runbook’s, also when only its credentials show, and not that of users', () => {
    expect(runbooks.indexOf(compromisedInstance)).toBeLessThan(runbooks.indexOf(compromisedUserCredentials))
  })
})
