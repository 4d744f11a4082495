import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { NativeConnection, Worker } from '@temporalio/worker'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { EXECUTOR_QUEUE, incidentWorkflowId, planWorkflowId } from '#domain/ids'
import { approve, openPlan, planThat, stealKey, writesFor } from './incident.ts'
import type { askTheExecutor } from './rogue-workflow.ts'
import { openWorld, type World } from './world.ts'

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

const client = () => world.temporal.client
const ROGUE_QUEUE = 'rogue'

/** Runs a workflow of the attacker’s own on a worker of their own. */
async function askingTheExecutor(plan: string): Promise<unknown> {
  const connection = await NativeConnection.connect({ address: inject('temporalAddress') })
  try {
    const worker = await Worker.create({
      connection,
      namespace: client().options.namespace,
      taskQueue: ROGUE_QUEUE,
      workflowsPath: fileURLToPath(new URL('./rogue-workflow.ts', import.meta.url)),
    })
    return await worker.runUntil(
      client().workflow.execute<typeof askTheExecutor>('askTheExecutor', {
        workflowId: `rogue/${randomUUID()}`,
        taskQueue: ROGUE_QUEUE,
        args: [EXECUTOR_QUEUE, plan],
      }),
    )
  } finally {
    await connection.close()
  }
}

describe('T09, T32, approval forged by talking to Temporal:', () => {
  it('no signal, update, start, reset, termination or activity of an attacker changes an account, and people still can', async () => {
    const id = await stealKey(world)
    const { hash } = await openPlan(world, id)
    const incident = client().workflow.getHandle(incidentWorkflowId(id))

    const forged = [{ approve: hash }, { plan: hash, decision: 'approve', person: 'approver1' }, hash]
    for (const content of forged) for (const name of ['wake', 'approve', 'vote']) await incident.signal(name, content)
    await expect(incident.executeUpdate('approve')).rejects.toThrow()

    await world.temporal.startPlan({ plan: hash, build: world.build })
    const carried = client().workflow.getHandle(planWorkflowId(hash))
    await carried.signal('approve', hash)
    await carried.result()

    expect(await askingTheExecutor(hash)).toMatchObject({ kind: 'refused', code: 'quorum_missing' })

    await incident.terminate('somebody')
    expect(await planThat(world, id, 'waits still', ({ hash: one }) => one === hash)).toMatchObject({
      status: 'proposed',
      quorum: { given: 0 },
      votes: [],
    })
    expect(await writesFor(world, id)).toEqual([])

    await approve(world, hash)
    await planThat(world, id, 'is done', (plan) => plan.hash === hash && plan.status === 'done')
    expect(await writesFor(world, id)).toEqual(['iam:PutUserPolicy', 'iam:UpdateAccessKey'])
  })
})
