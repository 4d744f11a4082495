import { quorumFor } from '#domain/policy'
import { mayVote } from '#domain/votes'
import type { Database, Tx } from './database.ts'
import { record } from './events.ts'
import { accountFacts } from './gate-facts.ts'
import { lockIncident } from './incident-verbs.ts'
import { everyone } from './people.ts'
import { policyOf } from './policies.ts'
import { openTaskIn } from './tasks.ts'

export interface Preparation {
  readonly incident: string
  readonly episode: number
  /** What is missing in the account. */
  readonly missing: readonly string[]
}

/**
 * Tells what is missing for a response before it is needed: in the account, and of people who could approve a containment. What is missing
 * becomes a task. Once for each episode and answer.
 */
export const notePreparation = (db: Database, { incident, episode, missing }: Preparation): Promise<void> =>
  db.transaction().execute(async (tx) => {
    const all = [...missing, ...(await missingPeople(tx, incident))]
    if (all.length === 0) return
    const text = `Not prepared: ${all.join('; ')}`
    if (!(await openTaskIn(tx, { incident, episode, key: `prepare/${all.join(';')}`, text }))) return
    await record(tx, {
      stream: incident,
      type: 'incident.prepared',
      actor: { kind: 'cordon', id: 'worker' },
      text,
      refs: {},
      body: { missing: all, episode },
    })
  })

/** Whether a containment, which is a reversible change, could be approved at all. */
async function missingPeople(tx: Tx, incident: string): Promise<readonly string[]> {
  const { account, policy_digest } = await lockIncident(tx, incident)
  const policy = await policyOf(tx, policy_digest)
  // An account that is not registered counts as production.
  const environment = (await accountFacts(tx, account))?.environment ?? 'production'
  const { required } = quorumFor('R2', environment, policy)
  const approvers = (await everyone(tx)).filter((person) => mayVote(person, '')).length
  return approvers >= required ? [] : [`A containment needs ${required} approvers, and there are ${approvers}`]
}
