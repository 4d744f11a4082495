import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { incidentWorkflowId, planWorkflowId } from '#domain/ids'
import { quantile, rounded } from './figures.ts'
import { type Floor, type Hops, openFloor } from './floor.ts'
import { type MeasuredHome, openHome } from './home.ts'
import { respondTo } from './responders.ts'
import { makeVictims } from './victims.ts'

const MILLISECONDS = 1000
const WARM_UP = 20
const ALONE = 20
const MANY = 200
const AT_ONCE = 50

let home: MeasuredHome
let floor: Floor
let hops: Hops
beforeAll(async () => {
  home = await openHome()
  const [warm] = await respondTo(home, await makeVictims(home.home.ready(), WARM_UP), 4)
  hops = await hopsOf(warm?.incident ?? '')
  floor = await openFloor(home, hops)
  await floor.run(WARM_UP, 4)
})
afterAll(async () => {
  await floor.close()
  await home.close()
})

/** Counts what one recovered incident asked of Temporal and of the accounts. */
async function hopsOf(incident: string): Promise<Hops> {
  const { rows } = await home.database.query<{ hash: string }>('select hash from plan where incident = $1', [incident])
  const ids = [incidentWorkflowId(incident), ...rows.map(({ hash }) => planWorkflowId(hash))]
  let [remote, local, events, bytes] = [0, 0, 0, 0]
  for (const id of ids) {
    const history = await home.temporal.workflow.getHandle(id).fetchHistory()
    for (const event of history.events ?? []) {
      events += 1
      if (event.activityTaskScheduledEventAttributes) remote += 1
      if (event.markerRecordedEventAttributes) local += 1
    }
  }
  const calls = (await home.awsCalls('')).filter(({ userAgent }) => userAgent.includes(incident))
  console.log({ incident, remote, local, events, bytes, calls: calls.length })
  const each = Math.floor(calls.length / remote)
  return { remote: Array.from({ length: remote }, (_, at) => each + (at < calls.length % remote ? 1 : 0)), local }
}

interface Measured {
  readonly perSecond: number
  readonly cpuMs: number
}

async function measured(count: number, cpu: () => number, work: () => Promise<unknown>): Promise<Measured> {
  const [cpuBefore, began] = [cpu(), performance.now()]
  await work()
  const seconds = (performance.now() - began) / MILLISECONDS
  return { perSecond: count / seconds, cpuMs: ((cpu() - cpuBefore) * MILLISECONDS) / count }
}

describe('incidents', () => {
  it('alone', async () => {
    const courses = await respondTo(home, await makeVictims(home.home.ready(), ALONE), 1)
    const proposed = courses.map(({ sentAt, proposedAt }) => proposedAt - sentAt)
    const written = courses.map(({ quorumAt, firstWriteAt }) => firstWriteAt - quorumAt)
    console.log(
      'finding → waiting approval p50',
      rounded(quantile(proposed, 0.5)),
      'p95',
      rounded(quantile(proposed, 0.95)),
    )
    console.log('quorum → first write p50', rounded(quantile(written, 0.5)), 'p95', rounded(quantile(written, 0.95)))
    expect(courses).toHaveLength(ALONE)
  })

  it('many at once, beside the floor', async () => {
    const victims = await makeVictims(home.home.ready(), MANY)
    const all = (): number => home.cpu() + floor.cpu()
    const before = await measured(MANY, all, () => floor.run(MANY, AT_ONCE))
    let written: number[] = []
    const cordon = await measured(MANY, all, async () => {
      const courses = await respondTo(home, victims, AT_ONCE)
      written = courses.map(({ quorumAt, firstWriteAt }) => firstWriteAt - quorumAt)
    })
    const after = await measured(MANY, all, () => floor.run(MANY, AT_ONCE))
    console.log(
      'quorum → first write at 50 open p50',
      rounded(quantile(written, 0.5)),
      'p95',
      rounded(quantile(written, 0.95)),
    )
    console.log({ before, cordon, after })
    expect(written).toHaveLength(MANY)
  })
})
