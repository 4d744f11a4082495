import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { decidePermit } from '#gate/permits'
import { addPerson, addSession, tokenHash } from '#store/people/people'
import {
  expectedAnswer,
  groupOf,
  PROPOSED_MINUTES_AGO,
  type RandomRecord,
  type RecordedFreeze,
  type RecordedVote,
} from './expected-answer.ts'
import { denying, seen, user } from './steps-made.ts'
import { ACCOUNT, dropDatabase, type GateWorld, openGateWorld, STAGING } from './world.ts'

const MS_PER_MINUTE = 60_000
const RUNS = 200

const vote: fc.Arbitrary<RecordedVote> = fc.record({
  person: fc.constantFrom('approver1', 'approver2', 'approver3', 'responder'),
  decision: fc.oneof(
    { weight: 8, arbitrary: fc.constant('approve' as const) },
    { weight: 1, arbitrary: fc.constant('hold' as const) },
    { weight: 1, arbitrary: fc.constant('withdraw' as const) },
    { weight: 1, arbitrary: fc.constant('deny' as const) },
  ),
  minutesAgo: fc.oneof(fc.integer({ min: 1, max: 14 }), fc.integer({ min: 1, max: 44 })),
  signIn: fc.oneof(
    { weight: 30, arbitrary: fc.constant('own' as const) },
    { weight: 1, arbitrary: fc.constantFrom('of somebody else' as const, 'over by then' as const) },
  ),
})

const freeze: fc.Arbitrary<RecordedFreeze> = fc.record({
  over: fc.constantFrom('everything', 'this account', 'another account'),
  state: fc.constantFrom('running', 'lifted', 'over'),
})

const record: fc.Arbitrary<RandomRecord> = fc.record({
  environment: fc.constantFrom('production', 'nonproduction'),
  proposer: fc.constantFrom('runbook/compromised-user-credentials', 'responder', 'approver1'),
  status: fc.constantFrom('approved', 'executing', 'approved', 'executing', 'proposed', 'superseded', 'done'),
  wants: fc.record({ required: fc.integer({ min: 0, max: 3 }), groups: fc.integer({ min: 0, max: 2 }) }),
  decideWithinMinutes: fc.integer({ min: 20, max: 120 }),
  runWithinMinutes: fc.integer({ min: 5, max: 60 }),
  votes: fc.uniqueArray(vote, { maxLength: 7, selector: ({ minutesAgo }) => minutesAgo }),
  freezes: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(freeze, { maxLength: 2 })),
})

let world: GateWorld
beforeAll(async () => {
  world = await openGateWorld()
  await world.owner.transaction().execute(async (tx) => {
    await addPerson(tx, { id: 'approver3', name: 'Cleo', roles: ['approver'], groups: [groupOf['approver3'] ?? ''] })
    await addSession(tx, { person: 'approver3', token: 'token-of-approver3', ms: 86_400_000 })
    for (const person of ['approver1', 'approver2', 'approver3', 'responder'])
      await addSession(tx, { person, token: `former-token-of-${person}`, ms: 86_400_000 })
  })
  await sql`update session set created_at = now() - interval '1 day'`.execute(world.owner)
})
afterAll(async () => {
  await world.close()
  await dropDatabase()
})

const at = (now: number, minutesAgo: number): string => new Date(now - minutesAgo * MS_PER_MINUTE).toISOString()

function sessionOf({ person, signIn }: RecordedVote): string {
  if (signIn === 'own') return tokenHash(`token-of-${person}`)
  return tokenHash(signIn === 'over by then' ? `former-token-of-${person}` : 'token-of-admin')
}

const accountOf = {
  everything: () => null,
  'this account': (account: string) => account,
  'another account': () => '444455556666',
} as const

async function write(made: RandomRecord) {
  const { owner } = world
  const now = Date.now()
  const account = made.environment === 'production' ? ACCOUNT : STAGING
  for (const table of ['permit', 'vote', 'freeze_order'] as const) await owner.deleteFrom(table).execute()
  await sql`update session set expires_at = ${at(now, PROPOSED_MINUTES_AGO)} where token_hash in
    (${sql.join(['approver1', 'approver2', 'approver3', 'responder'].map((who) => tokenHash(`former-token-of-${who}`)))})`.execute(
    owner,
  )
  const step = denying(user('deploy-bot', account))
  const plan = await world.propose([step], {
    proposer: made.proposer,
    quorum: made.wants,
    proposedAt: at(now, PROPOSED_MINUTES_AGO),
    decideBy: at(now, PROPOSED_MINUTES_AGO - made.decideWithinMinutes),
    runWithinMs: made.runWithinMinutes * MS_PER_MINUTE,
  })
  await owner.updateTable('plan').set({ status: made.status }).where('hash', '=', plan.hash).execute()
  for (const one of made.votes)
    await owner
      .insertInto('vote')
      .values({
        plan: plan.hash,
        person: one.person,
        decision: one.decision,
        at: at(now, one.minutesAgo),
        session: sessionOf(one),
      })
      .execute()
  for (const { over, state } of made.freezes)
    await owner
      .insertInto('freeze_order')
      .values({
        account: accountOf[over](account),
        reason: 'Stop',
        started_by: 'admin',
        ends_at: at(now, state === 'over' ? 1 : -60),
        lifted_at: state === 'lifted' ? at(now, 1) : null,
      })
      .execute()
  return { plan: plan.hash, step: 0, observed: seen(step) }
}

it('answers any record of votes, clocks and freezes as the design says', async () => {
  await fc.assert(
    fc.asyncProperty(record, async (made) => {
      const answer = await decidePermit(world.db, await write(made))
      expect(answer.kind === 'refused' ? answer.code : answer.kind).toBe(expectedAnswer(made))
    }),
    { numRuns: RUNS },
  )
})
