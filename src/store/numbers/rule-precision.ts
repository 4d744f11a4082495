import { sql } from 'kysely'
import { precisionOf } from '#domain/sampling'
import type { Database } from '#store/database/database'
import { type Counted, isReal } from './response-times.ts'

/** How often one rule of triage was right. */
export interface RuleRow {
  readonly rule: string
  /** Incidents whose verdict the rule made, alone or with others; `inconclusive` claims nothing and is not counted. */
  readonly judged: number
  /** Of them, those of which a person said what they are: in a verdict, or in a review that was drawn. */
  readonly reviewed: number
  readonly confirmed: number
  readonly overturned: number
  /** confirmed / reviewed; null before anything was reviewed. */
  readonly precision: number | null
}

/**
 * By rule, of incidents that were opened in the window; who judged most comes first. A person’s verdict goes before a review, and counts while no
 * other version of a finding came: then the rules judge anew, and it was about something else.
 */
export async function precisionOfRules(db: Database, counted: Counted): Promise<readonly RuleRow[]> {
  const { rows } = await sql<Omit<RuleRow, 'precision'>>`
    with judged as (
      select incident.id, verdict_by, coalesce(person.rules_verdict, incident.verdict) as verdict,
             case when person.verdict is not null then person.verdict = person.rules_verdict
                  when review.verdict = incident.verdict then review.outcome = 'right' end as is_right
        from incident left join lateral (${lastWord}) as person on true left join review on review.incident = incident.id
       where opened_at >= ${counted.since} and merged_into is null and ${isReal(sql`incident.id`, counted)})
    select rule, count(*)::int as judged, count(is_right)::int as reviewed, (count(*) filter (where is_right))::int as confirmed,
           (count(*) filter (where not is_right))::int as overturned
      from judged cross join lateral (select distinct made ->> 'rule' as rule from jsonb_array_elements(verdict_by) as made) as maker
     where verdict <> 'inconclusive' group by rule order by judged desc, rule`.execute(db)
  return rows.map((row) => ({ ...row, precision: precisionOf({ right: row.confirmed, wrong: row.overturned }) }))
}

/** What the rules said when people first said something about these versions of the findings, and what people said last. */
const lastWord = sql`
  select (array_agg(said.rules_verdict order by said.at, said.id))[1] as rules_verdict,
         (array_agg(said.verdict order by said.at desc, said.id desc))[1] as verdict
    from analyst_verdict said
   where said.incident = incident.id and said.episode = incident.episode and said.versions = (
         select count(*) from finding_version version join finding on finding.key = version.finding where finding.incident = incident.id)`
