import type { Verdict } from '#domain/incident'
import type { Priority } from '#domain/triage/priority'
import type { Judged } from '#domain/verdict'
import type { Database, Tx } from '#store/database/database'

/** How many versions of findings the incident has: a verdict of a person is about these. */
export const versionsOf = async (db: Database | Tx, incident: string): Promise<number> => {
  const { versions } = await db
    .selectFrom('finding')
    .innerJoin('finding_version', 'finding_version.finding', 'finding.key')
    .select((of) => of.fn.countAll<number>().as('versions'))
    .where('finding.incident', '=', incident)
    .executeTakeFirstOrThrow()
  return Number(versions)
}

export interface OfEpisode {
  readonly incident: string
  readonly episode: number
}

/** The last verdict of a person that stands in the place of the rules’ in this episode, whatever came since; undefined when there is none. */
export const lastOverride = (db: Database | Tx, { incident, episode }: OfEpisode) =>
  db
    .selectFrom('analyst_verdict')
    .innerJoin('incident', 'incident.id', 'analyst_verdict.incident')
    .innerJoin('person', 'person.id', 'analyst_verdict.person')
    .select(['person.name', 'analyst_verdict.verdict', 'conclusion', 'versions', 'incident.priority'])
    .where('analyst_verdict.incident', '=', incident)
    .where('analyst_verdict.episode', '=', episode)
    .where('overrides', '=', true)
    .orderBy('analyst_verdict.at', 'desc')
    .limit(1)
    .executeTakeFirst()

/** What a person said that it is, as long as nothing came since; undefined when the rules are to judge. */
export async function standingVerdict(db: Database | Tx, of: OfEpisode): Promise<Judged | undefined> {
  const last = await lastOverride(db, of)
  if (last === undefined || last.versions !== (await versionsOf(db, of.incident))) return undefined
  return {
    // The columns’ check constraints have the words.
    verdict: last.verdict as Verdict,
    reasons: [saidBy(last)],
    priority: (last.priority ?? 'P1') as Priority,
    answerBy: null,
  }
}

export const saidBy = ({ name, conclusion }: { readonly name: string; readonly conclusion: string }): string =>
  `${name} concluded: ${conclusion}`
