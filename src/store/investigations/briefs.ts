import { sql } from 'kysely'
import { briefOf, type CollectedEvidence } from '#domain/brief'
import type { Activity, AskedName, ClusterCalls, FlowLook, LogLook, ObjectCalls } from '#domain/evidence'
import type { Material } from '#domain/records'
import { RECURRENCE_DAYS } from '#domain/recurrence'
import { lookedFor, readable } from '#domain/reputation/matches'
import type { Database } from '#store/database/database'
import { evidenceOf } from '#store/incidents/incident-detail'
import { materialOf } from '#store/incidents/material'
import { reputationLists } from '#store/triage/reputation'
import { reputationOf } from '#store/triage/reputation-matches'
import { evidenceRequestsOf } from './evidence-requests.ts'
import { logSources } from './log-sources.ts'

const MOST_SIMILAR = 20

/** What whoever investigates the incident reads first: all that the record says, and what could not be seen. */
export async function incidentBrief(db: Database, incident: string) {
  const [material, evidence, requests, similar, logs, known] = await Promise.all([
    materialOf(db, incident),
    evidenceOf(db, incident),
    evidenceRequestsOf(db, incident),
    similarTo(db, incident),
    logSources(db),
    db
      .selectFrom('incident')
      .innerJoin('account', 'account.id', 'incident.account')
      .select('account.id')
      .where('incident.id', '=', incident)
      .executeTakeFirst(),
  ])
  const asked = requests
    .filter((request) => request.evidence === null)
    .map((request) => ({ kind: request.asked.kind, refused: request.refused }))
  const reputation = await reputationIn(db, material, evidence)
  const brief = briefOf({ ...material, evidence, asked, isAccountKnown: known !== undefined, reputation, logs })
  return { incident, ...brief, similar }
}

/** Of every address and name that findings, CloudTrail and flow logs have; null when no list is in force. */
async function reputationIn(db: Database, { cases }: Material, evidence: readonly CollectedEvidence[]) {
  const lists = await reputationLists(db)
  if (!lists.some(({ isInForce }) => isInForce)) return null
  const looked = cases.map(({ finding }) => lookedFor(finding))
  return reputationOf(db, {
    addresses: readable([...looked.flatMap(({ addresses }) => addresses), ...evidence.flatMap(addressesIn)]),
    domains: [...new Set([...looked.flatMap(({ domains }) => domains), ...evidence.flatMap(namesIn)])],
  })
}

const addressesOf: Readonly<Record<string, (answer: unknown) => readonly string[]>> = {
  activityOf: (answer) => (answer as Activity).calls.flatMap(({ sourceAddress }) => sourceAddress ?? []),
  trailOf: (answer) => (answer as Activity).calls.flatMap(({ sourceAddress }) => sourceAddress ?? []),
  flowsOf: (answer) => (answer as FlowLook).flows.flatMap(({ from, to }) => [from, to]),
  objectsOf: (answer) => (answer as LogLook<ObjectCalls>).rows.flatMap(({ address }) => address ?? []),
  clusterCallsOf: (answer) => (answer as LogLook<ClusterCalls>).rows.flatMap(({ address }) => address ?? []),
}

/** A name of a query ends with the root’s dot; lists have none. */
const namesIn = ({ kind, answer }: CollectedEvidence): readonly string[] =>
  kind === 'namesOf' ? (answer as LogLook<AskedName>).rows.map(({ name }) => name.replace(/\.$/, '').toLowerCase()) : []

const addressesIn = ({ kind, answer }: CollectedEvidence): readonly string[] => addressesOf[kind]?.(answer) ?? []

interface Similar {
  readonly incident: string
  readonly title: string
  readonly about: 'entity' | 'type'
  readonly status: string
  readonly verdict: string | null
  readonly closureCode: string | null
  readonly lessons: string | null
  readonly openedAt: Date
}

/** Incidents of the last 90 days about the same entity, then with the same type of finding in the account, and how they ended. */
async function similarTo(db: Database, incident: string) {
  const { rows } = await sql<Similar>`
    select other.id as incident, other.title, other.status, other.verdict, other.closure_code as "closureCode", other.lessons,
           other.opened_at as "openedAt",
           case when other.correlation_key = self.correlation_key then 'entity' else 'type' end as about
      from incident self join incident other on other.id <> self.id
     where self.id = ${incident} and other.opened_at > clock_timestamp() - make_interval(days => ${RECURRENCE_DAYS})
       and (other.correlation_key = self.correlation_key or other.account = self.account and exists (
         select from finding mine join finding theirs on theirs.type = mine.type
          where mine.incident = self.id and theirs.incident = other.id))
     order by other.correlation_key = self.correlation_key desc, other.opened_at desc, other.id limit ${MOST_SIMILAR}`.execute(
    db,
  )
  return rows.map(({ openedAt, ...row }) => ({ ...row, openedAt: openedAt.toISOString() }))
}
