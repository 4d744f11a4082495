import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { incidentWorkflowId, planWorkflowId } from '#domain/ids'
import {
  approve,
  approveUntil,
  incidentOf,
  openPlan,
  plansOf,
  planThat,
  stealKey,
  timelineOf,
  writesFor,
} from './incident.ts'
import { eventually, openWorld, type World } from './world.ts'

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

const everyWrite = [
  'iam:PutUserPolicy',
  'iam:UpdateAccessKey',
  'iam:PutRolePolicy',
  'iam:CreateAccessKey',
  'secretsmanager:CreateSecret',
  'iam:DeleteRolePolicy',
  'iam:DeleteUserPolicy',
]

const everyPlan = [
  ['contain', 'done'],
  ['contain', 'done'],
  ['recover', 'done'],
  ['undo', 'done'],
  ['undo', 'done'],
]

const kindsOf = async (incident: string) => (await plansOf(world, incident)).map(({ kind, status }) => [kind, status])

/** Does something to the incident at each of its five waits for votes, and approves. */
async function disturbedAtEveryWait(disturb: (incident: string) => Promise<void>): Promise<string> {
  const id = await stealKey(world)
  for (const _ of everyPlan) {
    const { hash } = await openPlan(world, id)
    await disturb(id)
    await approve(world, hash)
    await planThat(world, id, 'is done', (plan) => plan.hash === hash && plan.status === 'done')
  }
  await eventually('recovery', async () => (await incidentOf(world, id)).status === 'recovered')
  return id
}

/** Its plans and what Cordon changed for it. */
const courseOf = async (id: string) => ({ plans: await kindsOf(id), writes: await writesFor(world, id) })
const undisturbed = { plans: everyPlan, writes: everyWrite }

const workflow = (id: string) => world.temporal.client.workflow.getHandle(id)

describe('an incident goes on from the record', () => {
  it('when its workflow is terminated at every wait, and says so in its timeline', async () => {
    const id = await disturbedAtEveryWait(async (incident) => {
      await workflow(incidentWorkflowId(incident)).terminate('test')
    })
    expect(await courseOf(id)).toEqual(undisturbed)
    const restarts = (await timelineOf(world, id)).filter(({ type }) => type === 'incident.restarted')
    expect(restarts).toHaveLength(everyPlan.length)
  })

  it('when its workflow is reset to its beginning at every wait', async () => {
    const id = await disturbedAtEveryWait(resetToItsBeginning)
    expect(await courseOf(id)).toEqual(undisturbed)
  })

  it('when everything that Temporal knew is lost at every wait', async () => {
    const id = await disturbedAtEveryWait(() => world.loseTemporal())
    expect(await courseOf(id)).toEqual(undisturbed)
  })

  it('when every worker dies at every wait', async () => {
    const id = await disturbedAtEveryWait(async () => {
      await world.workers.stop()
      await world.workers.start()
    })
    expect(await courseOf(id)).toEqual(undisturbed)
  })
})

async function resetToItsBeginning(incident: string): Promise<void> {
  const { client, namespace } = world.temporal
  const workflowId = incidentWorkflowId(incident)
  const { events } = await workflow(workflowId).fetchHistory()
  const first = events?.find(({ workflowTaskCompletedEventAttributes }) => workflowTaskCompletedEventAttributes)
  await client.workflowService.resetWorkflowExecution({
    namespace,
    workflowExecution: { workflowId },
    reason: 'test',
    requestId: randomUUID(),
    workflowTaskFinishEventId: first?.eventId ?? null,
  })
}

describe('the workflow of a plan', () => {
  it('does nothing when it is started by hand before people have decided', async () => {
    const id = await stealKey(world)
    const { hash } = await openPlan(world, id)
    await world.temporal.startPlan({ plan: hash, build: world.build })
    await workflow(planWorkflowId(hash)).result()
    expect(await writesFor(world, id)).toEqual([])
    await approveUntil(world, id, ({ status }) => status === 'recovered')
    expect(await writesFor(world, id)).toEqual(everyWrite)
  })

  it('does nothing again when it is started by hand after its end', async () => {
    const id = await stealKey(world)
    await approveUntil(world, id, ({ status }) => status === 'recovered')
    for (const { hash } of await plansOf(world, id)) {
      await eventually(
        'the end of the watch',
        async () => (await workflow(planWorkflowId(hash)).describe()).status.name !== 'RUNNING',
      )
      await world.temporal.startPlan({ plan: hash, build: world.build })
      await workflow(planWorkflowId(hash)).result()
    }
    expect(await courseOf(id)).toEqual(undisturbed)
  })

  it('goes on where it was when it is terminated as soon as it runs, whatever it was doing', async () => {
    const id = await stealKey(world)
    for (const _ of everyPlan) {
      const { hash } = await openPlan(world, id)
      await approve(world, hash)
      const handle = workflow(planWorkflowId(hash))
      await eventually('the plan’s workflow', () =>
        handle.terminate('test').then(
          () => true,
          () => false,
        ),
      )
      await planThat(world, id, 'is done', (plan) => plan.hash === hash && plan.status === 'done')
    }
    await eventually('recovery', async () => (await incidentOf(world, id)).status === 'recovered')
    expect(await courseOf(id)).toEqual(undisturbed)
  })

  it('is started again when it was terminated while it waited for a freeze to end', async () => {
    const id = await stealKey(world)
    const { hash } = await openPlan(world, id)
    await world.call('POST', '/api/freeze', 'responder', { reason: 'test' })
    await approve(world, hash)
    await planThat(world, id, 'has begun', (plan) => plan.hash === hash && plan.status === 'executing')
    await workflow(planWorkflowId(hash)).terminate('test')
    expect(await writesFor(world, id)).toEqual([])
    await world.call('DELETE', '/api/freeze', 'approver1')
    await world.call('DELETE', '/api/freeze', 'approver2')
    await approveUntil(world, id, ({ status }) => status === 'recovered')
    expect(await writesFor(world, id)).toEqual(everyWrite)
  })
})
