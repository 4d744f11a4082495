import { readFileSync } from 'node:fs'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decidePermit } from '#gate/permits'
import { sealPending } from '#store/log/seal'
import { denying, seen } from '../gate/steps-made.ts'
import { dropDatabase, type GateWorld, openGateWorld } from '../gate/world.ts'
import { sign } from './log.ts'

const guide = readFileSync(new URL('../../../docs/guides/auditors.md', import.meta.url), 'utf8')
const questions = [...guide.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, question = '']) => question)

let world: GateWorld
beforeEach(async () => {
  world = await openGateWorld()
  const plan = await world.approve([denying()])
  await decidePermit(world.db, { plan: plan.hash, step: 0, observed: seen(denying()) })
  while ((await sealPending(world.owner, sign)) !== undefined);
})
afterEach(() => world.close())
afterAll(dropDatabase)

/** How many rows each question of the guide answers, in its order. */
async function answers(): Promise<readonly number[]> {
  const counts: number[] = []
  for (const question of questions) counts.push((await sql.raw(question).execute(world.owner)).rows.length)
  return counts
}

/** What an intruder with the owner's rights does, and the questions that tell of it, counted from 0. */
const intrusions = [
  {
    what: 'an entry that was rewritten',
    told: [0],
    by: `update audit_entry set body = body || ' '::bytea where id = (select min(id) from audit_entry)`,
  },
  {
    what: 'an entry that the sealer never hears of',
    told: [1],
    by: `insert into audit_entry (stream, seq, type, actor, body, at) values ('forged', 1, 'x', 'x', '{}', now())`,
  },
  {
    what: 'an entry in the middle that was taken out, with its leaf',
    told: [2, 2],
    by: `with gone as (delete from audit_leaf where index = 1 returning entry) delete from audit_entry using gone where id = gone.entry`,
  },
  { what: 'a plan that was rewritten', told: [3], by: `update plan set bytes = bytes || ' '::bytea` },
  {
    what: 'a permit that nobody gave',
    told: [4],
    by: `insert into permit (plan, step, target_key, account, given_values) select hash, 1, 'x', 'x', '{}' from plan`,
  },
  {
    what: 'a vote that nobody cast',
    told: [4],
    by: `insert into vote (plan, person, decision, session) select hash, 'admin', 'approve', 'x' from plan`,
  },
  { what: 'a proposer among the approvers', told: [5], by: `update plan set proposer = 'approver1'` },
] as const

describe('the questions of the auditors’ guide', () => {
  it('answer nothing when all is well', async () => {
    expect(questions).toHaveLength(6)
    expect(await answers()).toEqual(questions.map(() => 0))
    const { rows } = await sql`select from audit_leaf, permit, vote`.execute(world.owner)
    expect(rows.length).toBeGreaterThan(0)
  })

  it.each(intrusions)('tell of $what', async ({ by, told }) => {
    await sql.raw(by).execute(world.owner)
    const counts = await answers()
    for (const [at, count] of counts.entries())
      expect(count, questions[at]).toBe(told.filter((question) => question === at).length)
  })
})
