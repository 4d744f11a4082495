import {
  CreateSampleFindingsCommand,
  DeleteDetectorCommand,
  GetFindingsCommand,
  GuardDutyClient,
  ListDetectorsCommand,
  ListFindingsCommand,
} from '@aws-sdk/client-guardduty'
import {
  BatchImportFindingsCommand,
  EnableSecurityHubCommand,
  EnableSecurityHubV2Command,
  SecurityHubClient,
} from '@aws-sdk/client-securityhub'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pollSpot, type Spot, spotsOf } from '#intake/poll'
import { createIntake, takeIn } from '#intake/take-in'
import { envelopeOf } from '#simulator/attacks/delivery'
import { listSources, watchSources } from '#store/sources/sources'
import { PAYMENTS_PRODUCTION, SHOP_PRODUCTION, SHOP_STAGING } from '../../support/simulator.ts'
import { type IntakeWorld, keptIn, openIntakeWorld } from './world.ts'

let world: IntakeWorld
beforeEach(async () => {
  world = await openIntakeWorld()
})
afterEach(() => world.close())

const REGION = 'eu-central-1'

async function spot(kind: Spot['producer']['kind'], account = SHOP_PRODUCTION): Promise<Spot> {
  const found = (await spotsOf(world.deps)).find(
    ({ producer, place }) => producer.kind === kind && place.account === account && place.region === REGION,
  )
  if (found === undefined) throw new Error(`${kind} of ${account} is not polled`)
  return found
}

const guardduty = () => new GuardDutyClient(world.simulator.client(SHOP_PRODUCTION, REGION))
const detectorOf = async (client: GuardDutyClient) =>
  (await client.send(new ListDetectorsCommand({}))).DetectorIds?.[0] ?? ''

describe('a poll of GuardDuty', () => {
  it('takes in what push missed, once, and calls what push brought a duplicate', async () => {
    const { findingId } = await world.simulator.startDrill('stolen-access-key')
    await pollSpot(world.deps, await spot('guardduty'))
    const first = await keptIn(world.owner)
    expect(first.versions).toMatchObject([{ id: findingId, channel: `guardduty/${SHOP_PRODUCTION}/${REGION}` }])
    const { finding } = await storedFinding()
    await takeIn({
      db: world.db,
      intake: createIntake(world.db),
      sent: await envelopeOf(finding),
      channel: 'http',
      sender: 'somebody',
    })
    await pollSpot(world.deps, await spot('guardduty'))
    expect(await keptIn(world.owner)).toEqual(first)
  })

  it('reads more than a page, and only reads', async () => {
    const client = guardduty()
    const DetectorId = await detectorOf(client)
    for (let times = 0; times < 60; times++)
      await client.send(
        new CreateSampleFindingsCommand({ DetectorId, FindingTypes: ['Recon:EC2/PortProbeUnprotectedPort'] }),
      )
    const since = Date.now()
    await pollSpot(world.deps, await spot('guardduty'))
    expect((await keptIn(world.owner)).versions).toHaveLength(60)
    const calls = (await world.simulator.calls({})).filter(({ at }) => at >= since)
    expect([...new Set(calls.map(({ operation }) => operation))].toSorted()).toEqual([
      'guardduty:GetDetector',
      'guardduty:GetFindings',
      'guardduty:ListDetectors',
      'guardduty:ListFindings',
      'sts:AssumeRole',
    ])
  })

  it('says where nothing detects, and why a place could not be looked at', async () => {
    const client = guardduty()
    await client.send(new DeleteDetectorCommand({ DetectorId: await detectorOf(client) }))
    const [here, there] = [await spot('guardduty'), await spot('guardduty', PAYMENTS_PRODUCTION)]
    await watchSources(world.db, [
      { ...here.source, silentAfterMs: 60_000 },
      { ...there.source, silentAfterMs: 60_000 },
    ])
    await pollSpot(world.deps, here)
    await pollSpot(world.deps, { ...there, place: { ...there.place, externalId: 'of-another' } })
    const states = await listSources(world.owner)
    expect(states.map(({ state, problem }) => ({ state, problem }))).toEqual([
      { state: 'heard', problem: 'GuardDuty has no detector in this Region: nothing is detected' },
      { state: 'unheard', problem: expect.stringMatching(/^AccessDenied/) },
    ])
  })

  it('is made once, in the registered administrator of an account, which is believed', async () => {
    const account = world.owner.updateTable('account').where('id', '=', SHOP_PRODUCTION)
    await account.set({ administrator: PAYMENTS_PRODUCTION }).execute()
    const polled = (await spotsOf(world.deps)).map(({ place }) => place.account)
    expect([...new Set(polled)]).toEqual([PAYMENTS_PRODUCTION, SHOP_STAGING])
  })
})

async function storedFinding() {
  const client = guardduty()
  const DetectorId = await detectorOf(client)
  const { FindingIds } = await client.send(new ListFindingsCommand({ DetectorId }))
  const { Findings } = await client.send(new GetFindingsCommand({ DetectorId, FindingIds }))
  return { finding: (Findings?.[0] ?? {}) as unknown as Readonly<Record<string, unknown>> }
}

describe('a poll of Security Hub', () => {
  const finding = (id: string) => ({
    SchemaVersion: '2018-10-08',
    Id: `arn:aws:securityhub:${REGION}:${SHOP_PRODUCTION}:finding/${id}`,
    ProductArn: `arn:aws:securityhub:${REGION}::product/crowdstrike/crowdstrike-falcon`,
    GeneratorId: 'falcon',
    AwsAccountId: SHOP_PRODUCTION,
    Types: ['TTPs/Execution'],
    CreatedAt: new Date().toISOString(),
    UpdatedAt: new Date().toISOString(),
    Severity: { Label: 'HIGH' as const },
    Title: 'A process that should not run',
    Description: 'It ran',
    Resources: [{ Type: 'AwsEc2Instance', Id: `arn:aws:ec2:${REGION}:${SHOP_PRODUCTION}:instance/i-1` }],
  })

  it('brings every active finding in, in the form in which Security Hub has it', async () => {
    const client = new SecurityHubClient(world.simulator.client(SHOP_PRODUCTION, REGION))
    await client.send(new EnableSecurityHubCommand({}))
    await client.send(new BatchImportFindingsCommand({ Findings: [finding('one'), finding('two')] }))
    await pollSpot(world.deps, await spot('security-hub'))
    const { versions, quarantined } = await keptIn(world.owner)
    const arrived = [...versions, ...quarantined].filter(({ channel }) => channel.startsWith('security-hub/'))
    expect(arrived.length).toBeGreaterThanOrEqual(2)
  })

  it('in OCSF brings the same findings in, page by page, once, and with ASFF beside it each is one', async () => {
    const client = new SecurityHubClient(world.simulator.client(SHOP_PRODUCTION, REGION))
    await client.send(new EnableSecurityHubCommand({}))
    await client.send(new EnableSecurityHubV2Command({}))
    const guardDutys = (nth: number) => ({
      ...finding(''),
      Id: `arn:aws:guardduty:${REGION}:${SHOP_PRODUCTION}:detector/d/finding/${String(nth).padStart(32, '0')}`,
      ProductArn: `arn:aws:securityhub:${REGION}::product/aws/guardduty`,
      Types: ['TTPs/Recon:EC2-Portscan'],
    })
    const all = Array.from({ length: 120 }, (_, nth) => guardDutys(nth))
    await client.send(new BatchImportFindingsCommand({ Findings: all.slice(0, 100) }))
    await client.send(new BatchImportFindingsCommand({ Findings: all.slice(100) }))
    await pollSpot(world.deps, await spot('security-hub-v2'))
    const { versions, quarantined } = await keptIn(world.owner)
    expect(quarantined).toEqual([])
    expect(versions).toHaveLength(120)
    expect(new Set(versions.map(({ channel }) => channel))).toEqual(
      new Set([`security-hub-v2/${SHOP_PRODUCTION}/${REGION}`]),
    )
    await pollSpot(world.deps, await spot('security-hub-v2'))
    expect((await keptIn(world.owner)).versions).toHaveLength(120)
    await pollSpot(world.deps, await spot('security-hub'))
    expect((await keptIn(world.owner)).versions).toHaveLength(240)
    const findings = await world.owner.selectFrom('finding').select('source').execute()
    expect(findings).toHaveLength(120)
    expect(new Set(findings.map(({ source }) => source))).toEqual(new Set(['guardduty']))
  })

  it('in OCSF is no silence where nobody enabled it', async () => {
    await pollSpot(world.deps, await spot('security-hub-v2'))
    const row = await world.owner.selectFrom('source').selectAll().executeTakeFirstOrThrow()
    expect(row).toMatchObject({ problem: expect.stringContaining('second version is not enabled') })
    expect(row.heard_at).not.toBeNull()
  })

  it('is no silence where nobody enabled it', async () => {
    await pollSpot(world.deps, await spot('security-hub'))
    expect(await listSources(world.owner)).toEqual([])
    const row = await world.owner.selectFrom('source').selectAll().executeTakeFirstOrThrow()
    expect(row).toMatchObject({ problem: 'Security Hub is not enabled in this Region' })
    expect(row.heard_at).not.toBeNull()
  })
})
