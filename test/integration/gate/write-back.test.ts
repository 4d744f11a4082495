import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { decidePermit } from '#gate/permits'
import { demoPolicy } from '../../support/demo-policy.ts'
import { seen } from './steps-made.ts'
import { storedByWorker } from './stored-by-worker.ts'
import { ACCOUNT, dropDatabase, type GateWorld, openGateWorld, REGION, type StepWish } from './world.ts'

const ALLOWED = `${demoPolicy}\nwriteBack: { archive: approve }\n`
const OBSERVED = ALLOWED.replace('  accounts: {}', '  accounts: { "777788889999": observe }')
const RULED = `${ALLOWED}\noverrides: [{ for: { accounts: ["777788889999"] }, set: { mode: observe } }]\n`
const HOUR_MS = 3_600_000
const hoursAgo = (hours: number): string => new Date(Date.now() - hours * HOUR_MS).toISOString()

const [ONE, OTHER] = ['a'.repeat(32), 'b'.repeat(32)] as const
const archiving: StepWish = {
  action: 'archiveFindings',
  target: { kind: 'guardduty-findings', account: ACCOUNT, region: REGION, detectorId: 'd1', findingIds: [ONE, OTHER] },
  arn: `arn:aws:guardduty:${REGION}:${ACCOUNT}:detector/d1`,
  before: { archived: [] },
}

let world: GateWorld
afterEach(() => world.close())
afterAll(dropDatabase)

interface Known {
  readonly source?: string
  readonly account?: string
  readonly updated?: string
  readonly received?: string
  readonly attackSequence?: object
}

/** A finding of the incident with its one version. */
async function known(id: string, { source = 'guardduty', account = ACCOUNT, ...more }: Known = {}): Promise<void> {
  const key = `${account}/${REGION}/${id}`
  const { updated = hoursAgo(25), received = hoursAgo(25), attackSequence = null } = more
  const shared = { updated_at: updated, count: 1, body: JSON.stringify({ attackSequence }), received_at: received }
  const place = { account, region: REGION, incident: world.incident, severity_milli: 5000, source, type: 'T' }
  await world.owner
    .insertInto('finding')
    .values({ ...shared, ...place, key, finding_id: id, likeness: id })
    .execute()
  await world.owner
    .insertInto('finding_version')
    .values({ ...shared, finding: key, digest: id, rank: 6, raw: '{}', channel: 'http' })
    .execute()
}

const judged = (verdict: string | null) =>
  world.owner.updateTable('incident').set({ verdict }).where('id', '=', world.incident).execute()

/** An incident that may be written back. */
async function settled(policy = ALLOWED): Promise<void> {
  world = await openGateWorld(policy)
  await judged('benign-expected')
  await known(ONE)
}

/** As a request of a person would be planned. */
const propose = () =>
  storedByWorker(world, [archiving], { purpose: 'recover', reason: 'Expected', proposer: 'responder' })

const ask = async () => {
  const { hash } = await world.approve([archiving])
  return decidePermit(world.db, { plan: hash, step: 0, observed: seen(archiving) })
}

const barred = (reason: string) => ({
  kind: 'refused',
  code: 'write_back_barred',
  reason: expect.stringContaining(reason),
})

/** Neither people are asked for it, nor does the gate give a permit for a plan that was made all the same. */
async function expectBarred(reason: string): Promise<void> {
  expect(await propose()).toMatchObject(barred(reason))
  expect(await ask()).toMatchObject(barred(reason))
}

describe('findings are written back', () => {
  it('when the policy lets people be asked and the incident is settled, by votes and never without', async () => {
    await settled()
    await known(OTHER)
    expect(await propose()).toMatchObject({ kind: 'stored', status: 'proposed' })
    const { hash } = await world.propose([archiving])
    const observed = seen(archiving)
    expect(await decidePermit(world.db, { plan: hash, step: 0, observed })).toMatchObject({ code: 'quorum_missing' })
    expect(await ask()).toMatchObject({ kind: 'given' })
  })

  it('of a setting that is weak too', async () => {
    await settled()
    await judged('posture')
    await known(OTHER)
    expect(await ask()).toMatchObject({ kind: 'given' })
  })
})

describe('findings are not written back', () => {
  it('by the policies that are shipped', async () => {
    await settled(demoPolicy)
    await known(OTHER)
    await expectBarred('writeBack.archive: never')
  })

  it.each(['threat', 'inconclusive', 'inappropriate', null])('while the verdict is %s', async (verdict) => {
    await settled()
    await known(OTHER)
    await judged(verdict)
    await expectBarred('The verdict is')
  })

  it.each([
    { what: 'was updated 23 hours ago', of: { updated: hoursAgo(23) }, reason: 'younger than 24 hours' },
    { what: 'came 23 hours ago', of: { received: hoursAgo(23) }, reason: 'younger than 24 hours' },
    {
      what: 'has a time that nobody can read and came just now',
      of: { updated: 'x', received: hoursAgo(1) },
      reason: 'younger',
    },
    {
      what: 'is an attack sequence',
      of: { attackSequence: { kind: 'sequence', parts: [] } },
      reason: 'attack sequence',
    },
    {
      what: 'says that it is part of one',
      of: { attackSequence: { kind: 'part', arn: 'a', sequence: null } },
      reason: 'attack sequence',
    },
    { what: 'is another product’s', of: { source: 'security-hub' }, reason: 'not one of GuardDuty' },
  ])('when one of them $what', async ({ of, reason }) => {
    await settled()
    await known(OTHER, of)
    await expectBarred(reason)
  })

  it('when an attack sequence names one of them', async () => {
    await settled()
    await known(OTHER)
    await world.owner
      .insertInto('sequence_part')
      .values({ part: `${ACCOUNT}/${REGION}/${OTHER}`, sequence: 'somewhere' })
      .execute()
    await expectBarred('attack sequence')
  })

  it('when one of them is not of the incident', async () => {
    await settled()
    await expectBarred('is none of incident')
  })

  it.each([
    { by: 'its mode', policy: OBSERVED },
    { by: 'a rule', policy: RULED },
  ])('when one of them is of an account that is only observed by $by', async ({ policy }) => {
    await settled(policy)
    await known(OTHER, { account: '777788889999' })
    await expectBarred('mode observe')
  })

  it('when a version came between the votes and the permit', async () => {
    await settled()
    await known(OTHER)
    const { hash } = await world.approve([archiving])
    await world.owner
      .insertInto('finding_version')
      .values({
        finding: `${ACCOUNT}/${REGION}/${ONE}`,
        digest: 'newer',
        rank: 6,
        updated_at: hoursAgo(0),
        count: 2,
        body: '{}',
        raw: '{}',
        channel: 'http',
      })
      .execute()
    const answer = await decidePermit(world.db, { plan: hash, step: 0, observed: seen(archiving) })
    expect(answer).toMatchObject(barred('younger than 24 hours'))
  })
})

describe('a suppression is written to GuardDuty', () => {
  const SUPPRESSED = `${demoPolicy}\nwriteBack: { suppress: approve }\n`
  const entry = { owner: 'it@example.com', reason: 'The scan of every night', until: '2099-01-01' }
  const suppressing: StepWish = {
    action: 'suppressFindings',
    target: {
      kind: 'archive-filter',
      account: ACCOUNT,
      region: REGION,
      detectorId: 'd1',
      suppression: { entry: 'night-scan', ...entry },
      match: { type: 'T', accountId: ACCOUNT, field: 'resource.accessKeyDetails.userName', value: 'backup' },
      findingIds: [ONE],
    },
    arn: `arn:aws:guardduty:${REGION}:${ACCOUNT}:detector/d1/filter/by-cordon-${ONE}`,
    before: { filter: [] },
  }
  const inForce = (until: string) =>
    world.owner
      .insertInto('context_version')
      .values({
        digest: until,
        source: 'entries: []',
        body: JSON.stringify({
          entries: [{ id: 'night-scan', kind: 'expected', from: '2026-01-01', ...entry, until }],
        }),
      })
      .execute()
  const named = () =>
    world.owner
      .updateTable('finding')
      .set({ body: JSON.stringify({ attackSequence: null, credential: { user: { name: 'backup' } } }) })
      .execute()
  const proposed = () =>
    storedByWorker(world, [suppressing], { purpose: 'recover', reason: 'Expected', proposer: 'responder' })
  const permit = async () => {
    const { hash } = await world.approve([suppressing])
    return decidePermit(world.db, { plan: hash, step: 0, observed: seen(suppressing) })
  }

  it('as its entry says, when people approve it', async () => {
    await settled(SUPPRESSED)
    await named()
    await inForce(entry.until)
    expect(await proposed()).toMatchObject({ kind: 'stored', status: 'proposed' })
    expect(await permit()).toMatchObject({ kind: 'given' })
  })

  it('and not where the context, the policy or the finding says something else', async () => {
    await settled(SUPPRESSED)
    await named()
    expect(await proposed()).toMatchObject(barred('no suppression night-scan'))
    expect(await permit()).toMatchObject(barred('no suppression night-scan'))
    await inForce('2098-01-01')
    expect(await proposed()).toMatchObject(barred('until 2098-01-01'))
    expect(await permit()).toMatchObject(barred('until 2098-01-01'))
    await inForce(entry.until)
    await world.owner.updateTable('finding').set({ body: '{"attackSequence":null}' }).execute()
    expect(await proposed()).toMatchObject(barred('about backup'))
    expect(await permit()).toMatchObject(barred('about backup'))
  })
})
