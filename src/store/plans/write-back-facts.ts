import { sql } from 'kysely'
import type { AttackSequence, FindingProducer } from '#domain/finding'
import type { Verdict } from '#domain/incident'
import { isSuppression } from '#domain/suppression'
import { type Target, targetRegion } from '#domain/targets'
import { findingsIn, type WriteBackFacts } from '#domain/write-back'
import type { Tx } from '#store/database/database'
import { contextInForce } from '#store/triage/contexts'

interface Row {
  readonly id: string
  readonly incident: string
  readonly account: string
  readonly source: FindingProducer
  readonly updated: string
  readonly received: Date
  readonly sequence: AttackSequence | null
  readonly named: boolean
  readonly type: string
  readonly names: readonly (string | null)[]
}

/** What the record knows of the findings that a step writes about, and of the incident’s verdict. */
export async function writeBackFacts(
  tx: Tx,
  { incident, target }: { readonly incident: string; readonly target: Target },
): Promise<WriteBackFacts> {
  const ids = findingsIn(target)
  if (ids.length === 0) return { verdict: null, findings: [], suppressions: [] }
  const row = await tx.selectFrom('incident').select('verdict').where('id', '=', incident).executeTakeFirst()
  const { rows } = await sql<Row>`
    select finding.finding_id as id, finding.incident, finding.account, finding.source,
           max(version.updated_at collate "C") as updated, max(version.received_at) as received,
           finding.body -> 'attackSequence' as sequence,
           exists (select from sequence_part where sequence_part.part = finding.key) as named,
           finding.type, ${namesIn} as names
      from finding join finding_version version on version.finding = finding.key
     where finding.finding_id = any (${[...ids]}) and finding.region = ${targetRegion(target)}
     group by finding.key`.execute(tx)
  return {
    // The column has the verdicts of rules only.
    verdict: (row?.verdict ?? null) as Verdict | null,
    suppressions:
      target.kind === 'archive-filter' ? (await contextInForce(tx)).context.entries.filter(isSuppression) : [],
    findings: rows.map(({ updated, received, sequence, named, names, ...of }) => ({
      ...of,
      names: names.filter((name) => name !== null),
      lastAt: later(updated, received.toISOString()),
      attackSequence: sequence,
      isNamedPart: named,
    })),
  }
}

/** Everything that a filter may go by and that the finding names. */
const namesIn = sql<readonly (string | null)[]>`array(
             select entity ->> 'id' from jsonb_array_elements(coalesce(finding.body -> 'entities', '[]')) entity
              union all
             select unnest(array[finding.body #>> '{remoteAddress}', finding.body #>> '{instance,instanceId}',
                                 finding.body #>> '{credential,user,name}', finding.body #>> '{credential,user,userId}',
                                 finding.body #>> '{credential,role,name}', finding.body #>> '{credential,role,roleId}']))`

/** What has no readable time counts as of when it came. */
const later = (said: string, came: string): string => (Date.parse(said) > Date.parse(came) ? said : came)
