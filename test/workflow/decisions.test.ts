import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteUserPolicyCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { incidentWorkflowId } from '#domain/ids'
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
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

const VICTIM = { UserName: 'deploy-bot', PolicyName: 'CordonDenyAll' }
const administrator = () => new IAMClient(world.simulator.client('111122223333', 'us-east-1'))

const taskOf = (id: string, word: string): Promise<string> =>
  eventually(`a task with “${word}”`, async () => {
    const { tasks } = await incidentOf(world, id)
    return tasks.map(({ text }: { text: string }) => text).find((text: string) => text.includes(word))
  })

describe('people decide', () => {
  it('no: nothing is changed, and a person goes on', async () => {
    const id = await stealKey(world)
    const { hash } = await openPlan(world, id)
    expect(await vote(world, hash, 'approver1', 'deny')).toMatchObject({ status: 200, body: { status: 'denied' } })
    expect(await taskOf(id, 'denied')).toContain('approver1')
    expect(await vote(world, hash, 'approver2')).toMatchObject({ status: 409 })
    expect(await writesFor(world, id)).toEqual([])
  })

  it('with too few: nothing is changed', async () => {
    const id = await stealKey(world)
    const { hash } = await openPlan(world, id)
    expect(await vote(world, hash, 'approver1')).toMatchObject({ body: { status: 'proposed', quorum: { given: 1 } } })
    expect(await vote(world, hash, 'approver1')).toMatchObject({ body: { quorum: { given: 1 } } })
    expect(await writesFor(world, id)).toEqual([])
  })

  it('while changes are frozen: the plan waits, one person can still stop it, and nothing is changed', async () => {
    const id = await stealKey(world)
    const { hash } = await openPlan(world, id)
    await world.call('POST', '/api/freeze', 'responder', { reason: 'test' })
    await approve(world, hash)
    await planThat(world, id, 'has begun', (plan) => plan.hash === hash && plan.status === 'executing')
    await eventually('a refusal', async () =>
      (await timelineOf(world, id)).some(({ type }) => type === 'permit.refused'),
    )
    expect(await vote(world, hash, 'approver2', 'deny')).toMatchObject({ status: 200, body: { status: 'denied' } })
    await taskOf(id, 'denied')
    expect(await writesFor(world, id)).toEqual([])
  })

  it('on an undo by hand: it replaces the open recovery, and puts back exactly what was', async () => {
    const id = await stealKey(world)
    const contained = await openPlan(world, id)
    await approve(world, contained.hash)
    await planThat(world, id, 'is done', ({ status }) => status === 'done')
    const revoke = await openPlan(world, id)
    await vote(world, revoke.hash, 'approver1', 'deny')
    const asked = await world.call('POST', `/api/incidents/${id}/plans`, 'responder', {
      undo: contained.hash,
      reason: 'it was us',
    })
    expect(asked).toMatchObject({
      status: 201,
      body: { kind: 'undo', proposer: 'responder', release: 'false-positive' },
    })
    await approve(world, asked.body.hash)
    await eventually('recovery', async () => (await incidentOf(world, id)).status === 'recovered')
    expect((await writesFor(world, id)).toSorted()).toEqual([
      'iam:DeleteUserPolicy',
      'iam:PutUserPolicy',
      'iam:UpdateAccessKey',
      'iam:UpdateAccessKey',
    ])
  })
})

/** A person asks for users to be cut off by hand. */
async function propose(id: string, ...names: readonly string[]) {
  const steps = names.map(async (name) => {
    const { User } = await administrator().send(new GetUserCommand({ UserName: name }))
    return { action: 'denyUser', target: { kind: 'iam-user', account: '111122223333', userId: User?.UserId, name } }
  })
  const body = { purpose: 'contain', reason: 'by hand', steps: await Promise.all(steps) }
  return world.call('POST', `/api/incidents/${id}/plans`, 'responder', body)
}

describe('a person proposes', () => {
  it('and cannot vote on it, but others carry it out', async () => {
    const id = await stealKey(world)
    const { status, body } = await propose(id, VICTIM.UserName)
    expect({ status, proposer: body.proposer }).toEqual({ status: 201, proposer: 'responder' })
    expect(await vote(world, body.hash, 'responder')).toMatchObject({ status: 403 })
    await approve(world, body.hash)
    await planThat(world, id, 'is done', (plan) => plan.hash === body.hash && plan.status === 'done')
    expect(await writesFor(world, id)).toEqual(['iam:PutUserPolicy'])
  })

  it('something that policy protects, and is told what to do instead', async () => {
    const id = await stealKey(world)
    const refused = await propose(id, 'break-glass-admin')
    expect(refused).toMatchObject({ status: 409, body: { code: 'target_protected' } })
    expect(refused.body.detail).toContain('break-glass procedure')
  })

  it('and has the request answered though the incident’s workflow is terminated meanwhile', async () => {
    const id = await stealKey(world)
    await openPlan(world, id)
    await world.workers.stop()
    const asking = propose(id, VICTIM.UserName)
    await world.temporal.client.workflow.getHandle(incidentWorkflowId(id)).terminate('test')
    await world.workers.start()
    expect((await asking).status).toBeLessThan(300)
    await planThat(world, id, 'is the person’s', ({ proposer }) => proposer === 'responder')
  })
})

describe('one person alone', () => {
  it('has a plan carried out without the quorum, and by everybody’s knowledge', async () => {
    const id = await stealKey(world)
    const { hash } = await openPlan(world, id)
    await vote(world, hash, 'approver1')
    const alone = await world.call('POST', `/api/plans/${hash}/break-glass`, 'approver1', {
      reason: 'Nobody answers, and the key is in use',
    })
    expect(alone).toMatchObject({ status: 200, body: { status: 'approved' } })
    await planThat(world, id, 'is done', (plan) => plan.hash === hash && plan.status === 'done')
    expect(await writesFor(world, id)).toEqual(['iam:PutUserPolicy', 'iam:UpdateAccessKey'])
    const { pages } = await incidentOf(world, id)
    expect(pages.some(({ person, text }: Document) => person === 'approver2' && text.includes('alone'))).toBe(true)
  })
})

describe('the target', () => {
  it('that drifts before the run gets a fresh plan without votes', async () => {
    const id = await stealKey(world)
    const { hash } = await openPlan(world, id)
    await administrator().send(new PutUserPolicyCommand({ ...VICTIM, PolicyDocument: somePolicy }))
    await approve(world, hash)
    const ended = await planThat(world, id, 'has drifted', (plan) => plan.hash === hash && plan.status === 'superseded')
    expect(ended.statusReason).toContain('drifted')
    const fresh = await openPlan(world, id)
    expect(fresh).toMatchObject({
      revision: 1,
      quorum: { given: 0 },
      steps: [{ before: { ourPolicy: somePolicy } }, {}],
    })
    await approve(world, fresh.hash)
    await planThat(world, id, 'is done', (plan) => plan.hash === fresh.hash && plan.status === 'done')
  })

  it('that drifts a second time tells so to whoever is called', async () => {
    const id = await stealKey(world)
    const { hash } = await openPlan(world, id)
    for (const document of [somePolicy, otherPolicy]) {
      const { hash: drifting } = await openPlan(world, id)
      await administrator().send(new PutUserPolicyCommand({ ...VICTIM, PolicyDocument: document }))
      await approve(world, drifting)
      await planThat(world, id, 'has drifted', (plan) => plan.hash === drifting && plan.status === 'superseded')
    }
    const fresh = await openPlan(world, id)
    const textAbout = async (plan: string): Promise<string | undefined> => {
      const { pages } = await incidentOf(world, id)
      return pages.find((page: Document) => page.plan === plan)?.text
    }
    expect(await textAbout(hash)).not.toContain('Targets changed')
    expect(await eventually('the call', () => textAbout(fresh.hash))).toMatch(
      /Targets changed 2 times .*act by hand, or decide at once/,
    )
  })

  it('that drifts half-way is contained by a fresh plan, whose undo puts back what both changed', async () => {
    const id = await stealKey(world)
    await administrator().send(new CreateUserCommand({ UserName: 'accomplice' }))
    const accomplice = { ...VICTIM, UserName: 'accomplice' }
    const names = [VICTIM.UserName, accomplice.UserName]
    const { body } = await propose(id, ...names)
    await world.simulator.faults({
      rules: [{ operation: 'iam:PutUserPolicy', effect: 'hold-after', holdMs: LONGER_THAN_A_LOOK_MS, nth: 1 }],
    })
    await approve(world, body.hash)
    await eventually('the first change', async () => (await writesFor(world, id)).length > 0)
    await administrator().send(new PutUserPolicyCommand({ ...accomplice, PolicyDocument: somePolicy }))
    await planThat(world, id, 'has drifted', (plan) => plan.hash === body.hash && plan.status === 'partial')
    const fresh = await planThat(world, id, 'is fresh', (plan) => plan.revision === 1)
    await approve(world, fresh.hash)
    await planThat(world, id, 'is done', (plan) => plan.hash === fresh.hash && plan.status === 'done')
    await eventually('containment', async () => (await incidentOf(world, id)).status === 'contained')
    const undo = await world.call('POST', `/api/incidents/${id}/plans`, 'responder', {
      undo: fresh.hash,
      reason: 'false alarm',
    })
    await approve(world, undo.body.hash)
    await planThat(world, id, 'is undone', (plan) => plan.hash === undo.body.hash && plan.status === 'done')
    const { containments } = await incidentOf(world, id)
    expect(containments.length).toBeGreaterThan(0)
    expect(containments.filter(({ releasedAt }: Document) => releasedAt === null)).toEqual([])
    await expect(administrator().send(new GetUserPolicyCommand(VICTIM))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    })
    // What somebody put there in between was there before the fresh plan.
    const { PolicyDocument } = await administrator().send(new GetUserPolicyCommand(accomplice))
    expect(decodeURIComponent(PolicyDocument ?? '')).toBe(somePolicy)
  })

  it('whose containment somebody removes while it is watched opens the incident again', async () => {
    await world.close()
    world = await openWorld({ policy: quickPolicy.replace('watch: 300ms', 'watch: 5s') })
    const id = await stealKey(world)
    const { hash } = await openPlan(world, id)
    await approve(world, hash)
    await planThat(world, id, 'is done', ({ status }) => status === 'done')
    await administrator().send(new DeleteUserPolicyCommand(VICTIM))
    await planThat(world, id, 'is lost', (plan) => plan.hash === hash && plan.status === 'partial')
    expect(await taskOf(id, 'does not hold')).toContain('ourPolicy')
    expect(await incidentOf(world, id)).toMatchObject({ status: 'open' })
  })
})

describe('a containment that people end while it is watched', () => {
  it('is not called lost when the watch ends between what puts it back and its read-back', async () => {
    await world.close()
    world = await openWorld({ policy: quickPolicy.replace('watch: 300ms', 'watch: 4s') })
    const id = await stealKey(world)
    const { hash } = await openPlan(world, id)
    await approve(world, hash)
    await planThat(world, id, 'is done', (plan) => plan.hash === hash && plan.status === 'done')
    await world.simulator.faults({
      rules: [{ operation: 'iam:DeleteUserPolicy', effect: 'hold-after', holdMs: LONGER_THAN_THE_WATCH_MS }],
    })
    const undo = await world.call('POST', `/api/incidents/${id}/plans`, 'responder', {
      undo: hash,
      reason: 'false alarm',
    })
    await approve(world, undo.body.hash)
    await eventually('the end of the watch', async () => {
      const told = (await timelineOf(world, id)).filter(
        ({ type, refs }) => type === 'step.verified' && refs.plan === hash,
      )
      return told.some(({ refs }) => refs.round === '2')
    })
    expect((await plansOf(world, id)).find((plan) => plan.hash === hash)).toMatchObject({ status: 'done' })
    await approveUntil(world, id, ({ containments }) =>
      containments.every(({ releasedAt }: { releasedAt: string | null }) => releasedAt !== null),
    )
    expect((await timelineOf(world, id)).map(({ type }) => type)).not.toContain('containment.lost')
  })
})

/** Whoever sees the first change has the time to make another one. */
const LONGER_THAN_A_LOOK_MS = 2_000
const LONGER_THAN_THE_WATCH_MS = 7_000

describe('the incident', () => {
  it('ends its workflow when it is closed, and its open plan with it', async () => {
    const id = await stealKey(world)
    const { hash } = await openPlan(world, id)
    await world.call('POST', `/api/incidents/${id}/close`, 'responder', { code: 'false-positive' })
    await world.temporal.client.workflow.getHandle(incidentWorkflowId(id)).result()
    expect((await plansOf(world, id)).find((plan) => plan.hash === hash)).toMatchObject({ status: 'superseded' })
  })

  it('ends its workflow when it is closed, also while what somebody asked for by hand waits for votes', async () => {
    const id = await stealKey(world)
    const contained = await openPlan(world, id)
    await approve(world, contained.hash)
    await planThat(world, id, 'is done', ({ status }) => status === 'done')
    const wish = { undo: contained.hash, reason: 'it was us' }
    const asked = await world.call('POST', `/api/incidents/${id}/plans`, 'responder', wish)
    expect(asked.status).toBe(201)
    await world.call('POST', `/api/incidents/${id}/close`, 'responder', { code: 'false-positive' })
    await world.temporal.client.workflow.getHandle(incidentWorkflowId(id)).result()
    const { hash } = asked.body
    expect((await plansOf(world, id)).find((plan) => plan.hash === hash)).toMatchObject({ status: 'superseded' })
  })

  it('begins its next episode when a finding comes after the recovery', async () => {
    const id = await stealKey(world)
    await approveUntil(world, id, ({ status }) => status === 'recovered')
    expect(await stealKey(world)).toBe(id)
    await eventually('the next episode', async () => (await incidentOf(world, id)).episode === 2)
    await approveUntil(world, id, ({ status, episode }) => status === 'recovered' && episode === 2)
    const fresh = (await plansOf(world, id)).filter(({ episode }) => episode === 2)
    expect(fresh.map(({ kind, status }) => [kind, status])).toEqual([
      ['contain', 'done'],
      ['contain', 'done'],
      ['recover', 'done'],
      ['undo', 'done'],
      ['undo', 'done'],
    ])
  })

  it('hands over when its runbook asks for something that the record does not show', async () => {
    const id = await stealKey(world)
    await openPlan(world, id)
    await world.owner.updateTable('verb_call').set({ key: 'another', verb: 'page' }).execute()
    await world.temporal.client.workflow.getHandle(incidentWorkflowId(id)).terminate('test')
    expect(await taskOf(id, 'runbook_diverged')).toContain('page')
  })

  it('takes at most six remote activities to its first approval, and 150 events for two plans', async () => {
    const id = await stealKey(world)
    await openPlan(world, id)
    const handle = world.temporal.client.workflow.getHandle(incidentWorkflowId(id))
    const scheduled = ({ events }: Awaited<ReturnType<typeof handle.fetchHistory>>) =>
      (events ?? []).filter((event) => event.activityTaskScheduledEventAttributes).length
    expect(scheduled(await handle.fetchHistory())).toBeLessThanOrEqual(6)
    for (const _ of ['first', 'second']) {
      const { hash } = await openPlan(world, id)
      await approve(world, hash)
      await planThat(world, id, 'is done', (plan) => plan.hash === hash && plan.status === 'done')
    }
    await openPlan(world, id)
    expect((await handle.fetchHistory()).events?.length).toBeLessThanOrEqual(150)
  })
})

describe('too few people', () => {
  it('are told when the incident opens, not when their votes are needed', async () => {
    await world.owner
      .updateTable('person')
      .set({ roles: ['responder'] })
      .where('id', '=', 'approver2')
      .execute()
    const id = await stealKey(world)
    expect(await taskOf(id, 'approvers')).toContain('2 approvers are needed, and 1 can be reached')
  })
})

describe('nobody decides', () => {
  it('and the plan expires by the database’s clock, without a change', async () => {
    await world.close()
    world = await openWorld({ policy: quickPolicy.replace('decideBy: 30m', 'decideBy: 1s') })
    const id = await stealKey(world)
    await planThat(world, id, 'is expired', ({ status }) => status === 'expired')
    expect(await taskOf(id, 'expired')).toContain('nobody decided')
    expect(await writesFor(world, id)).toEqual([])
  })
})

describe('what a contained principal left behind', () => {
  it('keeps the incident from being recovered until a person has settled each thing', async () => {
    const id = await stealKey(world)
    const { hash } = await openPlan(world, id)
    await administrator().send(new PutUserPolicyCommand({ ...VICTIM, PolicyName: 'wide', PolicyDocument: wide }))
    const created = await administrator().send(new CreateAccessKeyCommand({ UserName: VICTIM.UserName }))
    const stolen = {
      accessKeyId: created.AccessKey?.AccessKeyId ?? '',
      secretAccessKey: created.AccessKey?.SecretAccessKey ?? '',
    }
    await new IAMClient(world.simulator.client(stolen, 'us-east-1')).send(
      new CreateUserCommand({ UserName: 'backdoor' }),
    )
    await administrator().send(
      new DeleteAccessKeyCommand({ UserName: VICTIM.UserName, AccessKeyId: stolen.accessKeyId }),
    )
    await approve(world, hash)
    const left = await taskOf(id, 'iam:CreateUser')
    await approveUntil(
      world,
      id,
      ({ containments }) =>
        containments.length === 3 &&
        containments.every(({ releasedAt }: { releasedAt: string | null }) => releasedAt !== null),
    )
    expect(await incidentOf(world, id)).toMatchObject({ status: 'contained' })
    const { tasks } = await incidentOf(world, id)
    const task = tasks.find(({ text }: { text: string }) => text === left)
    const settled = await world.call('POST', `/api/incidents/${id}/tasks/${task.id}/settle`, 'responder', {
      how: 'removed',
      reason: 'deleted by hand',
    })
    expect(settled).toMatchObject({ status: 200, body: { status: 'recovered' } })
  })
})

const somePolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }],
})

const otherPolicy = somePolicy.replace('s3:*', 'ec2:*')

const wide = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'iam:CreateUser', Resource: '*' }],
})
