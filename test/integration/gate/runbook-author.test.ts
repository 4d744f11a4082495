import { sql } from 'kysely'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decidePermit } from '#gate/permits'
import { connect } from '#store/database/database'
import { beginContainment } from '#store/incidents/episodes'
import { waitingFor } from '#store/incidents/waiting'
import { planView } from '#store/plans/plan-views'
import { denying, seen } from './steps-made.ts'
import { dropDatabase, type GateWorld, openGateWorld } from './world.ts'

const RUNBOOK = 'compromised-user-credentials'

let world: GateWorld
beforeEach(async () => {
  world = await openGateWorld()
  await sql`update person set email = id || '@example.org'`.execute(world.owner)
})
afterEach(() => world.close())
afterAll(dropDatabase)

/** The frozen build says that approver2 changed the runbook last. */
const written = (runbook = RUNBOOK) =>
  sql`update build set manifest = ${JSON.stringify({ authors: { [runbook]: 'Approver2@example.org' } })}`.execute(
    world.owner,
  )
const ofRunbook = () => world.propose([denying()], { proposer: `runbook/${RUNBOOK}` })
const ask = (plan: string) => decidePermit(world.db, { plan, step: 0, observed: seen(denying()) })

describe('who changed the runbook last', () => {
  it('has no vote on its plans, and is told why', async () => {
    await written()
    const plan = await ofRunbook()
    await world.vote(plan, 'approver1')
    for (const decision of ['approve', 'deny', 'hold'] as const)
      await expect(world.vote(plan, 'approver2', decision)).rejects.toMatchObject({
        refusal: 'not_permitted',
        message: 'Who wrote the runbook cannot vote on its plans',
      })
    expect(await planView(world.owner, plan.hash)).toMatchObject({
      status: 'proposed',
      authors: ['approver2'],
      quorum: { given: 1, eligible: 1 },
    })
  })

  it('is not waited for', async () => {
    await written()
    const plan = await ofRunbook()
    const about = { id: world.incident, status: 'open', phase: 'contain', verdict: 'threat', answer_by: null }
    const waits = (await waitingFor(world.owner, [about])).get(world.incident)
    expect(waits).toMatchObject({ what: 'votes', plan: plan.hash, whom: ['approver1'] })
  })

  it('does not count at the gate, whatever the api let through', async () => {
    const plan = await ofRunbook()
    await world.vote(plan, 'approver1')
    await world.vote(plan, 'approver2')
    await written()
    const answer = await ask(plan.hash)
    expect(answer).toMatchObject({ kind: 'refused', code: 'quorum_missing' })
    expect(answer).toHaveProperty('reason', expect.stringContaining('1 of 2 approvals'))
  })

  it('does not count either when the plan names another build than the incident is frozen to', async () => {
    await sql`insert into build (id, catalogue_digest, manifest) values ('build-0', 'c', '{}')`.execute(world.owner)
    const plan = await world.propose([denying()], { proposer: `runbook/${RUNBOOK}`, buildId: 'build-0' })
    await world.vote(plan, 'approver1')
    await world.vote(plan, 'approver2')
    await written()
    expect(await ask(plan.hash)).toMatchObject({ kind: 'refused', code: 'quorum_missing' })
  })

  it('votes on plans of other runbooks, and of people', async () => {
    await written('another')
    const plan = await ofRunbook()
    await world.vote(plan, 'approver1')
    await world.vote(plan, 'approver2')
    expect(await ask(plan.hash)).toMatchObject({ kind: 'given' })
  })

  it('is missed as soon as the runbook responds, where the others are too few', async () => {
    const responds = () => beginContainment(world.owner, { incident: world.incident, episode: 1, runbook: RUNBOOK })
    const tasks = () => world.owner.selectFrom('task').select('text').execute()
    await responds()
    expect(await tasks()).toEqual([])
    await written()
    await responds()
    await responds()
    expect(await tasks()).toEqual([
      { text: expect.stringContaining(`who wrote runbook ${RUNBOOK} has no vote on its plans`) },
    ])
  })

  it('cannot be made somebody else by the worker', async () => {
    const worker = connect(world.urlOf('worker'), 1)
    try {
      await expect(worker.db.updateTable('build').set({ manifest: '{}' }).execute()).rejects.toThrow(
        /permission denied/,
      )
    } finally {
      await worker.close()
    }
  })
})
