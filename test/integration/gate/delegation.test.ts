import { sql } from 'kysely'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { voteChallenge } from '#audit/assertion'
import type { Plan } from '#domain/plan'
import { decidePermit } from '#gate/permits'
import { delegate, endDelegation } from '#store/people/delegations'
import { addPerson, addSession, personNamed, tokenHash } from '#store/people/people'
import { castVote } from '#store/votes/votes'
import { createAuthenticator } from '../../support/authenticator.ts'
import { demoPolicy } from '../../support/demo-policy.ts'
import { denying, seen } from './steps-made.ts'
import { dropDatabase, type GateWorld, openGateWorld, type StoredPlan } from './world.ts'

// approver1 is of security; approver2 and approver3 are of platform.
const twoGroups: Partial<Plan> = { quorum: { required: 2, groups: 2 } }
const party = { id: 'localhost', origin: 'http://localhost:7400' }
const step = denying()

let world: GateWorld
beforeEach(async () => {
  world = await openGateWorld()
  await world.owner.transaction().execute(async (tx) => {
    await addPerson(tx, { id: 'approver3', name: 'Cem Approver', roles: ['approver'], groups: ['platform'] })
    await addSession(tx, { person: 'approver3', token: 'token-of-approver3', ms: 3_600_000 })
  })
})
afterEach(() => world.close())
afterAll(dropDatabase)

async function person(id: string) {
  const found = await personNamed(world.owner, id)
  if (found === undefined) throw new Error(`There is no ${id}`)
  return found
}

const lend = async (from: string, to: string, session = tokenHash(`token-of-${from}`)) =>
  delegate(world.owner, { from: await person(from), to, ms: 3_600_000, session })

async function vote({ hash }: StoredPlan, ...ids: readonly string[]): Promise<void> {
  for (const id of ids)
    await castVote(world.owner, {
      plan: hash,
      person: await person(id),
      decision: 'approve',
      reason: null,
      session: tokenHash(`token-of-${id}`),
    })
}

const statusOf = async ({ hash }: StoredPlan) =>
  (await world.owner.selectFrom('plan').select('status').where('hash', '=', hash).executeTakeFirstOrThrow()).status

/** Asks the gate as if the api had called it approved, which one that was taken over would. */
async function ask({ hash }: StoredPlan) {
  await world.owner.updateTable('plan').set({ status: 'approved' }).where('hash', '=', hash).execute()
  return decidePermit(world.db, { plan: hash, step: 0, observed: seen(step) }, party)
}

describe('somebody and their delegate', () => {
  it('are one voice for the api and for the gate', async () => {
    const plan = await world.propose([step])
    await lend('approver1', 'approver2')
    await vote(plan, 'approver1', 'approver2')
    expect(await statusOf(plan)).toBe('proposed')
    expect(await ask(plan)).toMatchObject({ kind: 'refused', code: 'quorum_missing' })
  })

  it('stay one voice for what they approved when the delegation was taken back in between', async () => {
    const plan = await world.propose([step])
    const { id } = await lend('approver1', 'approver2')
    await vote(plan, 'approver2')
    await endDelegation(world.owner, { id, person: await person('approver1') })
    await vote(plan, 'approver1')
    expect(await statusOf(plan)).toBe('proposed')
    expect(await ask(plan)).toMatchObject({ kind: 'refused', code: 'quorum_missing' })
  })

  it('are the quorum with a third one, and the delegate speaks for the group of the other', async () => {
    const plan = await world.propose([step], twoGroups)
    await lend('approver1', 'approver2')
    await vote(plan, 'approver2', 'approver3')
    expect(await statusOf(plan)).toBe('approved')
    expect(await ask(plan)).toMatchObject({ kind: 'given' })
  })

  it('are not without the delegation', async () => {
    const plan = await world.propose([step], twoGroups)
    await vote(plan, 'approver2', 'approver3')
    expect(await statusOf(plan)).toBe('proposed')
    expect(await ask(plan)).toMatchObject({ kind: 'refused', code: 'quorum_missing' })
  })
})

describe('the gate lets a delegate speak for no other group', () => {
  it.each<readonly [string, (plan: StoredPlan) => Promise<unknown>]>([
    [
      'once the delegation is taken back',
      async () => world.owner.updateTable('delegation').set({ revoked_at: sql<Date>`clock_timestamp()` }).execute(),
    ],
    [
      'once the other one is no approver any more',
      async () =>
        world.owner
          .updateTable('person')
          .set({ roles: ['viewer'] })
          .where('id', '=', 'approver1')
          .execute(),
    ],
    [
      'when the other one proposed the plan',
      async ({ hash }) =>
        world.owner.updateTable('plan').set({ proposer: 'approver1' }).where('hash', '=', hash).execute(),
    ],
    [
      'when nobody was signed in who delegated, as an api that was taken over would write it',
      async () =>
        world.owner
          .updateTable('delegation')
          .set({ session: tokenHash('token-of-approver2') })
          .execute(),
    ],
  ])('%s', async (_, spoil) => {
    const proposer = _.includes('proposed') ? { proposer: 'approver1' } : {}
    const plan = await world.propose([step], { ...twoGroups, ...proposer })
    await lend('approver1', 'approver2')
    await vote(plan, 'approver2', 'approver3')
    await spoil(plan)
    expect(await ask(plan)).toMatchObject({ kind: 'refused', code: expect.stringMatching(/^quorum_/) })
  })

  it('where votes need a passkey, since nobody’s signed the delegation', async () => {
    await world.close()
    const alone = demoPolicy.replace('R2: 2, R3: 2 }', 'R2: 1, R3: 2 }')
    for (const [policy, answer] of [
      [alone, { kind: 'given' }],
      [alone.replace(/passkeyFor: .*/, 'passkeyFor: { production: [R2] }'), { code: 'quorum_missing' }],
    ] as const) {
      world = await openGateWorld(policy)
      const plan = await world.propose([step], { quorum: { required: 1, groups: 1, from: ['security'] } })
      await lend('approver1', 'approver2')
      await signedVote(plan)
      expect(await ask(plan)).toMatchObject(answer)
      if (answer !== undefined && 'kind' in answer) await world.close()
    }
  })
})

/** approver2 approves with a passkey of theirs. */
async function signedVote({ hash }: StoredPlan): Promise<void> {
  const key = createAuthenticator()
  await world.owner
    .insertInto('passkey')
    .values({
      id: key.id,
      person: 'approver2',
      name: 'a key',
      public_key: key.publicKey,
      counter: 0,
      transports: [],
      confirmed_by: 'admin',
      confirmed_at: sql<Date>`clock_timestamp()`,
    })
    .execute()
  const nonce = 'a-nonce'
  const { id, ...response } = key.get({ challenge: voteChallenge({ plan: hash, decision: 'approve', nonce }) })
  await world.owner
    .insertInto('vote')
    .values({
      plan: hash,
      person: 'approver2',
      decision: 'approve',
      session: tokenHash('token-of-approver2'),
      assertion: JSON.stringify({ nonce, assertion: { id, response } }),
    })
    .execute()
}
