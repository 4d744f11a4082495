import type { Tier } from '#domain/catalogue/entry'
import type { ConfiguredChannel } from '#domain/channels'
import { ladderGaps } from '#domain/ladder-gaps'
import { placeOf } from '#domain/plan-ruling'
import { type Environment, type Policy, quorumFor, tiers } from '#domain/policy'
import { missingForQuorum } from '#domain/quorum-reach'
import type { Origin, Person } from '#domain/votes'
import { originOf } from '#store/builds/runbook-authors'
import type { Database, Tx } from '#store/database/database'
import { record } from '#store/log/events'
import { ladderOfIncident } from '#store/paging/called-ladder'
import { everyone } from '#store/people/people'
import { accountFacts } from '#store/plans/gate-facts'
import { policyOf } from '#store/policy/policies'
import { lockIncident } from './incident-verbs.ts'
import { enterPhase } from './phases.ts'
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
 * becomes a task. Once for each episode and answer; triage begins with it.
 */
export const notePreparation = (db: Database, preparation: Preparation): Promise<void> =>
  db.transaction().execute(async (tx) => {
    const { incident, episode, missing } = preparation
    await tellMissing(tx, preparation, [...missing, ...(await missingPeople(tx, preparation))])
    await enterPhase(tx, { incident, episode, phase: 'triage' })
  })

async function tellMissing(tx: Tx, { incident, episode }: Preparation, missing: readonly string[]): Promise<void> {
  if (missing.length === 0) return
  const text = `Not prepared: ${missing.join('; ')}`
  if (!(await openTaskIn(tx, { incident, episode, key: `prepare/${missing.join(';')}`, text }))) return
  await record(tx, {
    stream: incident,
    type: 'incident.prepared',
    actor: { kind: 'cordon', id: 'worker' },
    text,
    refs: {},
    body: { missing, episode },
  })
}

interface Responding {
  readonly incident: string
  readonly runbook: string
}

/** The same when it is known which runbook responds: who wrote it has no vote on its plans, and the others may be too few. */
export async function noteAuthors(tx: Tx, { incident, runbook }: Responding): Promise<void> {
  const origin = await originOf(tx, { incident, proposer: `runbook/${runbook}` })
  if (origin.authors?.length === 0) return
  const row = await lockIncident(tx, incident)
  const calling = await callingIn(tx, row)
  const people = await everyone(tx)
  const usual = missingVotes(calling, people)
  const missing = missingVotes(calling, people, origin).filter((one) => !usual.includes(one))
  if (missing.length === 0) return
  const text = `Not prepared: who wrote runbook ${runbook} has no vote on its plans. ${missing.join('; ')}`
  await openTaskIn(tx, { incident, episode: row.episode, key: `prepare/${runbook}`, text })
}

/** What of the people is missing: whether plans of each tier could be approved at all, and by people whom the ladder calls. */
async function missingPeople(tx: Tx, { incident, configured }: Preparation): Promise<readonly string[]> {
  const row = await lockIncident(tx, incident)
  const calling = await callingIn(tx, row)
  const people = await everyone(tx)
  return [...missingVotes(calling, people), ...ladderGaps(calling.ladder, people, configured)]
}

async function callingIn(tx: Tx, row: Awaited<ReturnType<typeof lockIncident>>): Promise<Calling> {
  const { environment } = placeOf(row.account, await accountFacts(tx, row.account))
  return { policy: await policyOf(tx, row.policy_digest), ladder: await ladderOfIncident(tx, row), environment }
}

interface Calling {
  readonly policy: Policy
  readonly ladder: Policy['ladder']
  readonly environment: Environment
}

/** Tiers that miss the same are told together. */
function missingVotes(
  { policy, ladder, environment }: Calling,
  people: readonly Person[],
  origin: Origin = { proposer: '' },
): readonly string[] {
  const called = ladder.flatMap((rung) => rung.people)
  // Without a ladder nobody is called, and whoever may vote has to come by themselves.
  const reached = new Set(called.length === 0 ? people.map(({ id }) => id) : called)
  const tiersMissing = new Map<string, Tier[]>()
  for (const tier of tiers) {
    const missing = missingForQuorum(
      { quorum: quorumFor(tier, environment, policy), ...origin, people, votes: [] },
      { reached },
    )
    if (missing !== null) tiersMissing.set(missing, [...(tiersMissing.get(missing) ?? []), tier])
  }
  return [...tiersMissing].map(([missing, of]) => `For plans of tier ${of.join(' and ')} ${missing}`)
}
