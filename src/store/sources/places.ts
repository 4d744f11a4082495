import { sql } from 'kysely'
import { modeIn, type Standing, standingOf } from '#domain/account-standing'
import type { Mode, Policy } from '#domain/policy'
import type { Database } from '#store/database/database'
import { newestVersion, policyOf } from '#store/policy/policies'
import { type CoverageGap, readCoverage } from './coverage.ts'

/** What is pulled from a place, by its own account or by its administrator. */
export interface PlacePoll {
  readonly name: string
  readonly kind: string
  readonly state: 'heard' | 'silent' | 'unheard'
  readonly heardAt: string | null
  readonly problem: string | null
}

export interface PlaceDrill {
  readonly name: string
  readonly at: string
  readonly incident: string
  /** Of its incident, now. */
  readonly status: string
}

/** One Region of one account. */
export interface Place {
  readonly account: string
  readonly region: string
  /** Null for an account that is not registered, whose findings come all the same. */
  readonly name: string | null
  readonly environment: string | null
  readonly standing: Standing | null
  /** What Cordon may do there where no further condition of the policy says otherwise; null without account or policy. */
  readonly mode: { readonly value: Mode; readonly by: string } | null
  readonly findingAt: string | null
  /** When it was last compared with what GuardDuty made. */
  readonly comparedAt: string | null
  readonly polls: readonly PlacePoll[]
  readonly gaps: readonly Omit<CoverageGap, 'account' | 'region'>[]
  readonly drill: PlaceDrill | null
}

export interface Places {
  readonly policy: { readonly version: number; readonly at: string; readonly exceptions: number } | null
  readonly places: readonly Place[]
}

interface Row {
  readonly account: string
  readonly region: string
  readonly name: string | null
  readonly environment: string | null
  readonly registered_by: string | null
  readonly connected_at: Date | null
  readonly finding_at: Date | null
  readonly compared_at: Date | null
  readonly polls: readonly PlacePoll[]
  readonly drill: PlaceDrill | null
}

/** Every Region of every account, and what is looked at beside them. Who has a gap comes first. */
export async function readPlaces(db: Database): Promise<Places> {
  const [rows, { gaps }, version] = await Promise.all([placeRows(db), readCoverage(db), newestVersion(db)])
  const policy = version === undefined ? null : await policyOf(db, version.policy)
  const places = rows.map((row) => placeOf(row, { gaps, policy }))
  return {
    policy:
      version === undefined || policy === null
        ? null
        : { version: version.version, at: version.at.toISOString(), exceptions: exceptionsIn(policy) },
    places: places.toSorted((one, other) => other.gaps.length - one.gaps.length),
  }
}

const exceptionsIn = ({ overrides = [] }: Policy): number =>
  overrides.filter(({ set }) => set.mode !== undefined).length

function placeOf(
  row: Row,
  { gaps, policy }: { readonly gaps: readonly CoverageGap[]; readonly policy: Policy | null },
): Place {
  const { account, region, name, environment, registered_by, connected_at, finding_at, compared_at, polls, drill } = row
  const standing = name === null ? null : standingOf({ registeredBy: registered_by, connectedAt: connected_at })
  return {
    account,
    region,
    name,
    environment,
    standing,
    mode: standing === null || policy === null ? null : modeOf(policy, account, standing),
    findingAt: finding_at?.toISOString() ?? null,
    comparedAt: compared_at?.toISOString() ?? null,
    polls,
    gaps: gaps
      .filter((gap) => gap.account === account && gap.region === region)
      .map(({ kind, text, since }) => ({ kind, text, since })),
    drill,
  }
}

/** As `modeIn` leaves it: no line of the policy says it of an account that is not connected. */
function modeOf({ mode }: Policy, account: string, standing: Standing): { readonly value: Mode; readonly by: string } {
  const own = mode.accounts[account]
  const said =
    own === undefined ? { value: mode.default, by: 'mode.default' } : { value: own, by: `mode.accounts.${account}` }
  const value = modeIn(said, standing)
  return value === said.value ? said : { value, by: 'registration' }
}

/** A member of an organisation is polled, and compared, at its administrator. */
async function placeRows(db: Database): Promise<readonly Row[]> {
  const isItsPoll = sql`source.kind <> 'push' and source.silent_after_ms is not null and source.region = place.region
    and source.account in (place.account, account.administrator)`
  const { rows } = await sql<Row>`
    with place as (
      select id as account, unnest(regions) as region from account
      union select account, region from coverage_gap
      union select account, region from coverage_look)
    select place.account, place.region, account.name, account.environment, account.registered_by, account.connected_at,
           (select max(received_at) from finding where finding.account = place.account and finding.region = place.region) as finding_at,
           (select max(looked_at) from coverage_look look
             where look.region = place.region and look.account in (place.account, account.administrator)) as compared_at,
           coalesce((select jsonb_agg(jsonb_build_object('name', source.name, 'kind', source.kind, 'heardAt', ${iso('source.heard_at')},
               'problem', source.problem, 'state',
               case when silent_since is not null then 'silent' when heard_at is null then 'unheard' else 'heard' end) order by source.name)
             from source where ${isItsPoll}), '[]') as polls,
           (select jsonb_build_object('name', drill.name, 'at', ${iso('drill.at')}, 'incident', incident.id, 'status', incident.status)
              from drill join finding on finding.finding_id = drill.finding_id join incident on incident.id = finding.incident
             where finding.account = place.account and finding.region = place.region order by drill.at desc limit 1) as drill
      from place left join account on account.id = place.account
     order by account.name nulls first, place.account, place.region`.execute(db)
  return rows
}

const iso = (at: string) => sql`to_char(${sql.ref(at)} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
