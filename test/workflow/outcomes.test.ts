import { DescribeInstancesCommand, EC2Client, TerminateInstancesCommand } from '@aws-sdk/client-ec2'
import { DeleteUserPolicyCommand, IAMClient } from '@aws-sdk/client-iam'
import { afterEach, describe, expect, it } from 'vitest'
import { finding } from '../integration/api/findings-made.ts'
import { quickPolicy } from '../support/demo-policy.ts'
import {
  approve,
  approveUntil,
  type Document,
  incidentOf,
  openPlan,
  plansOf,
  planThat,
  stealKey,
  timelineOf,
  vote,
  writesFor,
} from './incident.ts'
import { eventually, openWorld, type World } from './world.ts'

let world: World
afterEach(() => world.close())

const taskOf = (id: string, word: string): Promise<string> =>
  eventually(`a task with “${word}”`, async () => {
    const { tasks } = await incidentOf(world, id)
    return tasks.map(({ text }: Document) => text).find((text: string) => text.includes(word))
  })

async function mineOn(): Promise<string> {
  const { findingId } = await world.simulator.startDrill('mining-instance')
  return eventually(`an incident for finding ${findingId}`, async () => {
    const { body } = await world.call('GET', `/api/incidents?finding=${findingId}`, 'responder')
    return body.incidents[0]?.id as string | undefined
  })
}

async function report(...sent: readonly object[]): Promise<readonly string[]> {
  const { body } = await world.call('POST', '/api/findings', 'intake', sent)
  return body.incidents.map(({ incident }: Document) => incident)
}

const ec2 = () => new EC2Client(world.simulator.client('111122223333', 'eu-central-1'))

/** An instance that is in no Auto Scaling group. */
async function loneInstance(): Promise<string> {
  const { Reservations = [] } = await ec2().send(new DescribeInstancesCommand({}))
  const alone = Reservations.flatMap(({ Instances = [] }) => Instances).find(
    ({ Tags = [], State }) => State?.Name === 'running' && !Tags.some(({ Key }) => Key === 'aws:autoscaling:groupName'),
  )
  return alone?.InstanceId ?? ''
}

const onInstance = (instanceId: string, { id, type }: { readonly id: string; readonly type: string }) => ({
  ...finding({ id }),
  type,
  resource: { resourceType: 'Instance', instanceDetails: { instanceId } },
})

const refusing = (operation: string) =>
  world.simulator.faults({ rules: [{ operation, nth: 0, effect: 'refuse', code: 'AccessDenied', status: 403 }] })

describe('an instance that mines', () => {
  it('is kept as evidence, cut off, and released when it was rebuilt', async () => {
    world = await openWorld()
    const id = await mineOn()
    const incident = await approveUntil(world, id, ({ status }) => status === 'recovered')
    expect(incident).toMatchObject({ verdict: 'threat', runbook: 'compromised-instance' })
    const ends = (await plansOf(world, id)).map(({ kind, status, release }) => [kind, status, release ?? null])
    expect(ends).toEqual([
      ['contain', 'done', null],
      ['undo', 'done', 'rebuilt'],
    ])
  })

  it('is cut off first when it does harm', async () => {
    world = await openWorld()
    const [id = ''] = await report(onInstance(await loneInstance(), { id: 'harm', type: 'Impact:EC2/WinRMBruteForce' }))
    const { steps, hash } = await openPlan(world, id)
    expect(steps[0].action).toBe('isolateInstance')
    await vote(world, hash, 'approver1', 'deny')
    expect(await taskOf(id, 'denied')).toContain('approver1')
  })

  it('that nobody names, or that is gone, is handed over', async () => {
    world = await openWorld()
    const instanceId = await loneInstance()
    await ec2().send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }))
    const unnamed = { ...onInstance('', { id: 'unnamed', type: 'Trojan:EC2/DNSDataExfiltration' }), resource: {} }
    const gone = onInstance(instanceId, { id: 'gone', type: 'Backdoor:EC2/C&CActivity.B' })
    const [first = '', second = ''] = await report(unnamed, gone)
    expect(await taskOf(first, 'no instance')).toContain('findings name')
    expect(await taskOf(second, 'look for what is left')).toContain(instanceId)
  })

  it('is partial when AWS refuses what was worth a try', async () => {
    world = await openWorld()
    const id = await mineOn()
    await refusing('ec2:CreateSnapshots')
    const { hash } = await openPlan(world, id)
    await approve(world, hash)
    const ended = await planThat(world, id, 'is partial', ({ status }) => status === 'partial')
    expect(ended.steps.map(({ action, status }: Document) => `${action} ${status}`)).toContain('snapshotVolumes failed')
    expect(await taskOf(id, 'partial')).toContain('access_denied')
  })
})

describe('a plan', () => {
  it('fails when AWS refuses it, and a person goes on', async () => {
    world = await openWorld()
    const id = await stealKey(world)
    await refusing('iam:PutUserPolicy')
    const { hash } = await openPlan(world, id)
    await approve(world, hash)
    await planThat(world, id, 'failed', (plan) => plan.hash === hash && plan.status === 'failed')
    expect(await taskOf(id, 'failed')).toContain('access_denied')
  })

  it('is partial when a read-back does not find it', async () => {
    world = await openWorld({ policy: quickPolicy.replace('after: [0s, 50ms]', 'after: [0s, 5s]') })
    const id = await stealKey(world)
    const { hash } = await openPlan(world, id)
    await approve(world, hash)
    await eventually('the first read-back', async () =>
      (await timelineOf(world, id)).some(({ type }) => type === 'step.verified'),
    )
    const iam = new IAMClient(world.simulator.client('111122223333', 'us-east-1'))
    await iam.send(new DeleteUserPolicyCommand({ UserName: 'deploy-bot', PolicyName: 'CordonDenyAll' }))
    await planThat(world, id, 'is partial', (plan) => plan.hash === hash && plan.status === 'partial')
    expect(await taskOf(id, 'partial')).toContain('ourPolicy')
  })

  it('expires when its run-by passes during a freeze', async () => {
    world = await openWorld({ policy: quickPolicy.replace('runBy: 15m', 'runBy: 2s') })
    const id = await stealKey(world)
    const { hash } = await openPlan(world, id)
    await world.call('POST', '/api/freeze', 'responder', { reason: 'test' })
    await approve(world, hash)
    await planThat(world, id, 'has begun', (plan) => plan.hash === hash && plan.status === 'executing')
    await world.call('DELETE', '/api/freeze', 'approver1')
    await eventually('run-by to pass', async () =>
      (await plansOf(world, id)).some(({ runBy }) => runBy < new Date().toISOString()),
    )
    await world.call('DELETE', '/api/freeze', 'approver2')
    await planThat(world, id, 'is expired', (plan) => plan.hash === hash && plan.status === 'expired')
    expect(await taskOf(id, 'expired')).toContain('run_by_passed')
    expect(await writesFor(world, id)).toEqual([])
  })
})

describe('a stolen key', () => {
  it('is handed over for each release that people deny', async () => {
    world = await openWorld()
    const id = await stealKey(world)
    for (const _ of ['stop', 'revoke', 'rotate']) {
      const { hash } = await openPlan(world, id)
      await approve(world, hash)
      await planThat(world, id, 'is done', (plan) => plan.hash === hash && plan.status === 'done')
    }
    for (const _ of ['revoke', 'stop']) {
      const { hash } = await planThat(
        world,
        id,
        'releases',
        ({ kind, status }) => kind === 'undo' && status === 'proposed',
      )
      await vote(world, hash, 'approver1', 'deny')
      await planThat(world, id, 'is denied', (plan) => plan.hash === hash && plan.status === 'denied')
    }
    const tasks = await eventually('both tasks', async () => {
      const texts = (await incidentOf(world, id)).tasks.filter(({ text }: Document) => text.includes('denied'))
      return texts.length === 2 && texts
    })
    expect(tasks).toHaveLength(2)
  })

  it('is handed over when people deny the new key', async () => {
    world = await openWorld()
    const id = await stealKey(world)
    for (const _ of ['stop', 'revoke']) {
      const { hash } = await openPlan(world, id)
      await approve(world, hash)
      await planThat(world, id, 'is done', (plan) => plan.hash === hash && plan.status === 'done')
    }
    const { hash, kind } = await openPlan(world, id)
    expect(kind).toBe('recover')
    await vote(world, hash, 'approver1', 'deny')
    expect(await taskOf(id, 'denied')).toContain('approver1')
  })

  it('of a role or of root is handed over', async () => {
    world = await openWorld()
    const details = {
      accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
      principalId: '111122223333',
      userName: 'root',
      userType: 'Root',
    }
    const [id = ''] = await report({
      ...finding({ id: 'root' }),
      resource: { resourceType: 'AccessKey', accessKeyDetails: details },
    })
    expect(await taskOf(id, 'credential of kind root')).toContain('needs its own runbook')
  })
})

describe('a finding', () => {
  it('that no rule knows is judged again when more is known', async () => {
    world = await openWorld()
    const unknown = { ...finding({ id: 'unknown', severity: 2 }), type: 'Recon:IAMUser/UserPermissions' }
    const [id = ''] = await report(unknown)
    expect(await taskOf(id, 'no verdict')).toContain('look at the findings')
    await report({ ...finding({ id: 'known' }) })
    await eventually('the verdict', async () => (await incidentOf(world, id)).verdict === 'threat')
    expect(await incidentOf(world, id)).toMatchObject({ verdict: 'threat' })
  })
})

describe('an undo that a person asks for', () => {
  it('is refused when nothing of the plan was done', async () => {
    world = await openWorld()
    const id = await stealKey(world)
    const { hash } = await openPlan(world, id)
    await vote(world, hash, 'approver1', 'deny')
    await taskOf(id, 'denied')
    const asked = await world.call('POST', `/api/incidents/${id}/plans`, 'responder', { undo: hash, reason: 'test' })
    expect(asked).toMatchObject({ status: 422, body: { code: 'unprocessable' } })
  })
})
