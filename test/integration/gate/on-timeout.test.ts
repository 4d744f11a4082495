import { sql } from 'kysely'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Plan } from '#domain/plan'
import { decidePermit } from '#gate/permits'
import { connect, type Database } from '#store/database/database'
import { tokenHash } from '#store/people/people'
import { expirePlan } from '#store/plans/plan-expiry'
import { storePlan } from '#store/plans/proposals'
import { readRequest } from '#store/plans/undo'
import { changeView } from '#store/policy/change-views'
import { castVote } from '#store/votes/votes'
import { demoPolicy } from '../../support/demo-policy.ts'
import { decidedChange, personOf } from './decided-changes.ts'
import { deactivating, denying, seen, user } from './steps-made.ts'
import { ACCOUNT, dropDatabase, type GateWorld, openGateWorld, type StepWish } from './world.ts'

const RUNBOOK = 'compromised-user-credentials'
const AUTOMATIC = demoPolicy.replace('accounts: {}', `accounts: { "${ACCOUNT}": automatic }`)
const POLICY = `${AUTOMATIC}\nonTimeout: { production: [denyUser] }`
const past = (): string => new Date(Date.now() - 1000).toISOString()

let world: GateWorld
let worker: ReturnType<typeof connect>
async function open(policy = POLICY): Promise<void> {
  world = await openGateWorld(policy)
  worker = connect(world.urlOf('worker'), 2)
}
async function close(): Promise<void> {
  await worker.close()
  await world.close()
}
beforeEach(() => open())
afterEach(close)
afterAll(dropDatabase)

/** A standing approval with its votes, in force. */
async function inForce(actions: readonly string[] = ['denyUser']): Promise<{ change: string; digest: string }> {
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString()
  const shape = { runbook: RUNBOOK, actions: [...actions], environment: 'production', assets: 2, windowMs: 3_600_000 }
  const body = { ...shape, expiresAt }
  const change = await decidedChange(world.owner, { kind: 'standing-approval', title: 'Stop users', body })
  return { change, digest: (await changeView(world.owner, change)).digest }
}

/** A plan of the runbook with a step that nobody approved beforehand; its time is over. */
const overdue = (changed: Partial<Plan> = {}) =>
  world.propose([denying(), deactivating()], { proposer: `runbook/${RUNBOOK}`, decideBy: past(), ...changed })

const requests = (db: Database) => db.selectFrom('plan_request').selectAll().orderBy('at').execute()

/** What the incident’s workflow does with the one request that is there. */
async function answer(wish: StepWish = denying()) {
  const [request] = await requests(world.owner)
  const asked = await readRequest(worker.db, request?.id ?? '')
  if (asked.kind !== 'proposal') throw new Error('The request is for no plan')
  const { arn, before } = wish
  return storePlan(worker.db, {
    incident: world.incident,
    episode: 1,
    revision: 0,
    proposal: asked.proposal,
    observations: [{ kind: 'found', arn, state: before, tags: {}, blastRadius: [] }],
  })
}

const ask = (plan: string) => decidePermit(world.db, { plan, step: 0, observed: seen(denying()) })

describe('a plan that nobody decided', () => {
  it('is followed by those of its steps that policy names and a standing approval covers, and the gate permits them', async () => {
    const { change } = await inForce()
    const { hash } = await overdue()
    expect(await expirePlan(worker.db, hash)).toMatchObject({ status: 'expired' })
    expect(await requests(world.owner)).toMatchObject([{ person: null, body: { undecided: hash, steps: [0] } }])
    const stored = await answer()
    expect(stored).toMatchObject({ kind: 'stored', status: 'approved' })
    expect(await ask(stored.kind === 'stored' ? stored.plan : '')).toMatchObject({ kind: 'given' })
    expect(await world.owner.selectFrom('permit').select(['step', 'standing_approval']).execute()).toEqual([
      { step: 0, standing_approval: change },
    ])
    const told = (await world.events('plan.requested')).map(({ text }) => text)
    expect(told).toEqual([expect.stringContaining('The policy asks for denyUser: nobody decided plan')])
  })

  it('is followed once, however often its end is asked for', async () => {
    await inForce()
    const { hash } = await overdue()
    await Promise.all([expirePlan(worker.db, hash), expirePlan(worker.db, hash)])
    await expirePlan(worker.db, hash)
    expect(await requests(world.owner)).toHaveLength(1)
  })

  it('is followed by the same when a vote comes too late and the api ends it', async () => {
    await inForce()
    const { hash } = await overdue()
    const api = connect(world.urlOf('api'), 1)
    try {
      const session = tokenHash('token-of-approver1')
      const person = await personOf(world.owner, 'approver1')
      const late = await castVote(api.db, { plan: hash, person, decision: 'deny', reason: null, session })
      expect(late).toMatchObject({ kind: 'late', wakeDue: true })
    } finally {
      await api.close()
    }
    expect(await requests(world.owner)).toHaveLength(1)
  })

  it('is followed by nothing without a standing approval, or when one is of another shape', async () => {
    await expirePlan(worker.db, (await overdue()).hash)
    await inForce(['deactivateAccessKeys'])
    await expirePlan(worker.db, (await overdue()).hash)
    expect(await requests(world.owner)).toEqual([])
  })

  it('is followed by nothing when somebody holds it', async () => {
    await inForce()
    const { hash } = await overdue()
    await sql`insert into vote (plan, person, decision, session)
              values (${hash}, 'approver1', 'hold', ${tokenHash('token-of-approver1')})`.execute(world.owner)
    await expirePlan(worker.db, hash)
    expect(await requests(world.owner)).toEqual([])
  })

  it('is followed by nothing where policy does not say so, or the account is not automatic', async () => {
    for (const policy of [AUTOMATIC, `${demoPolicy}\nonTimeout: { production: [denyUser] }`]) {
      await close()
      await open(policy)
      await inForce()
      await expirePlan(worker.db, (await overdue()).hash)
      expect(await requests(world.owner)).toEqual([])
    }
  })

  it('is followed by no plan for people, when the standing approval has ended meanwhile', async () => {
    await inForce()
    await expirePlan(worker.db, (await overdue()).hash)
    await sql`update change set status = 'withdrawn', status_reason = 'test'`.execute(world.owner)
    expect(await answer()).toMatchObject({ kind: 'refused', code: 'not_permitted' })
  })
})

describe('the gate and a plan that claims that nobody decided another', () => {
  /** What the gate says to a plan that the worker made up, under a standing approval that is in force. */
  async function claim(undecided: string, wish: StepWish = denying()) {
    const standingApproval = await inForce()
    const proposer = `runbook/${RUNBOOK}`
    const { hash } = await world.propose([wish], { proposer, standingApproval, undecided })
    await sql`update plan set status = 'approved' where hash = ${hash}`.execute(world.owner)
    return decidePermit(world.db, { plan: hash, step: 0, observed: seen(wish) })
  }
  const because = (why: RegExp) => ({ kind: 'refused', code: 'quorum_missing', reason: expect.stringMatching(why) })
  const expired = async (changed: Partial<Plan> = {}): Promise<string> => {
    const { hash } = await overdue(changed)
    await sql`update plan set status = 'expired' where hash = ${hash}`.execute(world.owner)
    return hash
  }

  it('permits what is so', async () => expect(await claim(await expired())).toMatchObject({ kind: 'given' }))

  it('refuses when there is no such plan', async () =>
    expect(await claim('nothing')).toMatchObject(because(/There is no plan/)))

  it('refuses when the other can still be decided, whatever its status says', async () => {
    const decideBy = new Date(Date.now() + 60_000).toISOString()
    expect(await claim(await expired({ decideBy }))).toMatchObject(because(/can still be decided/))
  })

  it('refuses when the other has not ended', async () =>
    expect(await claim((await overdue()).hash)).toMatchObject(because(/can still be decided/)))

  it.each(['deny', 'hold'] as const)('refuses when somebody said %s', async (decision) => {
    const hash = await expired()
    await sql`insert into vote (plan, person, decision, session)
              values (${hash}, 'approver1', ${decision}, 'none')`.execute(world.owner)
    expect(await claim(hash)).toMatchObject(because(/denied or held/))
  })

  it('refuses when the other had its quorum', async () => {
    const hash = await expired()
    for (const who of ['approver1', 'approver2'])
      await sql`insert into vote (plan, person, decision, session)
                values (${hash}, ${who}, 'approve', ${tokenHash(`token-of-${who}`)})`.execute(world.owner)
    expect(await claim(hash)).toMatchObject(because(/was decided/))
  })

  it('refuses another target than the other had', async () =>
    expect(await claim(await expired(), denying(user('other-bot')))).toMatchObject(because(/does not have step 1/)))

  it('refuses what policy does not name', async () => {
    await close()
    await open(AUTOMATIC)
    expect(await claim(await expired())).toMatchObject(because(/does not have step 1/))
  })

  it('refuses when the bytes of the other are not those of its hash', async () => {
    const hash = await expired()
    await sql`update plan set bytes = '\\x7b7d' where hash = ${hash}`.execute(world.owner)
    expect(await claim(hash)).toMatchObject(because(/There is no plan/))
  })
})
