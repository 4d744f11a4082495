import { sql } from 'kysely'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { voteChallenge } from '#audit/assertion'
import type { Decision } from '#domain/votes'
import { decidePermit } from '#gate/permits'
import { createToken } from '#store/people/api-tokens'
import { everyone, tokenHash } from '#store/people/people'
import { type Authenticator, createAuthenticator, type Touch } from '../../support/authenticator.ts'
import { demoPolicy } from '../../support/demo-policy.ts'
import { denying, seen, user } from './steps-made.ts'
import { dropDatabase, type GateWorld, openGateWorld, STAGING, type StoredPlan } from './world.ts'

const asking = demoPolicy.replace(/passkeyFor: .*/, 'passkeyFor: { production: [R2, R3], nonproduction: [] }')
const party = { id: 'localhost', origin: 'http://localhost:7400' }
type Voter = 'approver1' | 'approver2'

let world: GateWorld
let keys: Readonly<Record<Voter, Authenticator>>
beforeEach(async () => {
  world = await openGateWorld(asking)
  keys = { approver1: await enrol('approver1'), approver2: await enrol('approver2') }
})
afterEach(() => world.close())
afterAll(dropDatabase)

async function enrol(person: Voter, confirmedBy: string | null = 'admin'): Promise<Authenticator> {
  const authenticator = createAuthenticator()
  await world.owner
    .insertInto('passkey')
    .values({
      id: authenticator.id,
      person,
      name: 'a key',
      public_key: authenticator.publicKey,
      counter: 0,
      transports: [],
      confirmed_by: confirmedBy,
      confirmed_at: confirmedBy === null ? null : sql<Date>`clock_timestamp()`,
    })
    .execute()
  return authenticator
}

interface Forged {
  readonly decision?: Decision
  readonly key?: Authenticator
  readonly touch?: Partial<Touch>
  readonly nonce?: string
  readonly signedFor?: { readonly plan?: string; readonly decision?: Decision }
}

let nonces = 0

/** Writes a vote as the api would: an intruder in it could write any. */
async function vote(plan: StoredPlan, person: Voter, forged: Forged = {}): Promise<void> {
  nonces += 1
  const { decision = 'approve', key = keys[person], nonce = `nonce-${nonces}`, touch, signedFor } = forged
  const challenge = voteChallenge({ plan: plan.hash, decision, nonce, ...signedFor })
  const { id, ...response } = key.get({ challenge, ...touch })
  const assertion = JSON.stringify({ nonce, assertion: { id, response } })
  await insert(plan, person, { decision, assertion })
}

const insert = (plan: StoredPlan, person: Voter, { decision = 'approve', assertion = null as string | null } = {}) =>
  world.owner
    .insertInto('vote')
    .values({ plan: plan.hash, person, decision, session: tokenHash(`token-of-${person}`), assertion })
    .execute()

const approved = (plan: StoredPlan) =>
  world.owner.updateTable('plan').set({ status: 'approved' }).where('hash', '=', plan.hash).execute()

const step = denying()
async function ask(votes: (plan: StoredPlan) => Promise<unknown>, relyingParty: typeof party | null = party) {
  const plan = await world.propose([step])
  await votes(plan)
  await approved(plan)
  return decidePermit(world.db, { plan: plan.hash, step: 0, observed: seen(step) }, relyingParty)
}

describe('where policy asks for passkeys, the gate', () => {
  it('permits what two people approved with theirs', async () => {
    const answer = await ask(async (plan) => {
      await vote(plan, 'approver1')
      await vote(plan, 'approver2')
    })
    expect(answer).toMatchObject({ kind: 'given' })
  })

  it('refuses the vote of a genuine sign-in without a passkey, as an api that was taken over would write it', async () => {
    const answer = await ask(async (plan) => {
      await vote(plan, 'approver1')
      await insert(plan, 'approver2')
    })
    expect(answer).toMatchObject({ kind: 'refused', code: 'vote_unproven' })
  })

  it.each<readonly [string, Forged, string]>([
    ['for another decision', { signedFor: { decision: 'hold' } }, 'another decision'],
    ['for another plan', { signedFor: { plan: 'f'.repeat(64) } }, 'another decision'],
    ['of another site', { touch: { origin: 'https://cordon.example' } }, 'another site'],
    ['of a user who was not verified', { touch: { flags: 0x01 } }, 'did not verify its user'],
  ])('refuses a passkey’s word %s', async (_, forged, reason) => {
    const answer = await ask(async (plan) => {
      await vote(plan, 'approver1')
      await vote(plan, 'approver2', forged)
    })
    expect(answer).toMatchObject({ code: 'vote_unproven', reason: expect.stringContaining(reason) })
  })

  it.each<readonly [string, () => Promise<Authenticator>]>([
    ['nobody enrolled', () => Promise.resolve(createAuthenticator())],
    ['nobody confirmed', () => enrol('approver2', null)],
    ['its own person confirmed', () => enrol('approver2', 'approver2')],
    ['is another person’s', () => Promise.resolve(keys.approver1)],
    [
      'was revoked',
      async () => {
        await world.owner
          .updateTable('passkey')
          .set({ revoked_at: new Date() })
          .where('id', '=', keys.approver2.id)
          .execute()
        return keys.approver2
      },
    ],
  ])('refuses a passkey that %s', async (_, make) => {
    const key = await make()
    const answer = await ask(async (plan) => {
      await vote(plan, 'approver1')
      await vote(plan, 'approver2', { key })
    })
    expect(answer).toMatchObject({ code: 'vote_unproven', reason: expect.stringContaining('no passkey of theirs') })
  })

  it('takes a word once: an approval that was taken back cannot be said again for its person', async () => {
    const answer = await ask(async (plan) => {
      await vote(plan, 'approver1')
      await vote(plan, 'approver2', { nonce: 'once' })
      await insert(plan, 'approver2', { decision: 'hold' })
      const { assertion } = await world.owner
        .selectFrom('vote')
        .select('assertion')
        .where('person', '=', 'approver2')
        .where('decision', '=', 'approve')
        .executeTakeFirstOrThrow()
      await insert(plan, 'approver2', { assertion: JSON.stringify(assertion) })
    })
    expect(answer).toMatchObject({ code: 'vote_unproven', reason: expect.stringContaining('an earlier vote') })
  })

  it.each([{}, { nonce: 1 }, { nonce: 'x', assertion: { id: 'x' } }, []])(
    'refuses %j in the place of a proof',
    async (proof) => {
      const answer = await ask(async (plan) => {
        await vote(plan, 'approver1')
        await insert(plan, 'approver2', { assertion: JSON.stringify(proof) })
      })
      expect(answer).toMatchObject({ code: 'vote_unproven' })
    },
  )

  it('lets a deny count without a proof, because it stops', async () => {
    const answer = await ask(async (plan) => {
      await vote(plan, 'approver1')
      await insert(plan, 'approver2', { decision: 'deny' })
    })
    expect(answer).toMatchObject({ code: 'denied' })
  })

  it('refuses every vote where the address of the installation can have no passkeys', async () => {
    const answer = await ask(async (plan) => {
      await vote(plan, 'approver1')
      await vote(plan, 'approver2')
    }, null)
    expect(answer).toMatchObject({ code: 'vote_unproven', reason: expect.stringContaining('can be no passkeys') })
  })

  it('asks for none in accounts and tiers that policy leaves out', async () => {
    const elsewhere = denying(user('deploy-bot', STAGING))
    const plan = await world.propose([elsewhere], { quorum: { required: 1, groups: 1 } })
    await insert(plan, 'approver1')
    await approved(plan)
    const answer = await decidePermit(world.db, { plan: plan.hash, step: 0, observed: seen(elsewhere) }, party)
    expect(answer).toMatchObject({ kind: 'given' })
  })

  it('cannot be asked for less by a plan that calls itself harmless', async () => {
    const plan = await world.propose([step], { tier: 'R1' })
    for (const person of ['approver1', 'approver2'] as const) await insert(plan, person)
    await approved(plan)
    const answer = await decidePermit(world.db, { plan: plan.hash, step: 0, observed: seen(step) }, party)
    expect(answer).toMatchObject({ code: 'vote_unproven' })
  })
})

describe('an API token', () => {
  it('is no sign-in that a vote may name: the gate takes such a vote for forged', async () => {
    const owner = (await everyone(world.owner)).find(({ id }) => id === 'approver2')
    if (owner === undefined) throw new Error('There is no approver2')
    const wish = { name: 'script', scopes: ['read'], sources: ['127.0.0.1'], ms: 60_000 } as const
    const { token } = await createToken(world.owner, owner, wish)
    const answer = await ask(async (plan) => {
      await vote(plan, 'approver1')
      await vote(plan, 'approver2')
      await world.owner
        .updateTable('vote')
        .set({ session: tokenHash(token) })
        .where('person', '=', 'approver2')
        .execute()
    })
    expect(answer).toMatchObject({ kind: 'refused', code: 'vote_forged' })
  })
})
