import { sql } from 'kysely'
import type { Tx } from './database.ts'
import type { ReceivedFinding } from './findings.ts'
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
