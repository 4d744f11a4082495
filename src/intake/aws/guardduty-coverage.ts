import {
  GetDetectorCommand,
  GetFilterCommand,
  GetFindingsCommand,
  GetFindingsStatisticsCommand,
  type GuardDutyClient,
  ListFiltersCommand,
  ListFindingsCommand,
} from '@aws-sdk/client-guardduty'
import { OWN_TAG_PREFIX, UNTIL_TAG } from '#domain/coverage'
import type { Look } from '#intake/producer'
import { detectorOf, PAGE } from './guardduty.ts'

/** The most that are grouped. Source: GuardDuty GetFindingsStatistics. */
const MOST_ACCOUNTS = 100
/** The ids of so many pages are compared; a day with more is looked at again when these have come. */
const MOST_PAGES = 20

type Paced = Pick<Look, 'pace'>

/** Asks one detector, at the pace of the polls. Each throws GuardDuty’s errors. */
export interface DetectorLook {
  readonly isEnabled: boolean
  /** How many findings changed last in that time, by account; archived ones count. */
  readonly countsBetween: (span: Span) => Promise<ReadonlyMap<string, number>>
  /** Their ids, by whether they are archived. */
  readonly idsBetween: (
    span: Span,
    state: { readonly account: string; readonly archived: 'true' | 'false' },
  ) => Promise<readonly string[]>
  /** Filters that archive, and should not. */
  readonly strayFilters: (now: number) => Promise<readonly StrayFilter[]>
  /** Which of these findings are there and not archived. */
  readonly unarchivedOf: (ids: readonly string[]) => Promise<readonly string[]>
}

/** One that Cordon did not make, or whose suppression has ended. */
export interface StrayFilter {
  readonly kind: 'foreign-filter' | 'ended-filter'
  readonly name: string
}

/** Milliseconds since 1970; the end is not part of it. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** Null where there is no detector. */
export async function openDetector(client: GuardDutyClient, look: Paced): Promise<DetectorLook | null> {
  const detector = await detectorOf(client, look)
  if (detector === null) return null
  await look.pace()
  const { Status } = await client.send(new GetDetectorCommand({ DetectorId: detector }))
  const asked: Asked = { client, look, detector }
  return {
    isEnabled: Status === 'ENABLED',
    countsBetween: (span) => countsBetween(asked, span),
    idsBetween: (span, state) => idsBetween(asked, { ...span, ...state }),
    strayFilters: (now) => strayFilters(asked, now),
    unarchivedOf: (ids) => unarchivedOf(asked, ids),
  }
}

interface Asked {
  readonly client: GuardDutyClient
  readonly look: Paced
  readonly detector: string
}

const changed = ({ from, to }: Span) => ({ updatedAt: { GreaterThanOrEqual: from, LessThan: to } })

async function countsBetween({ client, look, detector }: Asked, span: Span): Promise<ReadonlyMap<string, number>> {
  await look.pace()
  const { FindingStatistics } = await client.send(
    new GetFindingsStatisticsCommand({
      DetectorId: detector,
      GroupBy: 'ACCOUNT',
      FindingCriteria: { Criterion: changed(span) },
      MaxResults: MOST_ACCOUNTS,
    }),
  )
  const counts = FindingStatistics?.GroupedByAccount ?? []
  return new Map(counts.map(({ AccountId = '', TotalFindings = 0 }) => [AccountId, TotalFindings]))
}

interface Wanted extends Span {
  readonly account: string
  readonly archived: 'true' | 'false'
}

async function idsBetween({ client, look, detector }: Asked, wanted: Wanted): Promise<readonly string[]> {
  const { account, archived, ...span } = wanted
  const ids: string[] = []
  let token: string | undefined
  for (let page = 0; page < MOST_PAGES; page++) {
    await look.pace()
    const listed = await client.send(
      new ListFindingsCommand({
        DetectorId: detector,
        FindingCriteria: {
          Criterion: { ...changed(span), accountId: { Equals: [account] }, 'service.archived': { Equals: [archived] } },
        },
        MaxResults: PAGE,
        ...(token === undefined ? {} : { NextToken: token }),
      }),
    )
    ids.push(...(listed.FindingIds ?? []))
    token = listed.NextToken || undefined
    if (token === undefined) break
  }
  return ids
}

async function strayFilters(asked: Asked, now: number): Promise<readonly StrayFilter[]> {
  const strays: StrayFilter[] = []
  for (const name of await filterNames(asked)) {
    await asked.look.pace()
    const { Action, Tags = {} } = await asked.client.send(
      new GetFilterCommand({ DetectorId: asked.detector, FilterName: name }),
    )
    if (Action !== 'ARCHIVE') continue
    if (!Object.keys(Tags).some((key) => key.startsWith(OWN_TAG_PREFIX))) strays.push({ kind: 'foreign-filter', name })
    else if (now >= Date.parse(Tags[UNTIL_TAG] ?? '')) strays.push({ kind: 'ended-filter', name })
  }
  return strays
}

async function unarchivedOf({ client, look, detector }: Asked, ids: readonly string[]): Promise<readonly string[]> {
  const unarchived: string[] = []
  for (let from = 0; from < ids.length; from += PAGE) {
    await look.pace()
    const { Findings = [] } = await client.send(
      new GetFindingsCommand({ DetectorId: detector, FindingIds: ids.slice(from, from + PAGE) }),
    )
    unarchived.push(...Findings.flatMap(({ Id, Service }) => (Id && Service?.Archived === false ? [Id] : [])))
  }
  return unarchived
}

async function filterNames({ client, look, detector }: Asked): Promise<readonly string[]> {
  const names: string[] = []
  for (let token: string | undefined; ; ) {
    await look.pace()
    const listed = await client.send(
      new ListFiltersCommand({ DetectorId: detector, ...(token === undefined ? {} : { NextToken: token }) }),
    )
    names.push(...(listed.FilterNames ?? []))
    token = listed.NextToken || undefined
    if (token === undefined) return names
  }
}
