import { Client, Connection } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { incidentWorkflowId } from '#domain/ids'
import { isReady } from '../../../e2e/installation.ts'
import { eventually } from '../asking.ts'
import { approve, courseOf, openPlan, startDrill, toRecovery } from '../drill.ts'
import { oneHome } from '../one-home.ts'
import { pidOf, suspend } from '../processes.ts'

const MANY = 100

const here = oneHome()
let temporal: Client
beforeAll(async () => {
  const { address, namespace } = here.home.ready().temporal
  temporal = new Client({ connection: await Connection.connect({ address }), namespace })
})
afterAll(async () => {
  await temporal.connection.close()
})

const everyPlan = ['contain done', 'contain done', 'recover done', 'undo done', 'undo done']

describe('a drill ends as ever', () => {
  it(`when somebody sends ${MANY} wakes at each wait`, async () => {
    const { incident } = await startDrill(here.asking, 'stolen-access-key')
    const handle = temporal.workflow.getHandle(incidentWorkflowId(incident))
    for (const _ of everyPlan) {
      const { hash } = await openPlan(here.asking, incident)
      await Promise.all(Array.from({ length: MANY }, () => handle.signal('wake')))
      await approve(here.asking, hash)
      await Promise.all(Array.from({ length: MANY }, () => handle.signal('wake')))
    }
    await toRecovery(here.asking, incident)
    expect(await courseOf(here.asking, incident)).toMatchObject({ plans: everyPlan, writes: { length: 7 } })
  })

  it('when the wake of every vote is lost, since Temporal does not answer while people vote', async () => {
    const { incident } = await startDrill(here.asking, 'stolen-access-key')
    for (const _ of everyPlan) {
      const { hash } = await openPlan(here.asking, incident)
      const resume = suspend(pidOf(here.home, 'temporal'))
      try {
        await approve(here.asking, hash)
        const voted = await here.asking.ask(`/api/plans/${hash}`, 'responder')
        expect(voted.body).toMatchObject({ status: 'approved' })
        // The signal is given up while nobody answers; the sweeper repeats it.
        await eventually('a wake that could not be sent', async () => !(await isReady(here.home)))
      } finally {
        resume()
      }
    }
    await toRecovery(here.asking, incident)
    expect((await courseOf(here.asking, incident)).plans.slice(-everyPlan.length)).toEqual(everyPlan)
  })
})
