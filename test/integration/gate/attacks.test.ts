import { sql } from 'kysely'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Plan } from '#domain/plan'
import { decidePermit } from '#gate/permits'
import { everyone, tokenHash } from '#store/people/people'
import { castVote } from '#store/votes/votes'
import { arnOf, denying, seen, user } from './steps-made.ts'
import { dropDatabase, type GateWorld, openGateWorld, type StoredPlan, storeBytes } from './world.ts'

/** Attacks on approvals by whoever can write to the record or talk to the gate, each by its number in the threat model. */
let world: GateWorld
beforeEach(async () => {
  world = await openGateWorld()
})
afterEach(() => world.close())
afterAll(dropDatabase)

const ask = (plan: StoredPlan, target = user()) =>
  decidePermit(world.db, { plan: plan.hash, step: 0, observed: seen(denying(target)) })
const codeOf = (answer: Awaited<ReturnType<typeof ask>>): string =>
  answer.kind === 'refused' ? answer.code : answer.kind
const permits = () => world.owner.selectFrom('permit').selectAll().execute()
const named = (index: number) => user(`user-${String.fromCodePoint(97 + (index % 26), 97 + Math.floor(index / 26))}`)

describe('T05, containment as a weapon:', () => {
  it('approved plans by the hundred change no more assets than the budget, and never a protected one', async () => {
    const targets = Array.from({ length: 110 }, (_, index) =>
      index % 10 === 9 ? { ...named(index), name: 'break-glass-admin' } : named(index),
    )
    const codes: string[] = []
    for (const target of [...targets, ...targets.map((one) => ({ ...one, userId: `${one.userId}X` }))]) {
      const step = { ...denying(target), arn: arnOf(target) }
      const plan = await world.approve([step])
      codes.push(codeOf(await decidePermit(world.db, { plan: plan.hash, step: 0, observed: seen(step) })))
    }
    expect(codes.filter((code) => code === 'given')).toHaveLength(100)
    expect(new Set(codes)).toEqual(new Set(['given', 'target_protected', 'budget_spent']))
    expect((await permits()).filter(({ target_key }) => target_key.includes('break-glass-admin'))).toEqual([])
  })
})

describe('T10, votes that were cast for something else:', () => {
  const replayed = async (from: StoredPlan, onto: StoredPlan, at: string) => {
    await sql`insert into vote (plan, person, decision, session, at)
      select ${onto.hash}, person, decision, session, ${at}::timestamptz from vote where plan = ${from.hash}`.execute(
      world.owner,
    )
    await sql`update plan set status = 'approved' where hash = ${onto.hash}`.execute(world.owner)
  }

  it('do not count for a plan once their sign-ins are over', async () => {
    const approved = await world.approve([denying()])
    const other = await world.propose([denying(user('another'))])
    await sql`update session set expires_at = now() - interval '1 second'`.execute(world.owner)
    await replayed(approved, other, new Date().toISOString())
    expect(codeOf(await ask(other, user('another')))).toBe('vote_forged')
  })

  it('do not count from before the sign-in that they name', async () => {
    const approved = await world.approve([denying()])
    const other = await world.propose([denying(user('another'))])
    await replayed(approved, other, new Date(Date.now() - 86_400_000).toISOString())
    expect(codeOf(await ask(other, user('another')))).toBe('vote_forged')
  })

  it('do not count any more when their person loses the role, and again when it is given back', async () => {
    const plan = await world.approve([denying()])
    await sql`update person set roles = '{viewer}' where id = 'approver2'`.execute(world.owner)
    expect(codeOf(await ask(plan))).toBe('quorum_missing')
    await sql`update person set roles = '{approver}' where id = 'approver2'`.execute(world.owner)
    expect(codeOf(await ask(plan))).toBe('given')
  })
})

describe('T11, approve one thing and run another:', () => {
  it('a plan of which any byte is changed after the quorum gets no permit', { timeout: 120_000 }, async () => {
    const plan = await world.approve([denying()])
    const { bytes } = await world.owner.selectFrom('plan').select('bytes').executeTakeFirstOrThrow()
    const survived: number[] = []
    for (const [place, byte] of bytes.entries()) {
      const changed = Buffer.from(bytes)
      // Another bit at each place, so that letters, digits and syntax are all hit in many ways.
      changed[place] = byte ^ (1 << (place % 8))
      await world.owner.updateTable('plan').set({ bytes: changed }).execute()
      if (codeOf(await ask(plan)) !== 'plan_altered') survived.push(place)
    }
    expect(survived).toEqual([])
    expect(await permits()).toEqual([])
    await world.owner.updateTable('plan').set({ bytes }).execute()
    expect(codeOf(await ask(plan))).toBe('given')
  })
})

describe('T33, whoever stores plans stores nonsense:', () => {
  const nonsense: readonly (readonly [string, (plan: Plan) => unknown])[] = [
    ['no steps', ({ steps: _, ...plan }) => plan],
    ['steps that are none', (plan) => ({ ...plan, steps: [null] })],
    ['a step without a target', (plan) => ({ ...plan, steps: plan.steps.map(({ target: _, ...step }) => step) })],
    ['a call without a change', (plan) => ({ ...plan, steps: plan.steps.map((step) => ({ ...step, calls: [{}] })) })],
    ['no quorum', (plan) => ({ ...plan, quorum: null })],
    ['a quorum below nobody', (plan) => ({ ...plan, quorum: { required: -1, groups: 0 } })],
    ['no clocks', ({ proposedAt: _, ...plan }) => plan],
  ]

  it.each(nonsense)('a plan with %s is refused, whatever people approved', async (_what, made) => {
    const { plan } = await world.propose([denying()])
    const forged = await storeBytes(world.owner, { ...(made(plan) as Plan), verbKey: 'forged' })
    await sql`update plan set status = 'approved' where hash = ${forged.hash}`.execute(world.owner)
    expect(codeOf(await ask(forged))).toBe('plan_altered')
    expect(await permits()).toEqual([])
  })
})

describe('races for one plan:', () => {
  const RACES = 40
  const voterOf = async (id: string) => {
    const person = (await everyone(world.owner)).find((one) => one.id === id)
    if (person === undefined) throw new Error(`There is no ${id}`)
    return { person, session: tokenHash(`token-of-${id}`) }
  }

  it('a deny that is acknowledged before the permit is never overtaken by it', async () => {
    const voter = await voterOf('approver1')
    for (let race = 0; race < RACES; race++) {
      const target = named(race)
      const plan = await world.approve([denying(target)])
      const [denied, answer] = await Promise.all([
        castVote(world.owner, { plan: plan.hash, decision: 'deny', reason: null, ...voter }),
        ask(plan, target),
      ])
      const isGiven = codeOf(answer) === 'given'
      // Either the permit came first, or the deny did and nothing was permitted.
      if (denied.kind === 'counted' && isGiven) {
        const [permit] = (await permits()).filter((one) => one.plan === plan.hash)
        const vote = await world.owner
          .selectFrom('vote')
          .select('at')
          .where('plan', '=', plan.hash)
          .where('decision', '=', 'deny')
          .executeTakeFirstOrThrow()
        expect(permit?.opened_at.getTime()).toBeLessThanOrEqual(vote.at.getTime())
      }
      if (!isGiven) expect(codeOf(answer)).toBe('denied')
    }
  })

  it('two requests for its only step open one permit', async () => {
    for (let race = 0; race < RACES; race++) {
      const target = named(race)
      const plan = await world.approve([denying(target)])
      const answers = await Promise.all([ask(plan, target), ask(plan, target)])
      expect(answers.map(({ kind }) => kind)).toEqual(['given', 'given'])
    }
    expect(await permits()).toHaveLength(RACES)
  })

  it('the last vote and the loss of the role it needs end with a permit only when the voter still had it', async () => {
    const voter = await voterOf('approver2')
    for (let race = 0; race < RACES; race++) {
      const target = named(race)
      const plan = await world.propose([denying(target)])
      await world.vote(plan, 'approver1')
      await Promise.all([
        castVote(world.owner, { plan: plan.hash, decision: 'approve', reason: null, ...voter }),
        sql`update person set roles = '{viewer}' where id = 'approver2'`.execute(world.owner),
      ])
      expect(codeOf(await ask(plan, target))).not.toBe('given')
      await sql`update person set roles = '{approver}' where id = 'approver2'`.execute(world.owner)
    }
  })
})
