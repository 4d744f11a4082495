import { sql } from 'kysely'
import type { Unattested } from '#domain/attested'
import type { Database, Tx } from '#store/database/database'
import type { Received, ReceivedFinding } from './findings.ts'
import type { AskedAgain } from './rereads.ts'
import { versionDigest } from './version-digest.ts'

/**
 * Notes which findings their producer itself gave: as far as what Cordon goes by is what it gave, and no later version that somebody else
 * brought.
 */
export async function attest(tx: Tx, all: readonly ReceivedFinding[]): Promise<void> {
  const given = all.filter(({ isFromProducer }) => isFromProducer === true)
  if (given.length === 0) return
  const keys = given.map(({ finding }) => finding.key)
  const digests = given.map(({ raw }) => versionDigest(raw))
  await sql`
    update finding set attested_at = clock_timestamp()
      from unnest(${keys}::text[], ${digests}::text[]) as given (key, digest)
      join finding_version version on version.finding = given.key and version.digest = given.digest
     where finding.key = given.key and finding.attested_at is null
       and version.body = finding.body`.execute(tx)
}

/**
 * What is read again from GuardDuty: what came incomplete, and, where the policy in force asks for it, whatever somebody else brought. What was
 * kept before was asked for before.
 */
export async function rereadsOf(
  tx: Tx,
  all: readonly ReceivedFinding[],
  done: readonly Received[],
): Promise<readonly AskedAgain[]> {
  const brought = all.filter(
    ({ finding, isFromProducer }, index) =>
      finding.source === 'guardduty' && isFromProducer !== true && done[index]?.outcome === 'accepted',
  )
  const rest =
    brought.some(({ again }) => again === undefined) && (await isAttestationAsked(tx)) ? 'unattested' : undefined
  return brought.flatMap(({ finding: { account, region, id }, again = rest }) =>
    again === undefined ? [] : [{ origin: { account, region, id }, reason: again }],
  )
}

async function isAttestationAsked(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{ asked: boolean | null }>`
    select (body ->> 'requireAttested')::boolean as asked from policy
     where digest = (select policy from policy_version order by version desc limit 1)`.execute(tx)
  return rows[0]?.asked === true
}

/** What of the incident’s findings their producer did not confirm, or null. What people and Cordon itself say has no other producer. */
export async function unattestedOf(db: Database | Tx, incident: string): Promise<Unattested | null> {
  const { rows } = await sql<{ findings: number; type: string | null }>`
    select count(*)::int as findings, min(type) as type from finding
     where incident = ${incident} and attested_at is null and source not in ('cordon', 'person')`.execute(db)
  const [row] = rows
  return row === undefined || row.type === null ? null : { findings: row.findings, type: row.type }
}

/** Whether a finding of the incident waits for its first reading back, under a policy that asks for it. */
export async function isBeingAttested(db: Database, incident: string): Promise<boolean> {
  const { rows } = await sql`
    select from incident
      join policy on policy.digest = incident.policy_digest and (policy.body ->> 'requireAttested')::boolean
      join finding on finding.incident = incident.id and finding.attested_at is null
      join reread on reread.account = finding.account and reread.region = finding.region
                 and reread.finding_id = finding.finding_id and reread.done_at is null and reread.problem is null
     where incident.id = ${incident} limit 1`.execute(db)
  return rows.length > 0
}
