import { sql } from 'kysely'
import { errorKinds } from '#domain/errors'
import type { Decision, Person } from '#domain/votes'
import { endAttempt } from '#gate/closing'
import { decidePermit } from '#gate/permits'
import { clock } from '#store/database/clock'
import { connect } from '#store/database/database'
import { isRefusal } from '#store/database/refusal'
import { addPerson, addSession, personNamed, tokenHash } from '#store/people/people'
import { breakGlass, reviewGlass } from '#store/plans/break-glass'
import { openPlan } from '#store/plans/carrying-out'
import { expirePlan } from '#store/plans/plan-expiry'
import { liftFreeze, startFreeze } from '#store/policy/freezes'
import { castVote } from '#store/votes/votes'
import { demoPolicy } from '../../support/demo-policy.ts'
import {
  freshModel,
  type Model,
  type PlanModel,
  type PlanWish,
  type TargetState,
  type Voter,
} from './approval-model.ts'
import { setClock, takeClock } from './moved-clock.ts'
import { denying, seen, user } from './steps-made.ts'
import { dropDatabase, type GateWorld, openGateWorld } from './world.ts'

const MS_PER_MINUTE = 60_000
const people = Object.keys(freshModel().people) as readonly Voter[]

/** What people, the worker and intruders do to approvals: the real functions, each under the database role of its process. */
export type Approvals = Awaited<ReturnType<typeof openApprovals>>

const sessionOf = (person: Voter): string => tokenHash(`token-of-${person}`)

/** The code of what was refused. */
async function codeOr(answer: () => Promise<string>): Promise<string> {
  try {
    return await answer()
  } catch (error) {
    if (isRefusal(error) && error.refusal in errorKinds) return error.refusal
    throw error
  }
}

/** Budgets that a few plans use up. */
const narrow = demoPolicy
  .replace('automatic: { assets: 3, per: 10m }', 'automatic: { assets: 1, per: 1h }')
  .replace('approved: { assets: 100, per: 10m }', 'approved: { assets: 2, per: 1h }')

export async function openApprovals() {
  const world = await openGateWorld(narrow)
  const { owner, urlOf } = world
  await owner.transaction().execute(async (tx) => {
    await addPerson(tx, { id: 'approver3', name: 'Cleo', roles: ['approver'], groups: ['security'] })
    for (const person of people) await addSession(tx, { person, token: `token-of-${person}`, ms: MS_PER_MINUTE })
  })
  await sql`update session set expires_at = now() + interval '10 years'`.execute(owner)
  await takeClock(owner)
  const [api, worker] = [connect(urlOf('api'), 4), connect(urlOf('worker'), 2)]
  const voter = async (id: Voter): Promise<Person> => {
    const person = await personNamed(owner, id)
    if (person === undefined) throw new Error(`There is no ${id}`)
    return person
  }
  const asking = async (id: Voter) => ({ person: await voter(id), session: sessionOf(id), kind: 'person' as const })
  const changePerson = async (id: Voter, { isApprover, group }: Model['people'][Voter]): Promise<void> => {
    const roles = [isApprover ? 'approver' : 'viewer']
    await owner
      .updateTable('person')
      .set({ roles, groups: group === null ? [] : [group] })
      .where('id', '=', id)
      .execute()
  }
  return {
    async begin() {
      for (const table of ['permit', 'break_glass', 'freeze_order'] as const) await owner.deleteFrom(table).execute()
      for (const [id, person] of Object.entries(freshModel().people)) await changePerson(id as Voter, person)
      await setClock(owner, 0)
    },
    changePerson,
    tick: (minutes: number) => setClock(owner, minutes),
    propose: (wish: PlanWish) => proposeIn(world, wish),
    vote: (plan: string, id: Voter, decision: Decision) =>
      codeOr(async () => {
        const person = await voter(id)
        return (await castVote(api.db, { plan, person, decision, reason: null, session: sessionOf(id) })).kind
      }),
    breakGlass: (plan: string, id: Voter) =>
      codeOr(async () => {
        await breakGlass(api.db, { plan, person: await voter(id), reason: 'Nobody answers', session: sessionOf(id) })
        return 'decided'
      }),
    review: (plan: string, id: Voter) =>
      codeOr(async () => {
        await reviewGlass(api.db, { plan, person: await voter(id), review: 'It was right' })
        return 'reviewed'
      }),
    async freeze(account: string | null, id: Voter) {
      await startFreeze(api.db, { ...(await asking(id)), account, reason: 'Stop' })
      return 'frozen'
    },
    lift: (account: string | null, id: Voter) =>
      codeOr(async () => (await liftFreeze(api.db, { ...(await asking(id)), account })).kind),
    expire: async (plan: string): Promise<string> => (await expirePlan(worker.db, plan)).status,
    async forgeVote(plan: string, person: Voter, decision: Decision) {
      await owner
        .insertInto('vote')
        .values({ plan, person, decision, session: tokenHash('of nobody') })
        .execute()
    },
    async forgeGlass(plan: string, person: Voter, isForged: boolean) {
      const { incident } = world
      const session = isForged ? tokenHash('of nobody') : sessionOf(person)
      const review_by = sql<Date>`moved.clock_timestamp() + interval '1 day'`
      const row = { plan, incident, person, session, reason: 'Mine', review_by, remind_ms: MS_PER_MINUTE }
      await owner.insertInto('break_glass').values(row).execute()
      await owner
        .updateTable('plan')
        .set({ status: 'approved' })
        .where('hash', '=', plan)
        .where('status', '=', 'proposed')
        .execute()
    },
    async ask(plan: PlanModel, state: TargetState) {
      await openPlan(worker.db, plan.hash)
      const observed = await observedOf(world, plan, state)
      return textOf(await decidePermit(world.db, { plan: plan.hash, step: 0, observed }))
    },
    async end({ hash, permit }: PlanModel, older: number) {
      const { id } = await owner.selectFrom('permit').select('id').where('plan', '=', hash).executeTakeFirstOrThrow()
      const outcome = { kind: 'applied', calls: [], made: [] } as const
      const closing = await endAttempt(world.db, id, { attempt: (permit?.attempt ?? 0) - older, outcome })
      if (closing.kind === 'refused') return closing.code
      if (permit?.ended === null)
        await owner.updateTable('plan').set({ status: 'done' }).where('hash', '=', hash).execute()
      return closing.kind
    },
    record: (hashes: readonly string[]) => recordOf(world, hashes),
    async close() {
      await api.close()
      await worker.close()
      await world.close()
      await dropDatabase()
    },
  }
}

async function proposeIn(world: GateWorld, wish: PlanWish): Promise<string> {
  const made = Date.parse(await clock(world.db)) - wish.age * MS_PER_MINUTE
  const proposedAt = new Date(made).toISOString()
  const decideBy = new Date(made + wish.decideWithin * MS_PER_MINUTE).toISOString()
  const { hash } = await world.propose([denying(user(wish.target, wish.account))], {
    proposer: wish.proposer,
    quorum: { required: wish.required, groups: wish.groups },
    proposedAt,
    decideBy,
    runWithinMs: wish.runWithin * MS_PER_MINUTE,
  })
  return hash
}

async function observedOf({ db }: GateWorld, plan: PlanModel, state: TargetState) {
  const step = denying(user(plan.target, plan.account))
  if (state === 'before') return seen(step)
  if (state === 'strange') return seen(step, { ourPolicy: '{}' })
  const { bytes } = await db.selectFrom('plan').select('bytes').where('hash', '=', plan.hash).executeTakeFirstOrThrow()
  const [planned] = JSON.parse(bytes.toString('utf8')).steps
  return seen(step, { ourPolicy: planned.calls[0].change.after })
}

function textOf(answer: Awaited<ReturnType<typeof decidePermit>>): string {
  switch (answer.kind) {
    case 'given':
      return answer.permitted.attempt === 1 ? 'given' : 'given again'
    case 'refused':
      return answer.code
    case 'settled': {
      const { outcome } = answer
      return `ended: ${outcome.kind}${outcome.kind === 'refused' ? ` with ${outcome.code}` : ''}`
    }
  }
}

async function recordOf({ owner }: GateWorld, hashes: readonly string[]) {
  if (hashes.length === 0) return []
  const { rows } = await sql<{ readonly hash: string }>`
    select plan.hash, plan.status, (select count(*) from vote where vote.plan = plan.hash) as votes, permit.attempt,
           case when permit.id is not null then permit.closed_at is null end as "isOpen"
      from plan left join permit on permit.plan = plan.hash where plan.hash in (${sql.join(hashes)})`.execute(owner)
  return hashes.map((hash) => rows.find((row) => row.hash === hash))
}
