import { sql } from 'kysely'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DENY_ALL } from '#domain/catalogue/deny-user'
import { REVOKE_OLDER_SESSIONS } from '#domain/catalogue/revoke-role-sessions'
import type { Observed } from '#domain/permit'
import type { StepOutcome } from '#domain/plan'
import { endAttempt } from '#gate/closing'
import { decidePermit, type Given } from '#gate/permits'
import { deactivating, denying, seen, user } from './steps-made.ts'
import { ACCOUNT, dropDatabase, type GateWorld, openGateWorld, type StepWish, type StoredPlan } from './world.ts'

let world: GateWorld
beforeEach(async () => {
  world = await openGateWorld()
})
afterEach(() => world.close())
afterAll(dropDatabase)

const ask = (plan: StoredPlan, step = 0, observed: Observed = seen(denying())) =>
  decidePermit(world.db, { plan: plan.hash, step, observed })

async function given(plan: StoredPlan, step = 0, observed: Observed = seen(denying())): Promise<Given> {
  const decision = await ask(plan, step, observed)
  if (decision.kind !== 'given') throw new Error(`Not given: ${JSON.stringify(decision)}`)
  return decision
}

const applied: StepOutcome = { kind: 'applied', calls: [], made: [] }
const end = ({ permitted }: Given, outcome: StepOutcome = applied) =>
  endAttempt(world.db, permitted.permit, { attempt: permitted.attempt, outcome })
const permits = () => world.owner.selectFrom('permit').selectAll().orderBy('opened_at').execute()
const freeze = () =>
  world.owner
    .insertInto('freeze_order')
    .values({ account: null, reason: 'Stop', started_by: 'admin', ends_at: sql<Date>`now() + interval '1 hour'` })
    .execute()
const denied = seen(denying(), { ourPolicy: DENY_ALL })

describe('an open permit', () => {
  it('is resumed by the next request, with a higher attempt and the same values', async () => {
    const role = { kind: 'iam-role', account: ACCOUNT, roleId: 'AROADEPLOY', name: 'shop-deploy' } as const
    const arn = `arn:aws:iam::${ACCOUNT}:role/shop-deploy`
    const wish: StepWish = { action: 'revokeRoleSessions', target: role, arn, before: { ourPolicy: null } }
    const plan = await world.approve([wish])
    const first = await given(plan, 0, seen(wish))
    const second = await given(plan, 0, seen(wish))
    expect(first.permitted).toMatchObject({ attempt: 1, permit: second.permitted.permit })
    expect(second.permitted).toMatchObject({ attempt: 2, values: first.permitted.values })
    const { issuedBefore = '' } = first.permitted.values
    expect(issuedBefore).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    expect(Math.abs(Date.parse(issuedBefore) - Date.now() - 30_000)).toBeLessThan(5_000)
    expect(first.permitted.calls[0]?.change.after).toBe(REVOKE_OLDER_SESSIONS.replace('{issuedBefore}', issuedBefore))
    expect((await world.events()).map(({ type }) => type).slice(-2)).toEqual(['permit.given', 'permit.resumed'])
  })

  it('leaves out the calls that a read-back shows as done', async () => {
    const before = { AKIAONE: 'Active', AKIATWO: 'Active' }
    const wish = deactivating(user(), before)
    const plan = await world.approve([wish])
    await given(plan, 0, seen(wish))
    const { permitted } = await given(plan, 0, seen(wish, { AKIAONE: 'Inactive', AKIATWO: 'Active' }))
    expect(permitted.calls.map(({ change }) => change.field)).toEqual(['AKIATWO'])
  })

  it('needs no clock, vote, budget or thaw once everything is done', async () => {
    const plan = await world.approve([denying()])
    await given(plan)
    await freeze()
    await sql`update vote set at = at - interval '1 day'`.execute(world.owner)
    await world.owner.updateTable('plan').set({ status: 'superseded' }).where('hash', '=', plan.hash).execute()
    expect(await ask(plan, 0, denied)).toMatchObject({ kind: 'given', permitted: { attempt: 2, calls: [] } })
  })

  it('waits through a freeze while something is outstanding, and goes on after it', async () => {
    const plan = await world.approve([denying()])
    await given(plan)
    await freeze()
    expect(await ask(plan)).toMatchObject({ kind: 'refused', code: 'frozen' })
    await world.owner.deleteFrom('freeze_order').execute()
    expect(await ask(plan)).toMatchObject({ kind: 'given', permitted: { attempt: 2 } })
  })

  it('ends, with what has changed until then, when what is outstanding may no longer be done', async () => {
    const wish = deactivating(user(), { AKIAONE: 'Active', AKIATWO: 'Active' })
    const plan = await world.approve([wish])
    await given(plan, 0, seen(wish))
    await sql`update session set created_at = now() - interval '2 hours'`.execute(world.owner)
    await sql`update vote set at = at - interval '16 minutes'`.execute(world.owner)
    const half = seen(wish, { AKIAONE: 'Inactive', AKIATWO: 'Active' })
    const answer = await ask(plan, 0, half)
    expect(answer).toMatchObject({
      kind: 'settled',
      outcome: { kind: 'refused', code: 'run_by_passed', calls: [{ change: { field: 'AKIAONE', after: 'Inactive' } }] },
    })
    expect(await ask(plan, 0, half)).toEqual(answer)
    expect((await world.events()).map(({ type }) => type).slice(-2)).toEqual(['permit.refused', 'permit.closed'])
  })

  it('ends as drifted when the target is neither as before nor as after', async () => {
    const plan = await world.approve([denying()])
    await given(plan)
    const answer = await ask(plan, 0, seen(denying(), { ourPolicy: '{}' }))
    expect(answer).toMatchObject({ kind: 'settled', outcome: { kind: 'drifted' } })
    expect(await permits()).toMatchObject([{ outcome: { kind: 'drifted' } }])
  })

  it('is given only so often, unless a read-back shows that everything is done', async () => {
    const plan = await world.approve([denying()])
    await given(plan)
    await world.owner.updateTable('permit').set({ attempt: 99 }).execute()
    expect((await given(plan)).permitted.attempt).toBe(100)
    expect((await given(plan, 0, denied)).permitted).toMatchObject({ attempt: 101, calls: [] })
    expect(await ask(plan)).toMatchObject({ kind: 'settled', outcome: { kind: 'refused', code: 'attempts_spent' } })
    expect(await permits()).toMatchObject([{ attempt: 101, closed_at: expect.any(Date) }])
  })

  it('is not resumed for other bytes than the approved ones, even when everything is done', async () => {
    const plan = await world.approve([denying()])
    await given(plan)
    const other = await world.propose([denying(user('somebody-else'))])
    await sql`update plan set bytes = (select bytes from plan where hash = ${other.hash}) where hash = ${plan.hash}`.execute(
      world.owner,
    )
    expect(await ask(plan, 0, denied)).toMatchObject({ kind: 'refused', code: 'plan_altered' })
    expect(await permits()).toMatchObject([{ outcome: null }])
  })
})

describe('an attempt', () => {
  it('closes its permit, and may say so twice', async () => {
    const plan = await world.approve([denying()])
    const first = await given(plan)
    expect(await end(first)).toEqual({ kind: 'closed' })
    expect(await end(first)).toEqual({ kind: 'closed' })
    expect((await world.events('permit.closed')).length).toBe(1)
  })

  it('is fenced off by a newer one', async () => {
    const plan = await world.approve([denying()])
    const first = await given(plan)
    const second = await given(plan)
    expect(await end(first)).toMatchObject({ kind: 'refused', code: 'attempt_fenced' })
    expect(await end(second)).toEqual({ kind: 'closed' })
    expect(await end(first)).toMatchObject({ kind: 'refused', code: 'attempt_fenced' })
  })

  it('settles its step: every later request gets that outcome and no permit', async () => {
    const plan = await world.approve([denying()])
    await end(await given(plan), { kind: 'failed', code: 'access_denied', reason: 'No' })
    const settled = { kind: 'settled', outcome: { kind: 'failed', code: 'access_denied', reason: 'No' } }
    expect(await ask(plan)).toEqual(settled)
    expect(await ask(plan, 0, denied)).toEqual(settled)
    expect(await permits()).toHaveLength(1)
  })

  it('opens the way for the next step only when it was applied', async () => {
    const plan = await world.approve([denying(), deactivating()])
    const second = () => ask(plan, 1, seen(deactivating()))
    expect(await second()).toMatchObject({ code: 'out_of_order' })
    const first = await given(plan)
    expect(await second()).toMatchObject({ code: 'out_of_order' })
    await end(first)
    expect(await second()).toMatchObject({ kind: 'given' })
  })

  it('is told of an unknown permit that there is none', async () => {
    const unknown = '00000000-0000-0000-0000-000000000000'
    expect(await endAttempt(world.db, unknown, { attempt: 1, outcome: applied })).toMatchObject({ code: 'not_found' })
  })
})

describe('requests at once', () => {
  it('for one step open one permit and number their attempts one after the other', async () => {
    const plan = await world.approve([denying()])
    const decisions = await Promise.all(Array.from({ length: 10 }, () => given(plan)))
    expect(decisions.map(({ permitted }) => permitted.attempt).toSorted((one, other) => one - other)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ])
    expect(await permits()).toHaveLength(1)
    const closings = await Promise.all(decisions.map((decision) => end(decision)))
    expect(closings.filter(({ kind }) => kind === 'closed')).toHaveLength(1)
  })

  it('for targets of one account never spend more than its budget', async () => {
    await world.close()
    world = await openGateWorld(`
budgets: { approved: { assets: 3, per: 10m } }
mode: { default: approve }
`)
    const names = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => `user-${letter}`)
    const plans = await Promise.all(names.map((name) => world.approve([denying(user(name))])))
    const decisions = await Promise.all(plans.map((plan, index) => ask(plan, 0, seen(denying(user(names[index]))))))
    const codes = decisions.map((decision) => (decision.kind === 'refused' ? decision.code : decision.kind))
    expect(codes.toSorted()).toEqual([...Array<string>(3).fill('budget_spent'), ...Array<string>(3).fill('given')])
  })
})

describe('the budget', () => {
  it('counts targets, not steps, and only those of its window', async () => {
    await world.close()
    world = await openGateWorld('budgets: { approved: { assets: 1, per: 10m } }\nmode: { default: approve }\n')
    const plan = await world.approve([denying(), deactivating()])
    await end(await given(plan))
    expect(await ask(plan, 1, seen(deactivating()))).toMatchObject({ kind: 'given' })
    const other = await world.approve([denying(user('other'))])
    const askOther = () => ask(other, 0, seen(denying(user('other'))))
    expect(await askOther()).toMatchObject({ kind: 'refused', code: 'budget_spent' })
    await sql`update permit set opened_at = opened_at - interval '11 minutes'`.execute(world.owner)
    expect(await askOther()).toMatchObject({ kind: 'given' })
  })
})

describe('the mode of an account', () => {
  it('is observed when somebody registered it, until it is connected and policy names it', async () => {
    const refusal = { kind: 'refused', code: 'not_permitted' }
    const plan = await world.approve([denying()])
    const register = (connected_at: Date | null) =>
      world.owner
        .updateTable('account')
        .set({ registered_by: 'admin', connected_at })
        .where('id', '=', ACCOUNT)
        .execute()
    await register(null)
    expect(await ask(plan)).toMatchObject(refusal)
    await register(new Date())
    // The demo policy permits changes by its default only.
    expect(await ask(plan)).toMatchObject(refusal)
    await world.owner.updateTable('account').set({ registered_by: null }).execute()
    await given(plan)
  })

  it('stops everything while it only observes', async () => {
    await world.close()
    world = await openGateWorld(`mode: { default: approve, accounts: { "${ACCOUNT}": observe } }\n`)
    const plan = await world.approve([denying()])
    expect(await ask(plan)).toMatchObject({ kind: 'refused', code: 'not_permitted' })
  })
})

describe('an undo', () => {
  it('may put back what the gate recorded as done, and nothing else', async () => {
    const plan = await world.approve([denying()])
    const first = await given(plan)
    const done = first.permitted.calls
    await end(first, { kind: 'applied', calls: done, made: [] })
    await world.owner.updateTable('plan').set({ status: 'done' }).where('hash', '=', plan.hash).execute()
    const undo = { ...denying(), before: { ourPolicy: DENY_ALL }, undoing: done }
    const release = { purpose: 'undo', undoes: { plan: plan.hash, release: 'false-positive' } } as const
    const good = await world.approve([undo], release)
    expect(await ask(good, 0, denied)).toMatchObject({
      kind: 'given',
      permitted: { calls: [{ operation: 'iam:DeleteUserPolicy', change: { before: DENY_ALL, after: null } }] },
    })
    const invented = done.map((call) => ({ ...call, change: { ...call.change, before: '{"other":"policy"}' } }))
    const bad = await world.approve([{ ...undo, undoing: invented }], release)
    expect(await ask(bad, 0, denied)).toMatchObject({ kind: 'refused', code: 'catalogue_changed' })
  })
})
