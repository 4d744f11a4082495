import { sql } from 'kysely'
import type { AttackSequence, FindingProducer } from '#domain/finding'
import type { Verdict } from '#domain/incident'
import { type Target, targetRegion } from '#domain/targets'
import { findingsIn, type WriteBackFacts } from '#domain/write-back'
import type { Tx } from './database.ts'

interface Row {
  readonly id: string
  readonly incident: string
  readonly account: string
  readonly source: FindingProducer
  readonly updated: string
  readonly received: Date
  readonly sequence: AttackSequence | null
  readonly named: boolean
}

/** What the record knows of the findings that a step writes about, and of the incident’s verdict. */
export async function writeBackFacts(
  tx: Tx,
  { incident, target }: { readonly incident: string; readonly target: Target },
): Promise<WriteBackFacts> {
  const ids = findingsIn(target)
  if (ids.length === 0) return { verdict: null, findings: [] }
  const row = await tx.selectFrom('incident').select('verdict').where('id', '=', incident).executeTakeFirst()
  const { rows } = await sql<Row>`
    select finding.finding_id as id, finding.incident, finding.account, finding.source,
           max(version.updated_at collate "C") as updated, max(version.received_at) as received,
           finding.body -> 'attackSequence' as sequence,
           exists (select from sequence_part where sequence_part.part = finding.key) as named
      from finding join finding_version version on version.finding = finding.key
     where finding.finding_id = any (${[...ids]}) and finding.region = ${targetRegion(target)}
     group by finding.key`.execute(tx)
  return {
    // The column has the verdicts of rules only.
    verdict: (row?.verdict ?? null) as Verdict | null,
    findings: rows.map(({ updated, received, sequence, named, ...of }) => ({
      ...of,
      lastAt: later(updated, received.toISOString()),
      attackSequence: sequence,
      isNamedPart: named,
    })),
  }
}

/** What has no readable time counts as of when it came. */
const later = (said: string, came: string): string => (Date.parse(said) > Date.parse(came) ? said : came)
