import type { Tier } from '#domain/catalogue/entry'
import type { ConfiguredChannel } from '#domain/channels'
import { ladderGaps } from '#domain/ladder-gaps'
import { placeOf } from '#domain/plan-ruling'
import { type Environment, type Policy, quorumFor, tiers } from '#domain/policy'
import { missingForQuorum } from '#domain/quorum-reach'
import type { Person } from '#domain/votes'
import { ladderOfIncident } from './called-ladder.ts'
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
  /** The channels that this installation has. */
  readonly configured: readonly ConfiguredChannel[]
}

/**
 * Tells what is missing for a response before it is needed: in the account, of people who could approve plans, and of the ladder. What is missing
 * becomes a task. Once for each episode and answer.
 */
export const notePreparation = (db: Database, preparation: Preparation): Promise<void> =>
  db.transaction().execute(async (tx) => {
    const { incident, episode, missing } = preparation
    const all = [...missing, ...(await missingPeople(tx, preparation))]
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

/** What of the people is missing: whether plans of each tier could be approved at all, and by people whom the ladder calls. */
async function missingPeople(tx: Tx, { incident, configured }: Preparation): Promise<readonly string[]> {
  const row = await lockIncident(tx, incident)
  const policy = await policyOf(tx, row.policy_digest)
  const ladder = await ladderOfIncident(tx, row)
  const people = await everyone(tx)
  const { environment } = placeOf(row.account, await accountFacts(tx, row.account))
  return [...missingVotes({ policy, ladder, environment }, people), ...ladderGaps(ladder, people, configured)]
}

interface Calling {
  readonly policy: Policy
  readonly ladder: Policy['ladder']
  readonly environment: Environment
}

/** Tiers that miss the same are told together. */
function missingVotes({ policy, ladder, environment }: Calling, people: readonly Person[]): readonly string[] {
  const called = ladder.flatMap((rung) => rung.people)
  // Without a ladder nobody is called, and whoever may vote has to come by themselves.
  const reached = new Set(called.length === 0 ? people.map(({ id }) => id) : called)
  const tiersMissing = new Map<string, Tier[]>()
  for (const tier of tiers) {
    const missing = missingForQuorum(
      { quorum: quorumFor(tier, environment, policy), proposer: '', people, votes: [] },
      { reached },
    )
    if (missing !== null) tiersMissing.set(missing, [...(tiersMissing.get(missing) ?? []), tier])
  }
  return [...tiersMissing].map(([missing, of]) => `For plans of tier ${of.join(' and ')} ${missing}`)
}
