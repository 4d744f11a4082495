import { sql } from 'kysely'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { changeChallenge, voteChallenge } from '#audit/assertion'
import type { JsonObject } from '#domain/json'
import { decidePermit } from '#gate/permits'
import { everyone, tokenHash } from '#store/people/people'
import { changeView } from '#store/policy/change-views'
import { proposeChange } from '#store/policy/changes'
import { policyInForce } from '#store/policy/policies'
import { applyPolicy } from '#store/policy/policy-apply'
import { policyBody } from '#store/policy/policy-change'
import { type Authenticator, createAuthenticator } from '../../support/authenticator.ts'
import { demoPolicy } from '../../support/demo-policy.ts'
import { denying, seen } from './steps-made.ts'
import { ACCOUNT, dropDatabase, type GateWorld, openGateWorld } from './world.ts'

// Plans of R2 need no passkey here: what is looked at are the changes.
const asking = demoPolicy
  .replace(/passkeyFor: .*/, 'passkeyFor: { production: [R3], nonproduction: [] }')
  .replace('accounts: {}', `accounts: { "${ACCOUNT}": automatic }`)
const next = asking.replace('decideBy: 30m', 'decideBy: 20m')
type Voter = 'approver1' | 'approver2'
const voters: readonly Voter[] = ['approver1', 'approver2']

let world: GateWorld
let keys: Readonly<Record<Voter, Authenticator>>
beforeEach(async () => {
  world = await openGateWorld(asking)
  keys = { approver1: await enrol('approver1'), approver2: await enrol('approver2') }
})
afterEach(() => world.close())
afterAll(dropDatabase)

async function enrol(person: Voter): Promise<Authenticator> {
  const authenticator = createAuthenticator()
  const { id, publicKey } = authenticator
  const confirmed = { confirmed_by: 'admin', confirmed_at: sql<Date>`clock_timestamp() - interval '1 day'` }
  await world.owner
    .insertInto('passkey')
    .values({ id, person, name: 'a key', public_key: publicKey, counter: 0, transports: [], ...confirmed })
    .execute()
  return authenticator
}

async function propose(kind: 'policy' | 'standing-approval', body: JsonObject) {
  const proposer = (await everyone(world.owner)).find(({ id }) => id === 'admin')
  if (proposer === undefined) throw new Error('There is no admin')
  const change = await proposeChange(world.owner, { kind, title: 'Other rules', body, proposer })
  return { change, digest: (await changeView(world.owner, change)).digest }
}

type Change = Awaited<ReturnType<typeof propose>>
/** What an approval’s authenticator signs; null writes a vote without any. */
type Signing = (change: Change, nonce: string) => string | null
const properly: Signing = ({ digest }, nonce) => changeChallenge({ change: digest, decision: 'approve', nonce })

/** Writes both approvals and the decision as an intruder in the api could. */
async function approve({ change, digest }: Change, signing: Signing, keyOf = (who: Voter) => keys[who]): Promise<void> {
  for (const person of voters) {
    const nonce = `nonce-of-${person}`
    const challenge = signing({ change, digest }, nonce)
    const { id, ...response } = keyOf(person).get({ challenge: challenge ?? '' })
    const assertion = challenge === null ? null : JSON.stringify({ nonce, assertion: { id, response } })
    const session = tokenHash(`token-of-${person}`)
    const vote = { change, digest, person, decision: 'approve', session, assertion }
    await world.owner.insertInto('change_vote').values(vote).execute()
  }
  await sql`update change set status = 'in-force' where id = ${change}`.execute(world.owner)
}

/** What the gate says to a plan under a policy that came into force by these votes. */
async function underPolicy(signing: Signing, keyOf?: (who: Voter) => Authenticator) {
  const made = await propose('policy', await policyBody(world.owner, next))
  await approve(made, signing, keyOf)
  const actor = { kind: 'person', id: 'admin' } as const
  await world.owner.transaction().execute((tx) => applyPolicy(tx, next, { actor, change: made.change }))
  return ask
}

async function ask() {
  const policyDigest = (await policyInForce(world.owner)) ?? ''
  await sql`update incident set policy_digest = ${policyDigest}`.execute(world.owner)
  const plan = await world.approve([denying()], { policyDigest })
  return decidePermit(world.db, { plan: plan.hash, step: 0, observed: seen(denying()) })
}

const forged: readonly (readonly [string, Signing])[] = [
  ['without a signature', () => null],
  ['signed as a denial', ({ digest }, nonce) => changeChallenge({ change: digest, decision: 'deny', nonce })],
  ['signed for another change', (_, nonce) => changeChallenge({ change: 'other', decision: 'approve', nonce })],
  ['signed with another nonce', ({ digest }) => changeChallenge({ change: digest, decision: 'approve', nonce: 'x' })],
  ['signed as a vote on a plan', ({ digest }, nonce) => voteChallenge({ plan: digest, decision: 'approve', nonce })],
]

describe('a policy that came into force where passkeys are asked for', () => {
  it('is believed with the signatures of two people', async () => {
    expect(await (await underPolicy(properly))()).toMatchObject({ kind: 'given' })
  })

  it.each(forged)('is not believed by approvals %s', async (_, signing) => {
    expect(await (await underPolicy(signing))()).toMatchObject({ kind: 'refused', code: 'policy_changed' })
  })

  it('is not believed by the passkey of somebody else, or one that nobody confirmed', async () => {
    const asked = await underPolicy(properly, () => keys.approver1)
    expect(await asked()).toMatchObject({ code: 'policy_changed' })
  })

  it('is believed still when a passkey was lost since, and not when it was lost before', async () => {
    const asked = await underPolicy(properly)
    await sql`update passkey set revoked_at = clock_timestamp()`.execute(world.owner)
    expect(await asked()).toMatchObject({ kind: 'given' })
    await sql`update passkey set revoked_at = clock_timestamp() - interval '1 hour'`.execute(world.owner)
    expect(await ask()).toMatchObject({ code: 'policy_changed' })
  })

  it('is not believed because somebody put a policy between that asks for none', async () => {
    const silent = asking.replace(/passkeyFor: .*/, 'passkeyFor: { production: [], nonproduction: [] }')
    await world.owner.transaction().execute((tx) => applyPolicy(tx, silent))
    expect(await (await underPolicy(() => null))()).toMatchObject({ code: 'policy_changed' })
  })
})

describe('a standing approval where passkeys are asked for', () => {
  const shape = (): JsonObject => ({
    runbook: 'compromised-user-credentials',
    actions: ['denyUser'],
    environment: 'production',
    assets: 2,
    windowMs: 3_600_000,
    expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
  })
  async function under(signing: Signing) {
    const made = await propose('standing-approval', shape())
    await approve(made, signing)
    const proposer = 'runbook/compromised-user-credentials'
    const { hash } = await world.propose([denying()], { proposer, standingApproval: made })
    await sql`update plan set status = 'approved' where hash = ${hash}`.execute(world.owner)
    return decidePermit(world.db, { plan: hash, step: 0, observed: seen(denying()) })
  }

  it('counts with the signatures of two people', async () =>
    expect(await under(properly)).toMatchObject({ kind: 'given' }))

  it.each(forged)('counts for nothing by approvals %s', async (_, signing) =>
    expect(await under(signing)).toMatchObject({ kind: 'refused', code: 'quorum_missing' }),
  )
})
