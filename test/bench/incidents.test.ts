import { afterAll, beforeAll, expect, it } from 'vitest'
import { incidentWorkflowId, planWorkflowId } from '#domain/ids'
import { anatomyOf } from './anatomy.ts'
import { quantile, rounded } from './figures.ts'
import { type Floor, type Hops, openFloor } from './floor.ts'
import { type MeasuredHome, openHome } from './home.ts'
import { type Result, report } from './report.ts'
import { type Course, coursesOf, decideOneByOne, respondTo, type Sent } from './responders.ts'

const MILLISECONDS = 1000
const WARM_UP = 20
const ALONE = 20
const MANY = 80
const AT_ONCE = 50

let home: MeasuredHome
let floor: Floor
let asked: Asked
beforeAll(async () => {
  home = await openHome()
  const sent = await respondTo(home, await home.makeVictims(WARM_UP), 4)
  asked = await askedOf([...sent.keys()][WARM_UP / 2] ?? '')
  floor = await openFloor(home, asked)
  await floor.run(WARM_UP, 4)
})
afterAll(async () => {
  await floor.close()
  await home.close()
})

/** What one recovered incident asked of the servers. */
interface Asked extends Hops {
  readonly calls: number
  readonly events: number
  readonly bytes: number
}

async function askedOf(incident: string): Promise<Asked> {
  const { rows } = await home.database.query<{ hash: string }>('select hash from plan where incident = $1', [incident])
  const ids = [incidentWorkflowId(incident), ...rows.map(({ hash }) => planWorkflowId(hash))]
  const handles = ids.map((id) => home.temporal.workflow.getHandle(id))
  const events = (await Promise.all(handles.map((handle) => handle.fetchHistory()))).flatMap((one) => one.events ?? [])
  const sizes = await Promise.all(handles.map(async (handle) => (await handle.describe()).historySize ?? 0))
  const remote = events.filter((event) => event.activityTaskScheduledEventAttributes).length
  const calls = (await home.awsCalls('')).filter(({ userAgent }) => userAgent.includes(incident)).length
  return {
    remote: Array.from({ length: remote }, (_, at) => Math.floor(calls / remote) + (at < calls % remote ? 1 : 0)),
    local: events.filter((event) => event.markerRecordedEventAttributes).length,
    calls,
    events: events.length,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
  }
}

it('incidents alone', async () => {
  const courses = await coursesOf(home, await respondTo(home, await home.makeVictims(ALONE), 1))
  const proposed = quantile(courses.map(untilProposed), 0.5)
  const written = quantile(courses.map(untilWritten), 0.95)
  const { takenIn, begun, recording, looking } = await anatomyOf(home, courses)
  expect(courses).toHaveLength(ALONE)
  report('one incident alone', [
    {
      what: 'from the finding sent to the plan that waits for approval, p50',
      measured: `${rounded(proposed)} ms`,
      aim: '≤ 250 ms',
      holds: proposed <= 250,
    },
    {
      what: 'of that: the finding taken in, its workflow begun, records kept one after the other, looks at AWS, p50 of each',
      measured: `${[takenIn, begun, recording, looking].map((ms) => `${rounded(ms)} ms`).join(', ')}`,
    },
    {
      what: 'from the quorum to the first write in AWS, p95',
      measured: `${rounded(written)} ms`,
      aim: '≤ 200 ms',
      holds: written <= 200,
    },
    {
      what: 'one incident from finding to recovered: remote activities, local activities, calls of AWS',
      measured: `${asked.remote.length}, ${asked.local}, ${asked.calls}`,
    },
    {
      what: 'from a step’s beginning to its permit, p50 (a hop, a look at the target, the gate’s list)',
      measured: `${rounded(await untilPermit())} ms`,
    },
    { what: 'its histories', measured: `${asked.events} events, ${rounded(asked.bytes / 1024)} KiB` },
  ])
})

async function untilPermit(): Promise<number> {
  const { rows } = await home.database.query<{ ms: number }>(
    `select percentile_cont(0.5) within group (order by extract(epoch from opened_at - intended_at) * 1000)::float8 as ms
       from permit join plan_step on plan_step.plan = permit.plan and plan_step.index = permit.step`,
  )
  return rows[0]?.ms ?? Number.NaN
}

const untilProposed = ({ sentAt, proposedAt }: Course): number => proposedAt - sentAt
const untilWritten = ({ quorumAt, firstWriteAt }: Course): number => firstWriteAt - quorumAt

it('many incidents at once, between two runs of the floor', async () => {
  const victims = await home.makeVictims(MANY)
  const before = await measured(() => floor.run(MANY, AT_ONCE))
  const parts = home.cpuByPart()
  let sent: Sent = new Map()
  const cordon = await measured(async () => {
    sent = await respondTo(home, victims, AT_ONCE)
  })
  const used = home.cpuByPart()
  const after = await measured(() => floor.run(MANY, AT_ONCE))
  const courses = await coursesOf(home, sent)
  expect(courses).toHaveLength(MANY)
  const shares = Object.entries(used).map(
    ([part, seconds]) => `${part} ${rounded(((seconds - (parts[part] ?? 0)) * MILLISECONDS) / MANY)}`,
  )
  report(`${AT_ONCE} incidents open at once`, [
    ...besideFloor(cordon, { perSecond: mean(before, after, 'perSecond'), cpuMs: mean(before, after, 'cpuMs') }),
    { what: 'of that CPU, milliseconds by process', measured: shares.join(', ') },
    {
      what: 'from the quorum to the first write in AWS, p95',
      measured: `${rounded(quantile(courses.map(untilWritten), 0.95))} ms`,
    },
  ])
})

// The last one: what it leaves open would be work for others.
it('incidents that are decided one after the other while all of them are open', async () => {
  const courses = await coursesOf(home, await decideOneByOne(home, await home.makeVictims(AT_ONCE)))
  expect(courses).toHaveLength(AT_ONCE)
  const written = quantile(courses.map(untilWritten), 0.95)
  report(`${AT_ONCE} incidents open, one decided after the other`, [
    {
      what: 'from the quorum to the first write in AWS, p95',
      measured: `${rounded(written)} ms`,
      aim: '≤ 1 s',
      holds: written <= MILLISECONDS,
    },
  ])
})

interface Measured {
  readonly perSecond: number
  readonly cpuMs: number
}

async function measured(work: () => Promise<unknown>): Promise<Measured> {
  const cpu = (): number => home.cpu() + floor.cpu()
  const [cpuBefore, began] = [cpu(), performance.now()]
  await work()
  const seconds = (performance.now() - began) / MILLISECONDS
  return { perSecond: MANY / seconds, cpuMs: ((cpu() - cpuBefore) * MILLISECONDS) / MANY }
}

const mean = (one: Measured, other: Measured, figure: keyof Measured): number => (one[figure] + other[figure]) / 2

function besideFloor(cordon: Measured, bare: Measured): readonly Result[] {
  const [pace, cost] = [cordon.perSecond / bare.perSecond, cordon.cpuMs / bare.cpuMs]
  return [
    {
      what: 'incidents from finding to recovered, beside bare workflows with as many hops and calls',
      measured: `${rounded(cordon.perSecond)}/s of ${rounded(bare.perSecond)}/s: ${rounded(pace)}×`,
      aim: '≥ 0.7×',
      holds: pace >= 0.7,
    },
    {
      what: 'CPU of all processes for each',
      measured: `${rounded(cordon.cpuMs)} ms of ${rounded(bare.cpuMs)} ms: ${rounded(cost)}×`,
      aim: '≤ 1.4×',
      holds: cost <= 1.4,
    },
  ]
}
