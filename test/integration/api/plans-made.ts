import { sql } from 'kysely'
import { canonicalBytes } from '#audit/canonical'
import { sha256Hex } from '#audit/digest'
import { type Plan, planAsJson } from '#domain/plan'
import { finding } from './findings-made.ts'
import { BUILD, type World } from './world.ts'

interface Wish {
  readonly required?: number
  readonly groups?: number
  readonly proposer?: string
  readonly decideInMs?: number
}

let made = 0

/** An incident with a proposed plan, as the worker would have stored them. */
export async function proposePlan(
  world: World,
  { required = 2, groups = 1, proposer = 'runbook/compromised-user', decideInMs = 60_000 }: Wish = {},
) {
  made += 1
  const user = `planned-${made}`
  const { body } = await world.call('POST', '/api/findings', 'intake', finding({ id: user, user }))
  const incident: string = body.incidents[0].incident
  const { policy_digest } = await world.owner
    .selectFrom('incident')
    .select('policy_digest')
    .where('id', '=', incident)
    .executeTakeFirstOrThrow()
  const target = { kind: 'iam-user', account: '111122223333', userId: 'AIDAPLANNED', name: user } as const
  const call = {
    operation: 'iam:PutUserPolicy',
    permissions: ['iam:PutUserPolicy'],
    resource: `arn:aws:iam::111122223333:user/${user}`,
    change: { field: 'ourPolicy', before: null, after: '{}' },
  } as const
  const plan: Plan = {
    schema: 1,
    incident,
    episode: 1,
    verbKey: `verb-${made}`,
    revision: 0,
    purpose: 'contain',
    reason: 'Stop the user',
    proposer,
    tier: 'R2',
    quorum: { required, groups },
    policyDigest: policy_digest,
    buildId: BUILD,
    catalogueDigest: 'catalogue',
    proposedAt: new Date().toISOString(),
    decideBy: new Date(Date.now() + decideInMs).toISOString(),
    runWithinMs: 900_000,
    verifyAfterMs: [0],
    watchMs: 0,
    steps: [
      {
        index: 0,
        action: 'denyUser',
        direction: 'apply',
        target,
        region: 'eu-central-1',
        before: { ourPolicy: null },
        calls: [call],
        reversible: true,
        text: 'Everything is denied',
        residual: ['Sessions of roles live on'],
      },
    ],
    blastRadius: ['One user'],
  }
  const bytes = Buffer.from(canonicalBytes(planAsJson(plan)))
  const hash = sha256Hex(bytes)
  await world.owner
    .insertInto('plan')
    .values({
      hash,
      bytes,
      incident,
      episode: 1,
      verb_key: plan.verbKey,
      revision: 0,
      purpose: plan.reason,
      tier: 'R2',
      proposer,
      decide_by: sql<Date>`clock_timestamp() + make_interval(secs => ${decideInMs / 1000})`,
    })
    .execute()
  await world.owner
    .insertInto('plan_step')
    .values({ plan: hash, index: 0, target_key: '111122223333/iam-user/AIDAPLANNED', account: '111122223333' })
    .execute()
  return { hash, incident }
}
