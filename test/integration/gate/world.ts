import { sql } from 'kysely'
import { canonicalBytes } from '#audit/canonical'
import { catalogueDigest } from '#audit/catalogue-digest'
import { digestOf } from '#audit/digest'
import { entryOf } from '#domain/catalogue/erased'
import type { ActionName } from '#domain/catalogue/index'
import { declaredCalls, declaredMembers } from '#domain/declared'
import { type Plan, type PlannedStep, planAsJson } from '#domain/plan'
import type { DeclaredCall, State } from '#domain/state'
import { type Target, targetKey } from '#domain/targets'
import type { Decision } from '#domain/votes'
import type { Identities } from '#simulator/seed/identities'
import { connect, type Database } from '#store/database/database'
import { type DemoPerson, seedDemo } from '#store/demo'
import { everyone, tokenHash } from '#store/people/people'
import { lockAccount } from '#store/plans/permits'
import { castVote } from '#store/votes/votes'
import { demoPolicy } from '../../support/demo-policy.ts'
import { freshDatabase } from '../../support/postgres.ts'

export const ACCOUNT = '111122223333'
export const STAGING = '777788889999'
export const REGION = 'eu-central-1'
export const BUILD = 'build-1'

const people = ['responder', 'approver1', 'approver2', 'auditor', 'admin', 'intake'] as const

const demo = {
  tokens: Object.fromEntries(people.map((person) => [person, `token-of-${person}`])) as Record<DemoPerson, string>,
  accounts: [
    { id: ACCOUNT, name: 'shop-production', environment: 'production', regions: [REGION, 'us-east-1'] },
    { id: STAGING, name: 'shop-staging', environment: 'nonproduction', regions: [REGION] },
  ],
} as const

/** What a test says of a step; the rest is as the catalogue makes it. */
export interface StepWish {
  readonly action: ActionName
  readonly target: Target
  readonly arn: string
  readonly before: State
  /** The calls to put back; makes the step an undo. */
  readonly undoing?: readonly DeclaredCall[]
}

export interface StoredPlan {
  readonly hash: string
  readonly plan: Plan
}

export interface GateWorld {
  readonly incident: string
  /** As the gate’s database role. */
  readonly db: Database
  /** As the owner, for what other processes, or an intruder, would write. */
  readonly owner: Database
  readonly urlOf: (role: 'api' | 'worker' | 'gate' | 'executor') => string
  readonly propose: (steps: readonly StepWish[], changed?: Partial<Plan>) => Promise<StoredPlan>
  readonly vote: (plan: Pick<StoredPlan, 'hash'>, person: DemoPerson, decision?: Decision) => Promise<void>
  /** With the votes of both approvers. */
  readonly approve: (steps: readonly StepWish[], changed?: Partial<Plan>) => Promise<StoredPlan>
  /** Tells the record what the roles of simulated accounts ask for. */
  readonly know: (accounts: Identities['accounts']) => Promise<void>
  readonly events: (type?: string) => Promise<readonly Told[]>
  readonly close: () => Promise<void>
}

export interface Told {
  readonly type: string
  readonly text: string
  readonly refs: Readonly<Record<string, string>>
  readonly body?: Readonly<Record<string, unknown>>
}

let ofFile: ReturnType<typeof freshDatabase> | undefined

/** Drops the database that the worlds of this file had one after the other. */
export async function dropDatabase(): Promise<void> {
  const database = await ofFile
  // The next file of the same process makes its own.
  ofFile = undefined
  await database?.drop()
}

/**
 * An emptied database with the demo’s people and policy, one build, one incident; plans and votes are stored as the worker and api store
 * them. One world at a time in a file.
 */
export async function openGateWorld(policySource = demoPolicy): Promise<GateWorld> {
  ofFile ??= freshDatabase()
  const database = await ofFile
  await emptied(database.ownerUrl)
  await seedDemo(database.ownerUrl, { ...demo, policySource })
  const owner = connect(database.ownerUrl, 4)
  const gate = connect(database.urlOf('gate'), 12)
  const incident = 'inc-0123456789ab'
  const policyDigest = await seedIncident(owner.db, incident)
  let proposed = 0
  const propose: GateWorld['propose'] = async (steps, changed = {}) => {
    proposed += 1
    const plan = planOf({ incident, policyDigest, verbKey: `verb-${proposed}`, steps }, changed)
    return storePlan(owner.db, plan)
  }
  const vote: GateWorld['vote'] = async (plan, person, decision = 'approve') => {
    const voter = (await everyone(owner.db)).find(({ id }) => id === person)
    if (voter === undefined) throw new Error(`There is no ${person}`)
    const session = tokenHash(demo.tokens[person])
    await castVote(owner.db, { plan: plan.hash, person: voter, decision, reason: null, session })
  }
  return {
    incident,
    db: gate.db,
    owner: owner.db,
    urlOf: database.urlOf,
    propose,
    vote,
    approve: async (steps, changed) => {
      const plan = await propose(steps, changed)
      await vote(plan, 'approver1')
      await vote(plan, 'approver2')
      return plan
    },
    async know(accounts) {
      for (const { id, externalId } of accounts)
        await owner.db.updateTable('account').set({ external_id: externalId }).where('id', '=', id).execute()
    },
    events: (type) => eventsOf(owner.db, type),
    close: async () => {
      await gate.close()
      await owner.close()
    },
  }
}

async function emptied(ownerUrl: string): Promise<void> {
  const { db, close } = connect(ownerUrl, 1)
  try {
    const tables = (await db.introspection.getTables()).map(({ name }) => sql.table(name))
    await sql`truncate ${sql.join(tables)} restart identity cascade`.execute(db)
  } finally {
    await close()
  }
}

async function seedIncident(db: Database, id: string): Promise<string> {
  await db.insertInto('build').values({ id: BUILD, catalogue_digest: catalogueDigest(), manifest: '{}' }).execute()
  const { digest } = await db.selectFrom('policy').select('digest').executeTakeFirstOrThrow()
  await db
    .insertInto('incident')
    .values({
      id,
      correlation_key: id,
      title: 'A key is stolen',
      severity_milli: 8000,
      account: ACCOUNT,
      region: REGION,
      build: BUILD,
      policy_digest: digest,
    })
    .execute()
  return digest
}

interface PlanParts {
  readonly incident: string
  readonly policyDigest: string
  readonly verbKey: string
  readonly steps: readonly StepWish[]
}

function planOf({ incident, policyDigest, verbKey, steps }: PlanParts, changed: Partial<Plan>): Plan {
  return {
    schema: 1,
    incident,
    episode: 1,
    verbKey,
    revision: 0,
    purpose: 'contain',
    reason: 'Stop the user',
    proposer: 'runbook/compromised-user-credentials',
    tier: 'R2',
    quorum: { required: 2, groups: 1 },
    policyDigest,
    buildId: BUILD,
    catalogueDigest: catalogueDigest(),
    proposedAt: new Date().toISOString(),
    decideBy: new Date(Date.now() + 1_800_000).toISOString(),
    runWithinMs: 900_000,
    verifyAfterMs: [0],
    watchMs: 0,
    steps: steps.map(stepOf),
    blastRadius: [],
    ...changed,
  }
}

function stepOf({ action, target, arn, before, undoing }: StepWish, index: number): PlannedStep {
  const place = { arn, partition: 'aws', region: REGION }
  const terms = { untracks: target.account === STAGING, captures: true }
  const direction = undoing === undefined ? 'apply' : 'revert'
  const calls = declaredCalls({ action, target, before, terms }, place, undoing)
  const members = declaredMembers({ action, target, direction }, place)
  return {
    index,
    action,
    direction,
    target,
    region: REGION,
    before,
    calls,
    ...(members === undefined ? {} : { members }),
    reversible: entryOf(action).reversible,
    text: entryOf(action).title,
    residual: [],
  }
}

export async function storePlan(db: Database, plan: Plan): Promise<StoredPlan> {
  const { hash } = await storeBytes(db, plan)
  for (const { index, target } of plan.steps)
    await db
      .insertInto('plan_step')
      .values({ plan: hash, index, target_key: targetKey(target), account: target.account })
      .execute()
  return { hash, plan }
}

/** The plan’s row alone, whatever the plan is. */
export async function storeBytes(db: Database, plan: Plan): Promise<StoredPlan> {
  const hash = digestOf('plan', planAsJson(plan))
  await db
    .insertInto('plan')
    .values({
      hash,
      bytes: Buffer.from(canonicalBytes(planAsJson(plan))),
      incident: plan.incident,
      episode: plan.episode,
      verb_key: plan.verbKey,
      revision: plan.revision,
      purpose: plan.purpose,
      tier: plan.tier,
      proposer: plan.proposer,
      undoes: plan.undoes?.plan ?? null,
      decide_by: plan.decideBy,
    })
    .execute()
  return { hash, plan }
}

async function eventsOf(db: Database, type: string | undefined): Promise<readonly Told[]> {
  const rows = await db.selectFrom('audit_entry').select(['type', 'body']).orderBy('id').execute()
  return rows
    .filter((row) => type === undefined || row.type === type)
    .map(({ body }) => JSON.parse(body.toString('utf8')) as Told)
}

/** Holds the account’s permits back, as one that is being decided on does, until the answer is called. */
export async function holdAccount(db: Database, account: string): Promise<() => Promise<void>> {
  let release = (): void => undefined
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  let holding: Promise<void> = Promise.resolve()
  await new Promise<void>((held) => {
    holding = db.transaction().execute(async (tx) => {
      await lockAccount(tx, account)
      held()
      await released
    })
  })
  return () => {
    release()
    return holding
  }
}
