import { sql } from 'kysely'
import { shortHash } from '#domain/ids'
import { missingForQuorum } from '#domain/quorum-reach'
import { originOf } from '#store/builds/runbook-authors'
import { clock } from '#store/database/clock'
import type { Database, Tx } from '#store/database/database'
import { openTaskIn } from '#store/incidents/tasks'
import { record } from '#store/log/events'
import { everyone } from '#store/people/people'
import { delegatesNow, delegationsForCalls } from '#store/people/standing-in'
import { planFromBytes } from '#store/plans/plan-bytes'
import { policyOf } from '#store/policy/policies'
import { isPasskeyAsked } from '#store/votes/passkey-asked'
import { votesOn } from '#store/votes/voting'

/** One call of one level. */
export interface CalledLevel {
  readonly incident: string
  readonly key: string
  /** Its number in the policy. */
  readonly level: number
  readonly plan: string | null
}

/**
 * Whether the people who can know of the call are enough: somebody of the level and, while a plan waits for votes, a quorum of all who were paged
 * about it. Pages on their way count as arrived. When the levels above cannot help either, a responder gets the task of finding approvers.
 */
export async function isEnough(tx: Tx, level: CalledLevel): Promise<boolean> {
  const heard = await heardBy(tx, level)
  const missing = level.plan === null ? null : await missingVotes(tx, level, level.plan)
  return heard.length > 0 && missing === null
}

/** The same for every call that pages were about, once their deliveries have ended. */
export const isEnoughNow = (db: Database, pages: readonly string[]): Promise<boolean> =>
  db.transaction().execute(async (tx) => {
    const levels = await tx
      .selectFrom('page')
      .select(['incident', 'key', 'level', 'plan'])
      .distinct()
      // Also of no pages, of which a list in SQL cannot be.
      .where(sql<boolean>`id = any(${pages})`)
      .execute()
    let isSo = true
    for (const level of levels) isSo = (await isEnough(tx, level)) && isSo
    return isSo
  })

const heardBy = (tx: Tx, { incident, key }: CalledLevel) =>
  tx
    .selectFrom('page')
    .select('person')
    .where('incident', '=', incident)
    .where('key', '=', key)
    .where('status', '<>', 'unheard')
    .execute()

async function missingVotes(tx: Tx, level: CalledLevel, hash: string): Promise<string | null> {
  const plan = await tx
    .selectFrom('plan')
    .select(['bytes', 'incident', 'proposer', 'status', 'episode'])
    .where('hash', '=', hash)
    .executeTakeFirst()
  if (plan?.status !== 'proposed') return null
  const { quorum } = planFromBytes(plan.bytes)
  const asksPasskey = await isPasskeyAsked(tx, planFromBytes(plan.bytes))
  const ballot = {
    quorum,
    ...(await originOf(tx, plan)),
    people: await everyone(tx),
    votes: await votesOn(tx, hash),
    delegations: await delegationsForCalls(tx, { plan: hash, asksPasskey }),
  }
  const now = await clock(tx)
  const reached = await reachedAbout(tx, hash)
  const missing = missingForQuorum(ballot, { reached: new Set(reached), now })
  if (missing === null) return null
  const others = new Set([...reached, ...(await peopleAbove(tx, level))])
  const hopeless = missingForQuorum(ballot, { reached: others, now })
  if (hopeless !== null) await tellUnreachable(tx, { ...level, plan: hash, episode: plan.episode, missing: hopeless })
  return missing
}

async function reachedAbout(tx: Tx, plan: string): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('page')
    .select('person')
    .where('plan', '=', plan)
    .where('status', '<>', 'unheard')
    .execute()
  return rows.map(({ person }) => person)
}

async function peopleAbove(tx: Tx, { incident, level }: CalledLevel): Promise<readonly string[]> {
  const { policy_digest } = await tx
    .selectFrom('incident')
    .select('policy_digest')
    .where('id', '=', incident)
    .executeTakeFirstOrThrow()
  const { ladder } = await policyOf(tx, policy_digest)
  const delegates = await delegatesNow(tx)
  const above = ladder.slice(ladder.findIndex((rung) => rung.level === level) + 1).flatMap(({ people }) => people)
  return above.map((person) => delegates.get(person) ?? person)
}

interface Unreachable {
  readonly incident: string
  readonly plan: string
  readonly episode: number
  readonly missing: string
}

async function tellUnreachable(tx: Tx, { incident, plan, episode, missing }: Unreachable): Promise<void> {
  const text = `The ladder cannot bring enough votes for plan ${shortHash(plan)}: ${missing}. Find approvers, or deny it`
  if (!(await openTaskIn(tx, { incident, episode, key: `reach/${plan}`, text }))) return
  await record(tx, {
    stream: incident,
    type: 'plan.unreachable',
    actor: { kind: 'cordon', id: 'worker' },
    text,
    refs: { plan },
    body: { missing },
  })
}
