import {
  GetDetectorCommand,
  GetFilterCommand,
  GetFindingsStatisticsCommand,
  type GuardDutyClient,
  ListFiltersCommand,
  ListFindingsCommand,
} from '@aws-sdk/client-guardduty'
import { OWN_TAG_PREFIX } from '#domain/coverage'
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
  /** Names of filters that archive, and were not made by Cordon. */
  readonly foreignFilters: () => Promise<readonly string[]>
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
    foreignFilters: () => foreignFilters(asked),
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

async function foreignFilters(asked: Asked): Promise<readonly string[]> {
  const foreign: string[] = []
  for (const name of await filterNames(asked)) {
    await asked.look.pace()
    const { Action, Tags = {} } = await asked.client.send(
      new GetFilterCommand({ DetectorId: asked.detector, FilterName: name }),
    )
    const isOwn = Object.keys(Tags).some((key) => key.startsWith(OWN_TAG_PREFIX))
    if (Action === 'ARCHIVE' && !isOwn) foreign.push(name)
  }
  return foreign
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
