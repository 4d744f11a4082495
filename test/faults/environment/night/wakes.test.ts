import { Client, Connection } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { incidentWorkflowId } from '#domain/ids'
import { type Home, isReady, newHome, prepare } from '../../../e2e/installation.ts'
import { type Asking, askingOf, eventually } from '../asking.ts'
import { approve, courseOf, openPlan, startDrill, toRecovery } from '../drill.ts'
import { pidOf, suspend } from '../processes.ts'

const MANY = 100

let home: Home
let asking: Asking
let temporal: Client
beforeAll(async () => {
  prepare()
  home = await newHome()
  await home.start()
  asking = askingOf(home)
  const { address, namespace } = home.ready().temporal
  temporal = new Client({ connection: await Connection.connect({ address }), namespace })
})
afterAll(async () => {
  await temporal.connection.close()
  await home.stop()
  home.remove()
})

const everyPlan = ['contain done', 'contain done', 'recover done', 'undo done', 'undo done']

describe('a drill ends as ever', () => {
  it(`when somebody sends ${MANY} wakes at each wait`, async () => {
    const { incident } = await startDrill(asking, 'stolen-access-key')
    const handle = temporal.workflow.getHandle(incidentWorkflowId(incident))
    for (const _ of everyPlan) {
      const { hash } = await openPlan(asking, incident)
      await Promise.all(Array.from({ length: MANY }, () => handle.signal('wake')))
      await approve(asking, hash)
      await Promise.all(Array.from({ length: MANY }, () => handle.signal('wake')))
    }
    await toRecovery(asking, incident)
    expect(await courseOf(asking, incident)).toMatchObject({ plans: everyPlan, writes: { length: 7 } })
  })

  it('when the wake of every vote is lost, since Temporal does not answer while people vote', async () => {
    const { incident } = await startDrill(asking, 'stolen-access-key')
    for (const _ of everyPlan) {
      const { hash } = await openPlan(asking, incident)
      const resume = suspend(pidOf(home, 'temporal'))
      try {
        await approve(asking, hash)
        const voted = await asking.ask(`/api/plans/${hash}`, 'responder')
        expect(voted.body).toMatchObject({ status: 'approved' })
        // The signal is given up while nobody answers; the sweeper repeats it.
        await eventually('a wake that could not be sent', async () => !(await isReady(home)))
      } finally {
        resume()
      }
    }
    await toRecovery(asking, incident)
    expect((await courseOf(asking, incident)).plans.slice(-everyPlan.length)).toEqual(everyPlan)
  })
})
