import { GetFindingsCommand, ListDetectorsCommand } from '@aws-sdk/client-guardduty'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MOST_ABSENCES } from '#domain/reread'
import { pulledSource } from '#domain/source'
import { rereadDue } from '#intake/reread'
import { takeIn } from '#intake/take-in'
import { takeInMail } from '#intake/take-in-letter'
import { enrolAccount } from '#store/accounts/account-registration'
import { connect } from '#store/database/database'
import { absorbWaiting } from '#store/findings/attack-sequences'
import { everyone } from '#store/people/people'
import { readCoverage } from '#store/sources/coverage'
import { allPlaces } from '#store/sources/poll-places'
import { HUB, SHOP_PRODUCTION } from '../../support/simulator.ts'
import { finding } from '../api/findings-made.ts'
import { partOf, sequenceOf } from '../api/forms-made.ts'
import { type IntakeWorld, keptIn, openIntakeWorld } from './world.ts'

const REGION = 'eu-central-1'
const FROM_PRODUCER = `guardduty/${SHOP_PRODUCTION}/${REGION}`
const source = pulledSource('queue', { account: HUB, region: REGION, name: 'findings' })

let world: IntakeWorld
beforeEach(async () => {
  world = await openIntakeWorld()
})
afterEach(() => world.close())

const event = (detail: object) => ({
  'detail-type': 'GuardDuty Finding',
  source: 'aws.guardduty',
  account: SHOP_PRODUCTION,
  region: REGION,
  detail,
})

const bring = (sent: unknown) =>
  takeInMail(
    { ...world.deps, administrators: new Map() },
    { sent, source, channelAccount: HUB, sentAt: '2026-03-01T00:00:00.000Z' },
  )

const arn = (id: string) => `arn:aws:guardduty:${REGION}:${SHOP_PRODUCTION}:detector/${'d'.repeat(32)}/finding/${id}`

const detailOf = (id: string) => ({
  ...finding({ id, user: 'somebody' }),
  accountId: SHOP_PRODUCTION,
  region: REGION,
  arn: arn(id),
})

const told = (id: string) => ({ id, user: `user-${id}`, minute: 1, severity: 8 })

const rereads = () => world.owner.selectFrom('reread').selectAll().execute()
const allDue = () =>
  world.owner
    .updateTable('reread')
    .set({ due_at: new Date(0) })
    .execute()
const isQuarantineRead = async () =>
  (await world.owner.selectFrom('quarantine').select('read_at').execute()).map(({ read_at }) => read_at !== null)

describe('what is too large for a message', () => {
  it('is read from its producer, and what was quarantined in its place counts as read', async () => {
    const { findingId } = await world.simulator.startDrill('stolen-access-key')
    await bring(event({ ...detailOf(findingId), description: 'x'.repeat(1_100_000) }))
    expect(await keptIn(world.owner)).toMatchObject({
      versions: [],
      quarantined: [{ reason: expect.stringContaining('1 MiB') }],
    })
    expect(await world.owner.selectFrom('incident').select('id').execute()).toEqual([])
    expect(await rereadDue(world.deps)).toBe(1)
    expect((await keptIn(world.owner)).versions).toMatchObject([{ id: findingId, channel: FROM_PRODUCER }])
    expect(await isQuarantineRead()).toEqual([true])
    expect(await rereads()).toMatchObject([{ reason: 'too-large', outcome: 'found', tries: 1 }])
    await allDue()
    expect(await rereadDue(world.deps)).toBe(0)
  })

  it('calls a person when it cannot be read the first time, once, and is not there after several looks', async () => {
    await bring(event({ ...detailOf('f'.repeat(32)), description: 'x'.repeat(1_100_000) }))
    for (let times = 0; times < MOST_ABSENCES; times++) {
      await allDue()
      await rereadDue(world.deps)
    }
    await allDue()
    expect(await rereadDue(world.deps)).toBe(0)
    expect(await rereads()).toMatchObject([{ outcome: 'absent', problem: 'GuardDuty has no such finding' }])
    const told = await keptIn(world.owner)
    expect(told.versions.map(({ type }) => type)).toEqual(['Intake:Cordon/Unreadable'])
    expect(await isQuarantineRead()).toEqual([false])
  })

  it('waits for an account that nobody registered yet, and says so', async () => {
    const stranger = { ...detailOf('a'.repeat(32)), accountId: '999988887777', description: 'x'.repeat(1_100_000) }
    await bring({ ...event(stranger), account: '999988887777' })
    await rereadDue(world.deps)
    expect(await rereads()).toMatchObject([
      { outcome: null, problem: expect.stringContaining('account 999988887777 is not registered for eu-central-1') },
    ])
  })
})

describe('what is to be read in an account that nobody registers', () => {
  const STRANGER = '999988887777'
  const bringStranger = () => {
    const stranger = { ...detailOf('a'.repeat(32)), accountId: STRANGER, description: 'x'.repeat(1_100_000) }
    return bring({ ...event(stranger), account: STRANGER })
  }
  /** As an administrator of Cordon does it. */
  const register = async (id: string) => {
    const api = connect(world.database.urlOf('api'), 2)
    const person = (await everyone(api.db)).find((one) => one.id === 'admin')
    if (person === undefined) throw new Error('There is no admin')
    const environment = 'production' as const
    const place = { partition: 'aws', regions: [REGION], organizationalUnit: null, administrator: null }
    await enrolAccount(api.db, { id, name: id, environment, ...place }, person)
    await api.close()
  }
  const aDayAgo = () =>
    world.owner
      .updateTable('reread')
      .set({ since: sql<Date>`clock_timestamp() - interval '25 hours'`, due_at: new Date(0) })
      .execute()

  it('is given up after a day, is told in the log and as a gap, and goes on when the account is registered', async () => {
    await bringStranger()
    await rereadDue(world.deps)
    expect(await readCoverage(world.owner)).toMatchObject({ gaps: [], rereads: { waiting: 1 } })
    await aDayAgo()
    await rereadDue(world.deps)
    expect(await rereads()).toMatchObject([{ outcome: 'unregistered' }])
    await allDue()
    expect(await rereadDue(world.deps)).toBe(0)
    expect(await readCoverage(world.owner)).toMatchObject({
      gaps: [{ account: STRANGER, region: REGION, kind: 'unregistered', text: expect.stringContaining('1 findings') }],
      rereads: { waiting: 0 },
    })
    const types = await world.owner.selectFrom('audit_entry').select('type').execute()
    expect(types).toContainEqual({ type: 'finding.not-read-again' })

    await register(STRANGER)
    expect(await rereads()).toMatchObject([{ outcome: null, done_at: null, tries: 0 }])
    expect(await rereadDue(world.deps)).toBe(1)
    expect(await readCoverage(world.owner)).toMatchObject({ gaps: [], rereads: { waiting: 1 } })
  })

  it('stays given up when another account is registered', async () => {
    await bringStranger()
    await aDayAgo()
    await rereadDue(world.deps)
    await register('999988886666')
    expect(await rereads()).toMatchObject([{ outcome: 'unregistered' }])
  })
})

describe('an event that was cut off', () => {
  it('is read by the ARN that is left of it', async () => {
    const { findingId } = await world.simulator.startDrill('stolen-access-key')
    const text = JSON.stringify(event(detailOf(findingId)))
    await bring(text.slice(0, text.length - 40))
    expect(await rereads()).toMatchObject([{ reason: 'cut-off', finding_id: findingId }])
    await rereadDue(world.deps)
    expect((await keptIn(world.owner)).versions).toMatchObject([{ id: findingId, channel: FROM_PRODUCER }])
    expect(await isQuarantineRead()).toEqual([true])
  })
})

describe('an attack sequence', () => {
  it('that came as an event is taken in and read again; the producer’s answer asks for nothing more', async () => {
    const { findingId } = await world.simulator.startDrill('stolen-access-key')
    const sequence = sequenceOf([], told(findingId))
    await bring(event(sequence))
    expect(await rereads()).toMatchObject([{ reason: 'attack-sequence', finding_id: findingId, done_at: null }])
    await rereadDue(world.deps)
    expect((await keptIn(world.owner)).versions.map(({ channel }) => channel)).toEqual([source.name, FROM_PRODUCER])
    expect(await rereads()).toMatchObject([{ outcome: 'found' }])
  })

  it('absorbs its parts by the api’s sweeper: the intake may end no plan and no page', async () => {
    await bring(event(partOf('e', told('0'))))
    await bring(event(sequenceOf(['0'], told('e'))))
    const open = () => world.owner.selectFrom('incident').select('id').where('status', '<>', 'closed').execute()
    expect(await open()).toHaveLength(2)
    const api = connect(world.database.urlOf('api'), 2)
    expect(await absorbWaiting(api.db)).toHaveLength(2)
    expect(await absorbWaiting(api.db)).toEqual([])
    await api.close()
    expect(await open()).toHaveLength(1)
  })
})

describe('a finding that somebody pushed, where policy asks its producer', () => {
  const require = () => sql`update policy set body = body || '{"requireAttested": true}'`.execute(world.owner)
  const attested = async () =>
    (await world.owner.selectFrom('finding').select('attested_at').execute()).map(
      ({ attested_at }) => attested_at !== null,
    )
  const push = (sent: unknown) =>
    takeIn({ db: world.db, intake: world.deps.intake, sent, channel: 'http', sender: 'siem' })

  it('is read back, and confirmed when its producer has this very version; a later one that it has not is not', async () => {
    await require()
    const { findingId } = await world.simulator.startDrill('stolen-access-key')
    await push(await heldBy(findingId))
    expect(await rereads()).toMatchObject([{ reason: 'unattested', finding_id: findingId }])
    expect(await attested()).toEqual([false])
    await rereadDue(world.deps)
    expect(await attested()).toEqual([true])
    const forged = { ...(await heldBy(findingId)), UpdatedAt: '2099-01-01T00:00:00.000Z', Title: 'Made up' }
    await push(forged)
    await allDue()
    await rereadDue(world.deps)
    expect(await attested()).toEqual([false])
  })

  it('is read back only where policy asks for it', async () => {
    await push(detailOf('b'.repeat(32)))
    expect(await rereads()).toEqual([])
  })

  async function heldBy(id: string): Promise<Readonly<Record<string, unknown>>> {
    const client = await world.aws.guardDutyIn((await allPlaces(world.db))[0] ?? fail())
    const { DetectorIds } = await client.send(new ListDetectorsCommand({}))
    const { Findings } = await client.send(new GetFindingsCommand({ DetectorId: DetectorIds?.[0], FindingIds: [id] }))
    return JSON.parse(JSON.stringify(Findings?.[0]))
  }
})

function fail(): never {
  throw new Error('Nothing is registered')
}
