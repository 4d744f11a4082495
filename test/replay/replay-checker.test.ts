import { pino } from 'pino'
import { beforeAll, describe, expect, it } from 'vitest'
import { logTemporal } from '#worker/log-temporal'
import { type Bundles, replays } from '../faults/checkers/replay.ts'
import { recordedRun } from '../faults/recorded-run.ts'
import type { FaultRun } from '../faults/run.ts'
import { bundleOf, keptOf, UNRELEASED } from './kept-histories.ts'

logTemporal(pino({ level: 'silent' }))

interface Event {
  eventType: string
  [attributes: string]: unknown
}
interface History {
  events: Event[]
}

const BRANCHES = ['denied/', 'drifted/', 'expired/', 'lost/', 'closed/']
const PLANTED = 20

/** As a run has them: by workflow and run. */
const histories = Object.fromEntries(
  keptOf(UNRELEASED)
    .filter(({ name }) => BRANCHES.some((branch) => name.startsWith(branch)))
    .map(({ workflowId, history }, index) => [`${workflowId}/${index}`, JSON.stringify(history)]),
)
const runWith = (changed: Readonly<Record<string, string>>): FaultRun => ({
  ...recordedRun('mining-instance', 'run'),
  histories: changed,
})

/** The nth event of a type, changed in the text of its history. */
function changedAt(written: string, type: string, change: (event: Event, all: Event[]) => void): string | null {
  const history = JSON.parse(written) as History
  const event = history.events.find(({ eventType }) => eventType === type)
  if (event === undefined) return null
  change(event, history.events)
  return JSON.stringify(history)
}

const renamed =
  (attributes: string, member: string) =>
  (event: Event): void => {
    Object.assign(event[attributes] as object, { [member]: { name: 'somethingElse' } })
  }

const plants: readonly (readonly [sentence: string, plant: (written: string) => string | null])[] = [
  [
    'an activity was another one',
    (written) =>
      changedAt(
        written,
        'EVENT_TYPE_ACTIVITY_TASK_SCHEDULED',
        renamed('activityTaskScheduledEventAttributes', 'activityType'),
      ),
  ],
  [
    'a child was another workflow',
    (written) =>
      changedAt(
        written,
        'EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED',
        renamed('startChildWorkflowExecutionInitiatedEventAttributes', 'workflowType'),
      ),
  ],
  [
    'a record was another one',
    (written) =>
      changedAt(written, 'EVENT_TYPE_MARKER_RECORDED', (event) => {
        const told = JSON.stringify(event)
        const data = [...told.matchAll(/"data":"([^"]+)"/g)].map(([, text = '']) => text)
        const named = data.find((text) => Buffer.from(text, 'base64').toString().includes('activity_type')) ?? ''
        const other = Buffer.from(named, 'base64')
          .toString()
          .replace(/"activity_type":"\w+"/, '"activity_type":"somethingElse"')
        Object.assign(event, JSON.parse(told.replace(named, Buffer.from(other).toString('base64'))))
      }),
  ],
  [
    'the workflow was another one',
    (written) =>
      changedAt(
        written,
        'EVENT_TYPE_WORKFLOW_EXECUTION_STARTED',
        renamed('workflowExecutionStartedEventAttributes', 'workflowType'),
      ),
  ],
  [
    'its build is not kept',
    (written) => written.replaceAll(/"buildId":"[0-9a-f]{64}"/g, `"buildId":"${'0'.repeat(64)}"`),
  ],
  ['two builds wrote it', (written) => written.replace(/"buildId":"[0-9a-f]{64}"/, `"buildId":"${'0'.repeat(64)}"`)],
]

describe('the checker of replay', () => {
  let code = ''
  // Whatever build wrote them: the sources of now are what is asked about.
  const bundles: Bundles = (build) => (build === '0'.repeat(64) ? undefined : code)
  beforeAll(async () => {
    code = await bundleOf(UNRELEASED)
  })

  it('finds nothing in histories that replay', async () => {
    expect(Object.keys(histories).length).toBeGreaterThan(BRANCHES.length)
    expect(await replays(runWith(histories), bundles)).toEqual([])
  })

  it.each(plants)('finds it when %s', async (_sentence, plant) => {
    const planted = Object.entries(histories).flatMap(([name, written]) => {
      const changed = plant(written)
      return changed === null || changed === written ? [] : [[name, changed] as const]
    })
    const most = planted.slice(0, Math.ceil(PLANTED / plants.length))
    expect(most.length).toBeGreaterThan(0)
    const found = await replays(runWith(Object.fromEntries(most)), bundles)
    expect(found.map(({ subject }) => subject).toSorted()).toEqual(most.map(([name]) => name).toSorted())
  })
})
