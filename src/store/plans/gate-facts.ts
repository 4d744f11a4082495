import { type Selectable, sql } from 'kysely'
import { type Standing, standingOf } from '#domain/account-standing'
import type { Unattested } from '#domain/attested'
import type { BrokenGlass } from '#domain/break-glass'
import type { Delegation } from '#domain/delegation'
import type { StepOutcome } from '#domain/plan'
import type { Environment } from '#domain/policy'
import type { Target } from '#domain/targets'
import type { Person, Vote } from '#domain/votes'
import type { WriteBackFacts } from '#domain/write-back'
import { runbookAuthors } from '#store/builds/runbook-authors'
import { clock } from '#store/database/clock'
import type { Database, Tx } from '#store/database/database'
import type { Plan as PlanTable } from '#store/database/schema.generated'
import { unattestedOf } from '#store/findings/attesting'
import { isOnlySample } from '#store/findings/samples'
import { severityOf } from '#store/incidents/incident-severity'
import { inLiveSignIn } from '#store/people/live-sign-in'
import { everyone } from '#store/people/people'
import { delegationsOn } from '#store/people/standing-in'
import { areChangesSigned } from '#store/policy/change-signing'
import type { ChangeRow } from '#store/policy/change-statement'
import { witnessedChangeVotes } from '#store/policy/change-votes'
import { noAuthority, type PolicyAuthority, policyAuthority } from '#store/policy/policy-authority'
import { type WitnessedRow, type WitnessedVote, witnessed } from '#store/votes/witnessed-vote'
import { type BreakerFacts, breakerFacts } from './breakers.ts'
import { standingFor } from './replaced-plans.ts'
import { type Counted, otherTargets, type SpentTargets, spentTargets } from './spent-targets.ts'
import { writeBackFacts } from './write-back-facts.ts'

/** A plan’s row as it stands; its bytes are not believed yet. */
export type PlanRow = Selectable<PlanTable>

export const planRow = (tx: Tx, hash: string): Promise<PlanRow | undefined> =>
  tx.selectFrom('plan').selectAll().where('hash', '=', hash).executeTakeFirst()

/** Undefined when there is no such plan. */
export async function incidentOfPlan(db: Database, hash: string): Promise<string | undefined> {
  const row = await db.selectFrom('plan').select('incident').where('hash', '=', hash).executeTakeFirst()
  return row?.incident
}

export interface AccountFacts {
  readonly environment: Environment
  /** The path of its organizational unit. */
  readonly unit: string | null
  readonly partition: string
  readonly regions: readonly string[]
  /** What the account’s roles ask for; null behind an emulator that asks for nothing. */
  readonly externalId: string | null
  readonly standing: Standing
}

/** A plan that a plan undoes, and how each of its steps ended by the gate’s own record. */
export interface UndoneFacts {
  readonly hash: string
  readonly bytes: Buffer
  readonly outcomes: ReadonlyMap<number, StepOutcome>
}

/** A change as the gate finds it: nothing of it is believed before its digest and votes were looked at. */
export interface StandingFacts {
  readonly row: ChangeRow
  /** Those on the digest of the row. */
  readonly votes: readonly WitnessedVote[]
  /** Whether approvals of it must be signed. */
  readonly isSigned: boolean
  /** Other targets under it by when they last got a permit. */
  readonly otherTargets: readonly string[]
}

/** What the gate reads for itself. Nothing here is what somebody says about a plan; all of it is the record. */
export interface GateFacts extends SpentTargets {
  /** The database’s clock. */
  readonly now: string
  readonly freeze: { readonly account: string | null; readonly reason: string } | null
  /** The policy that is frozen for the incident, or null when there is none. */
  readonly policy: { readonly digest: string; readonly body: unknown } | null
  /** By what that policy came into force. */
  readonly authority: PolicyAuthority
  readonly isBuildKnown: boolean
  readonly account: AccountFacts | null
  /** Of the incident, 0 to 10. */
  readonly severity: number
  /** Whether the incident has no finding but samples, and is no drill’s. */
  readonly isOnlySample: boolean
  /** What of the incident’s findings their producer did not confirm. */
  readonly unattested: Unattested | null
  /** The newest of the account; null when there never was one. */
  readonly breaker: BreakerFacts | null
  /** Of the findings that the step writes about; none of any other. */
  readonly writeBack: WriteBackFacts
  readonly people: readonly Person[]
  /** Addresses of who changed the plan’s runbook last, by the build that is frozen for the incident. */
  readonly authors: readonly string[]
  readonly votes: readonly WitnessedVote[]
  /** Who stood for whom when they voted. */
  readonly delegations: readonly Delegation[]
  /** Whoever decided to carry the plan out alone, by a sign-in that was theirs at that moment. */
  readonly glass: BrokenGlass | null
  /** The hash of another plan that is changing the target. */
  readonly lockedBy: string | null
  /** The standing approval that the plan names, when there is such a change. */
  readonly standing: StandingFacts | null
  /** Whether the target itself was counted already. */
  readonly isTargetCounted: boolean
  /** Steps of the plan whose permit is closed as applied. */
  readonly appliedSteps: readonly number[]
  /** The plan that is undone and those that it replaced, oldest first. */
  readonly undone: readonly UndoneFacts[]
  /** The plan that nobody decided, and every vote on it, when there is such a plan. */
  readonly undecided: { readonly row: PlanRow; readonly votes: readonly Vote[] } | null
}

export interface FactsWanted extends Counted {
  readonly hash: string
  readonly incident: string
  readonly proposer: string
  readonly buildId: string
  readonly target: Target
  readonly standingApproval: string | undefined
  readonly undoes: string | undefined
  readonly undecided: string | undefined
}

/** Reads every fact in the transaction that decides. */
export async function readFacts(tx: Tx, wanted: FactsWanted): Promise<GateFacts> {
  const policy = await frozenPolicy(tx, wanted.incident)
  return {
    now: await clock(tx),
    freeze: await freezeOver(tx, wanted.account),
    policy,
    authority: policy === null ? noAuthority : await policyAuthority(tx, policy.digest),
    isBuildKnown: await isBuildKnown(tx, wanted.buildId),
    account: await accountFacts(tx, wanted.account),
    severity: await severityOf(tx, wanted.incident),
    isOnlySample: await isOnlySample(tx, wanted.incident),
    unattested: await unattestedOf(tx, wanted.incident),
    breaker: await breakerFacts(tx, wanted.account),
    writeBack: await writeBackFacts(tx, wanted),
    people: await everyone(tx),
    authors: await runbookAuthors(tx, wanted),
    votes: await witnessedVotes(tx, wanted.hash),
    delegations: await delegationsOn(tx, wanted.hash),
    glass: await brokenGlass(tx, wanted.hash),
    lockedBy: await otherPlanOn(tx, wanted),
    ...(await spentTargets(tx, wanted, policy)),
    standing: wanted.standingApproval === undefined ? null : await standingFacts(tx, wanted, wanted.standingApproval),
    isTargetCounted: await isTargetCounted(tx, wanted),
    appliedSteps: await appliedSteps(tx, wanted.hash),
    undone: wanted.undoes === undefined ? [] : await undoneFacts(tx, wanted.undoes),
    undecided: wanted.undecided === undefined ? null : await undecidedFacts(tx, wanted.undecided),
  }
}

async function freezeOver(tx: Tx, account: string): Promise<GateFacts['freeze']> {
  const row = await tx
    .selectFrom('freeze_order')
    .select(['account', 'reason'])
    .where('lifted_at', 'is', null)
    .where('ends_at', '>', sql<Date>`clock_timestamp()`)
    .where((where) => where.or([where('account', 'is', null), where('account', '=', account)]))
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}

async function frozenPolicy(tx: Tx, incident: string): Promise<GateFacts['policy']> {
  const row = await tx
    .selectFrom('incident')
    .innerJoin('policy', 'policy.digest', 'incident.policy_digest')
    .select(['policy.digest', 'policy.body'])
    .where('incident.id', '=', incident)
    .executeTakeFirst()
  return row ?? null
}

const isBuildKnown = async (tx: Tx, build: string): Promise<boolean> =>
  (await tx.selectFrom('build').select('id').where('id', '=', build).executeTakeFirst()) !== undefined

export async function accountFacts(tx: Database | Tx, id: string): Promise<AccountFacts | null> {
  const row = await tx
    .selectFrom('account')
    .select(['environment', 'partition', 'regions', 'external_id as externalId', 'organizational_unit as unit'])
    .select(['registered_by as registeredBy', 'connected_at as connectedAt'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined) return null
  const { partition, regions, externalId, unit } = row
  // The column’s check constraint has the two environments.
  const environment = row.environment as Environment
  return { environment, unit, partition, regions, externalId, standing: standingOf(row) }
}

async function witnessedVotes(tx: Tx, plan: string): Promise<readonly WitnessedVote[]> {
  const { rows } = await sql<WitnessedRow>`
    select vote.person, decision, at, assertion, public_key,
           ${inLiveSignIn({ person: 'vote.person', session: 'vote.session', at: 'vote.at' })} as genuine
      from vote left join passkey on passkey.id = vote.assertion #>> '{assertion,id}' and passkey.person = vote.person
           and passkey.confirmed_at <= vote.at and passkey.confirmed_by <> passkey.person and passkey.revoked_at is null
     where plan = ${plan} order by at, vote.id`.execute(tx)
  return rows.map(witnessed)
}

async function brokenGlass(tx: Tx, plan: string): Promise<BrokenGlass | null> {
  const { rows } = await sql<{ person: string; at: Date }>`
    select person, at from break_glass as glass
     where plan = ${plan} and ${inLiveSignIn({ person: 'glass.person', session: 'glass.session', at: 'glass.at' })}`.execute(
    tx,
  )
  const [row] = rows
  return row === undefined ? null : { person: row.person, at: row.at.toISOString() }
}

// By permits, which only the gate writes; whether that plan still runs is the worker’s word.
async function otherPlanOn(tx: Tx, { hash, targetKey }: FactsWanted): Promise<string | null> {
  const row = await tx
    .selectFrom('permit')
    .innerJoin('plan', 'plan.hash', 'permit.plan')
    .select('permit.plan')
    .where('permit.target_key', '=', targetKey)
    .where('permit.plan', '<>', hash)
    .where('plan.status', 'in', ['approved', 'executing'])
    .limit(1)
    .executeTakeFirst()
  return row?.plan ?? null
}

async function standingFacts(tx: Tx, wanted: FactsWanted, change: string): Promise<StandingFacts | null> {
  const row = await tx.selectFrom('change').selectAll().where('id', '=', change).executeTakeFirst()
  if (row === undefined) return null
  return {
    row,
    votes: await witnessedChangeVotes(tx, row),
    isSigned: await areChangesSigned(tx),
    otherTargets: await otherTargets(tx, wanted, sql`standing_approval = ${change}`),
  }
}

async function isTargetCounted(tx: Tx, { hash, targetKey }: FactsWanted): Promise<boolean> {
  const row = await tx
    .selectFrom('permit')
    .select('id')
    .where('plan', '=', hash)
    .where('target_key', '=', targetKey)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

async function appliedSteps(tx: Tx, plan: string): Promise<readonly number[]> {
  const outcomes = await outcomesOf(tx, plan)
  return [...outcomes].filter(([, { kind }]) => kind === 'applied').map(([step]) => step)
}

async function outcomesOf(tx: Tx, plan: string): Promise<ReadonlyMap<number, StepOutcome>> {
  const rows = await tx
    .selectFrom('permit')
    .select(['step', 'outcome'])
    .where('plan', '=', plan)
    .where('closed_at', 'is not', null)
    .execute()
  // Outcomes are written by `closePermit` only.
  return new Map(rows.map(({ step, outcome }) => [step, outcome as unknown as StepOutcome]))
}

async function undecidedFacts(tx: Tx, hash: string): Promise<GateFacts['undecided']> {
  const row = await planRow(tx, hash)
  return row === undefined ? null : { row, votes: await witnessedVotes(tx, hash) }
}

async function undoneFacts(tx: Tx, hash: string): Promise<readonly UndoneFacts[]> {
  const rows = await tx
    .selectFrom('plan')
    .select(['hash', 'bytes'])
    .where('hash', 'in', standingFor(hash))
    .orderBy('revision')
    .execute()
  const facts: UndoneFacts[] = []
  for (const row of rows) facts.push({ ...row, outcomes: await outcomesOf(tx, row.hash) })
  return facts
}
