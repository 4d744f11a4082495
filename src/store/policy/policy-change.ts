import { sql } from 'kysely'
import { differences } from '#domain/change'
import type { Actor } from '#domain/events'
import type { Json, JsonObject } from '#domain/json'
import type { Policy } from '#domain/policy'
import { type Gap, reachGaps, withoutReserve } from '#domain/policy-reach'
import type { Database, Tx } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { record } from '#store/log/events'
import { everyone } from '#store/people/people'
import type { KindOfChange } from './change-kinds.ts'
import { newestVersion, policyInForce, policyOf } from './policies.ts'
import { applyPolicy, completed, policyDigest } from './policy-apply.ts'
import { readPolicyFile } from './policy-file.ts'

/** The body of a change to the policy: its YAML, and the digest that it has, which the gate compares. Throws `unprocessable` with every problem. */
export const policyBody = async (db: Database | Tx, source: string): Promise<JsonObject> => ({
  source,
  policy: policyDigest(await policyIn(db, { source })),
})

/** A new policy. */
export const policyChange: KindOfChange = {
  isEndedByOne: false,

  async require(tx, body) {
    const policy = await policyIn(tx, body)
    const current = await newestVersion(tx)
    if (current?.source === sourceIn(body))
      throw refusal(
        'conflict',
        `Exactly this policy is in force, as version ${current.version}: there is nothing to change`,
      )
    await requireReach(tx, policy)
  },

  async begin(tx, { id, body }, actor) {
    // People may have come, gone or changed their groups since.
    const policy = await policyIn(tx, body)
    if (policyDigest(policy) !== body['policy'])
      throw refusal('conflict', 'The policy means something else now than when it was proposed: propose it anew')
    await requireReach(tx, policy)
    await applyPolicy(tx, sourceIn(body), { actor, change: id })
    await endOthers(tx, actor)
  },

  async review(db, body) {
    const policy = await policyIn(db, body)
    const inForce = await policyInForce(db)
    const before = inForce === undefined ? {} : ((await policyOf(db, inForce)) as unknown as Json)
    const people = await everyone(db)
    return {
      differences: differences(before, policy as unknown as Json),
      concerns: withoutReserve(policy, people).map(textOf),
    }
  },
}

const sourceIn = ({ source }: JsonObject): string => (typeof source === 'string' ? source : '')

async function policyIn(db: Database | Tx, body: JsonObject): Promise<Policy> {
  const read = readPolicyFile(sourceIn(body))
  if (read.kind === 'policy') return completed(db, read.policy)
  const all = read.problems.map(({ line, message }) => `line ${line}: ${message}`)
  throw refusal('unprocessable', `The policy cannot be used: ${all.join('; ')}`)
}

/** A policy under which nothing could ever be approved again, also not the next policy, cannot come into force. */
async function requireReach(tx: Tx, policy: Policy): Promise<void> {
  const gaps = reachGaps(policy, await everyone(tx))
  if (gaps.length > 0)
    throw refusal('unprocessable', `The policy asks for people who are not there: ${gaps.map(textOf).join('; ')}`)
}

const textOf = ({ path, missing }: Gap): string => `${path}: ${missing}`

/** What was proposed on top of the former policy was never held against this one. */
async function endOthers(tx: Tx, actor: Actor): Promise<void> {
  const others = await tx
    .updateTable('change')
    .set({
      status: 'withdrawn',
      status_reason: 'another policy came into force: propose it on top of that',
      closed_at: sql<Date>`clock_timestamp()`,
    })
    .where('kind', '=', 'policy')
    .where('status', '=', 'proposed')
    .returning(['id', 'digest', 'kind'])
    .execute()
  for (const { id, digest, kind } of others)
    await record(tx, {
      stream: 'system',
      type: 'change.withdrawn',
      actor,
      text: `Change ${id} is withdrawn: another policy came into force`,
      refs: { change: id },
      body: { kind, digest },
    })
}
