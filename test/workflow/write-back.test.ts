import {
  CreateSampleFindingsCommand,
  GuardDutyClient,
  ListDetectorsCommand,
  ListFiltersCommand,
  ListFindingsCommand,
} from '@aws-sdk/client-guardduty'
import { afterEach, expect, it } from 'vitest'
import { finding } from '../integration/api/findings-made.ts'
import { quickPolicy } from '../support/demo-policy.ts'
import { approve, incidentOf, openPlan, planThat, timelineOf, writesFor } from './incident.ts'
import { eventually, openWorld, type World } from './world.ts'

const ACCOUNT = '111122223333'
const REGION = 'eu-central-1'
const TYPE = 'Recon:EC2/Portscan'
const INSTANCE = 'i-99999999'
const LONG_AGO = '2026-11-20T08:00:00.000Z'
const scan = { owner: 'it@example.com', reason: 'The scan of every night', until: '2099-01-01' }

let world: World
afterEach(() => world.close())

const guardDuty = () => new GuardDutyClient(world.simulator.client(ACCOUNT, REGION))

/** A finding that the detector has, as one that is no sample: the incident that it opened, and where it is. */
async function scanned() {
  const client = guardDuty()
  const { DetectorIds: [detectorId = ''] = [] } = await client.send(new ListDetectorsCommand({}))
  await client.send(new CreateSampleFindingsCommand({ DetectorId: detectorId, FindingTypes: [TYPE] }))
  const { FindingIds: [id = ''] = [] } = await client.send(new ListFindingsCommand({ DetectorId: detectorId }))
  const sent = {
    ...finding({ id, updatedAt: LONG_AGO }),
    type: TYPE,
    resource: { resourceType: 'Instance', instanceDetails: { instanceId: INSTANCE } },
  }
  const { body } = await world.call('POST', '/api/findings', 'intake', sent)
  // As if it had come long ago: what is younger than a day is not written back about.
  await world.owner.updateTable('finding_version').set({ received_at: LONG_AGO }).execute()
  return { incident: body.incidents[0].incident as string, detectorId, id }
}

/** The context in force expects the scan. */
async function expectScan(): Promise<void> {
  const entry = { id: 'night-scan', kind: 'expected', from: '2026-01-01', ...scan, types: ['Recon:*'] }
  const entries = [{ ...entry, entities: [INSTANCE] }]
  await world.owner
    .insertInto('context_version')
    .values({ digest: 'expects', body: JSON.stringify({ entries }), source: 'entries: []\n# before' })
    .execute()
}

async function filters(detectorId: string): Promise<number> {
  const { FilterNames = [] } = await guardDuty().send(new ListFiltersCommand({ DetectorId: detectorId }))
  return FilterNames.length
}

it('a filter whose suppression ended is taken away: Cordon asks, people approve, and the record says so', async () => {
  world = await openWorld({ policy: `${quickPolicy}\nwriteBack: { suppress: approve }\n` })
  await expectScan()
  const { incident, detectorId, id } = await scanned()
  await eventually('an answer of the rules', async () => {
    const { verdict } = await incidentOf(world, incident)
    return verdict === 'benign-expected' ? true : undefined
  })
  const target = {
    kind: 'archive-filter',
    account: ACCOUNT,
    region: REGION,
    detectorId,
    suppression: { entry: 'night-scan', ...scan },
    match: { type: TYPE, accountId: ACCOUNT, field: 'resource.instanceDetails.instanceId', value: INSTANCE },
    findingIds: [id],
  }
  const asked = { purpose: 'recover', reason: 'too many of them', steps: [{ action: 'suppressFindings', target }] }
  const reply = await world.call('POST', `/api/incidents/${incident}/plans`, 'responder', asked)
  expect([reply.status, reply.body.detail]).toEqual([201, undefined])
  await approve(world, reply.body.hash)
  await planThat(
    world,
    incident,
    'made the filter',
    ({ hash, status }) => hash === reply.body.hash && status === 'done',
  )
  expect(await filters(detectorId)).toBe(1)

  const narrower = await world.call('POST', '/api/context', 'admin', { source: 'entries: []\n' })
  expect(narrower.status).toBe(200)
  const removal = await openPlan(world, incident)
  expect(removal).toMatchObject({ kind: 'undo', undoes: reply.body.hash })
  expect(await filters(detectorId)).toBe(1)
  await approve(world, removal.hash)
  await planThat(world, incident, 'took it away', ({ hash, status }) => hash === removal.hash && status === 'done')
  expect(await filters(detectorId)).toBe(0)

  expect(await writesFor(world, incident)).toEqual(['guardduty:CreateFilter', 'guardduty:DeleteFilter'])
  const asking = (await timelineOf(world, incident)).filter(({ type }) => type === 'plan.requested')
  expect(asking.map(({ text }) => text)).toEqual([
    expect.stringContaining('too many of them'),
    'Cordon asks for the removal of a filter at GuardDuty: Suppression night-scan is no more in the context in force',
  ])
})
