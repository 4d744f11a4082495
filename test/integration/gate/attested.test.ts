import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decidePermit } from '#gate/permits'
import { unattestedOf } from '#store/findings/attesting'
import { demoPolicy } from '../../support/demo-policy.ts'
import { denying, seen } from './steps-made.ts'
import { storedByWorker } from './stored-by-worker.ts'
import { ACCOUNT, dropDatabase, type GateWorld, openGateWorld, REGION, type StepWish } from './world.ts'

/** Nobody’s vote is asked for, but for what is not confirmed. */
const WITHOUT_VOTES = `${demoPolicy}\nrequireAttested: true\n`

let world: GateWorld
beforeEach(async () => {
  world = await openGateWorld(WITHOUT_VOTES)
})
afterEach(() => world.close())
afterAll(dropDatabase)

const found = (
  id: string,
  { attested, source = 'guardduty' }: { readonly attested: Date | null; readonly source?: string },
) =>
  world.owner
    .insertInto('finding')
    .values({
      key: id,
      finding_id: id,
      source,
      type: 'UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom',
      account: ACCOUNT,
      region: REGION,
      severity_milli: 8000,
      incident: world.incident,
      body: '{}',
      updated_at: '2026-11-24T08:00:00.000Z',
      count: 1,
      likeness: 'said',
      attested_at: attested,
    })
    .execute()

async function propose(): Promise<{ readonly required: number; readonly told: readonly string[] }> {
  const stored = await storedByWorker(world, [denying()])
  if (stored.kind !== 'stored') throw new Error(stored.reason)
  const { bytes } = await world.owner
    .selectFrom('plan')
    .select('bytes')
    .where('hash', '=', stored.plan)
    .executeTakeFirstOrThrow()
  const plan = JSON.parse(bytes.toString())
  return { required: plan.quorum.required, told: plan.blastRadius }
}

const DOUBT = /was not confirmed by its producer: look whether it is genuine/

describe('a plan about a finding that its producer did not confirm', () => {
  it('says so, and needs somebody', async () => {
    await found('pushed', { attested: null })
    const { required, told } = await propose()
    expect(required).toBeGreaterThanOrEqual(1)
    expect(told[0]).toMatch(DOUBT)
  })

  it('gets no permit without a vote, and one with the votes of people who looked', async () => {
    await found('pushed', { attested: null })
    const { hash } = await world.approve([denying()])
    expect(await decidePermit(world.db, { plan: hash, step: 0, observed: seen(denying()) })).toMatchObject({
      kind: 'given',
    })
  })
})

describe('a plan about findings that were confirmed', () => {
  it('says nothing of it; what people and Cordon report has no other producer', async () => {
    await found('polled', { attested: new Date() })
    await found('report', { attested: null, source: 'person' })
    await found('silence', { attested: null, source: 'cordon' })
    expect(await unattestedOf(world.owner, world.incident)).toBeNull()
    expect((await propose()).told).not.toContainEqual(expect.stringMatching(DOUBT))
  })
})

describe('a plan that needs nobody', () => {
  const instance = {
    kind: 'ec2-instance',
    account: ACCOUNT,
    region: REGION,
    instanceId: 'i-0123456789abcdef0',
  } as const
  const snapshotting: StepWish = {
    action: 'snapshotVolumes',
    target: instance,
    arn: `arn:aws:ec2:${REGION}:${ACCOUNT}:instance/${instance.instanceId}`,
    before: { volumes: '', earlier: '', snapshots: null },
  }

  async function ask() {
    const { hash } = await world.propose([snapshotting], { tier: 'R1', quorum: { required: 0, groups: 0 } })
    await world.owner.updateTable('plan').set({ status: 'approved' }).where('hash', '=', hash).execute()
    return decidePermit(world.db, { plan: hash, step: 0, observed: seen(snapshotting) })
  }

  it('is refused by the gate while its producer did not confirm the finding, whatever the worker says of the plan', async () => {
    await found('pushed', { attested: null })
    expect(await ask()).toMatchObject({ kind: 'refused', code: 'unattested', reason: expect.stringMatching(DOUBT) })
    await world.owner.updateTable('finding').set({ attested_at: new Date() }).execute()
    expect(await ask()).not.toMatchObject({ code: 'unattested' })
  })
})
