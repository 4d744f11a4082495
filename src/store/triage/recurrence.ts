import { sql } from 'kysely'
import type { Verdict } from '#domain/incident'
import { RECURRENCE_DAYS, type Recurring, recurs, sharedSubjects } from '#domain/recurrence'
import type { Tx } from '#store/database/database'
import { materialOf } from '#store/incidents/material'
import { record } from '#store/log/events'

/** The newest ones are enough to see that it comes again. */
const MOST_FORMER = 20
/** A repository is looked for in every incident that was real. */
const MOST_OF_REPOSITORY = 60
const FINDINGS_LOOKED_AT = 50

/** Opens a problem for each thing that the incident is about and an earlier one was too; one that is open already gets the incident. */
export async function openRecurrence(
  tx: Tx,
  { incident, verdict }: { readonly incident: string; readonly verdict: Verdict },
): Promise<void> {
  if (!recurs(verdict)) return
  const self = await recurringOf(tx, incident)
  const isOfRepository = self.findings.some(({ repositories = [] }) => repositories.length > 0)
  const former = await formerIncidents(tx, { incident, isOfRepository })
  const others = await all(tx, former)
  const subjects = new Map<string, string[]>()
  for (const [place, other] of others.entries())
    for (const subject of sharedSubjects(self, other))
      subjects.set(subject, [...(subjects.get(subject) ?? []), former[place] ?? ''])
  for (const [subject, earlier] of subjects) await openProblem(tx, { incident, subject, earlier })
}

async function all(tx: Tx, incidents: readonly string[]): Promise<readonly Recurring[]> {
  const found: Recurring[] = []
  for (const incident of incidents) found.push(await recurringOf(tx, incident))
  return found
}

async function recurringOf(tx: Tx, incident: string): Promise<Recurring> {
  const { correlation_key } = await tx
    .selectFrom('incident')
    .select('correlation_key')
    .where('id', '=', incident)
    .executeTakeFirstOrThrow()
  const { cases } = await materialOf(tx, incident, FINDINGS_LOOKED_AT)
  return {
    correlationKey: correlation_key,
    findings: cases.map(({ finding, context }) => ({
      finding,
      owners: context.owners,
      repositories: context.repositories ?? [],
    })),
  }
}

/** Incidents that were real, ended in the last 90 days and may be about the same; none of a drill, and none for an incident of a drill. Which of them comes from
 * the same repository only the context knows: then each of them may. */
async function formerIncidents(
  tx: Tx,
  { incident, isOfRepository }: { readonly incident: string; readonly isOfRepository: boolean },
): Promise<readonly string[]> {
  const most = isOfRepository ? MOST_OF_REPOSITORY : MOST_FORMER
  const { rows } = await sql<{ id: string }>`
    select other.id from incident self join incident other on other.id <> self.id
     where self.id = ${incident} and not ${isOfDrill('self')} and not ${isOfDrill('other')}
       and other.status = 'closed' and other.closed_at > clock_timestamp() - make_interval(days => ${RECURRENCE_DAYS})
       and other.closure_code in ('resolved', 'accepted-risk') and other.verdict in ('threat', 'inappropriate')
       and (${isOfRepository} or other.correlation_key = self.correlation_key or exists (
         select from finding mine join finding theirs on theirs.incident = other.id and theirs.account = mine.account
          where mine.incident = self.id and (theirs.type = mine.type
             or theirs.body #>> '{credential,accessKeyId}' = mine.body #>> '{credential,accessKeyId}')))
     order by other.correlation_key = self.correlation_key desc, other.closed_at desc, other.id limit ${most}`.execute(
    tx,
  )
  return rows.map(({ id }) => id)
}

const isOfDrill = (incident: 'self' | 'other') => sql`exists (
  select from finding join drill on finding.finding_id = any (drill.finding_ids) where finding.incident = ${sql.ref(`${incident}.id`)})`

interface Again {
  readonly incident: string
  readonly subject: string
  readonly earlier: readonly string[]
}

async function openProblem(tx: Tx, { incident, subject, earlier }: Again): Promise<void> {
  await tx
    .insertInto('problem')
    .values({ subject })
    .onConflict((conflict) => conflict.column('subject').doNothing())
    .execute()
  const { id } = await tx.selectFrom('problem').select('id').where('subject', '=', subject).executeTakeFirstOrThrow()
  const rows = [...earlier, incident].map((one) => ({ problem: id, incident: one }))
  const added = await tx
    .insertInto('problem_incident')
    .values(rows)
    .onConflict((conflict) => conflict.columns(['problem', 'incident']).doNothing())
    .returning('incident')
    .execute()
  if (!added.some((one) => one.incident === incident)) return
  await record(tx, {
    stream: incident,
    type: 'problem.opened',
    actor: { kind: 'cordon', id: 'triage' },
    text: `It comes again within ${RECURRENCE_DAYS} days (${subject}), after ${earlier.join(', ')}: its cause needs an owner before it is closed`,
    refs: { problem: id },
    body: { subject, earlier: [...earlier] },
  })
}
