import type { Condition, GuardDuty } from '@aws-sdk/client-guardduty'
import type { ReadSession } from '#activities/aws/sessions'
import { failure } from '#activities/aws/translate-error'
import {
  type FilterShape,
  filterLines,
  filterOf,
  type SuppressFindingsState,
} from '#domain/catalogue/suppress-findings'
import type { DeclaredCall } from '#domain/state'
import { type ArchiveFilter, filterName } from '#domain/targets'
import { detectorArn, findingsOf } from './detector-findings.ts'
import { type Acknowledged, compare, type Doing, makeCalls, type Work } from './doing.ts'

/** Source: GuardDuty quotas, filters in a Region; AWS raises it for nobody. */
const MOST_FILTERS = 100
/** Source: GuardDuty CreateFilter, Description. */
const LONGEST_DESCRIPTION = 512
const PAGE = 50
/** What is beyond is told as “more than”: whoever approves has seen enough. */
const MOST_PAGES = 20

export const suppressFindings: Doing<'suppressFindings'> = {
  async observe(read, target) {
    // What the filter was asked for with has to be there: it is what people see of it.
    await findingsOf(read, target)
    const client = await read.guardDuty()
    return {
      arn: `${detectorArn(read, target)}/filter/${filterName(target)}`,
      state: { filter: await filterLinesOf(client, target) },
      // Those of the filter are Cordon’s own, and compared with it.
      tags: {},
      blastRadius: () => touchedBy(read, target),
    }
  },

  apply: setFilter,

  verify: (reading) => compare(suppressFindings, reading),

  revert: setFilter,
}

async function filterLinesOf(client: GuardDuty, target: ArchiveFilter): Promise<SuppressFindingsState['filter']> {
  try {
    const {
      Action = '',
      FindingCriteria,
      Tags = {},
    } = await client.getFilter({
      DetectorId: target.detectorId,
      FilterName: filterName(target),
    })
    return filterLines({ action: Action, equals: equalsIn(FindingCriteria?.Criterion ?? {}), tags: Tags })
  } catch (error) {
    if (isNotThere(error)) return []
    throw error
  }
}

/** A condition that Cordon never writes shows as one that it is not. */
const equalsIn = (criteria: Readonly<Record<string, Condition>>): FilterShape['equals'] =>
  Object.fromEntries(
    Object.entries(criteria).map(([field, { Equals, Eq, ...others }]) => [
      field,
      Object.keys(others).length === 0 ? (Equals ?? Eq ?? []) : [JSON.stringify(others)],
    ]),
  )

/** GuardDuty says “bad request” of what is not there. The detector was found just before. Source: GuardDuty GetFilter, BadRequestException. */
const isNotThere = (error: unknown): boolean =>
  error instanceof Error && error.name === 'BadRequestException' && /no such resource/i.test(error.message)

/** How many of the 90 days that GuardDuty keeps would have been archived; fails with `limit_reached` where no filter can be added. */
async function touchedBy(read: ReadSession, target: ArchiveFilter): Promise<readonly string[]> {
  const client = await read.guardDuty()
  const filters = await filterCount(client, target)
  if (filters >= MOST_FILTERS)
    throw failure('limit_reached', `Detector ${target.detectorId} has ${filters} filters, and AWS takes no more`)
  const { found, isAll } = await matching(client, target)
  return [
    `The filter would have archived ${isAll ? '' : 'more than '}${found} findings of the last 90 days`,
    `Detector ${target.detectorId} has ${filters} of ${MOST_FILTERS} filters`,
  ]
}

async function filterCount(client: GuardDuty, { detectorId: DetectorId }: ArchiveFilter): Promise<number> {
  let count = 0
  for (let token: string | undefined; ; ) {
    const listed = await client.listFilters({ DetectorId, ...(token === undefined ? {} : { NextToken: token }) })
    count += listed.FilterNames?.length ?? 0
    token = listed.NextToken || undefined
    if (token === undefined) return count
  }
}

async function matching(client: GuardDuty, target: ArchiveFilter) {
  let found = 0
  let token: string | undefined
  for (let page = 0; page < MOST_PAGES; page++) {
    const listed = await client.listFindings({
      DetectorId: target.detectorId,
      FindingCriteria: criteriaOf(target),
      MaxResults: PAGE,
      ...(token === undefined ? {} : { NextToken: token }),
    })
    found += listed.FindingIds?.length ?? 0
    token = listed.NextToken || undefined
    if (token === undefined) return { found, isAll: true }
  }
  return { found, isAll: false }
}

const criteriaOf = (target: ArchiveFilter) => ({
  Criterion: Object.fromEntries(
    Object.entries(filterOf(target).equals).map(([field, values]) => [field, { Equals: [...values] }]),
  ),
})

function setFilter({ write, target, ...work }: Work<ArchiveFilter, SuppressFindingsState>) {
  const { detectorId: DetectorId } = target
  const name = filterName(target)
  return makeCalls(work, async ({ operation }: DeclaredCall): Promise<Acknowledged> => {
    const client = await write.guardDuty()
    if (operation === 'guardduty:DeleteFilter') return client.deleteFilter({ DetectorId, FilterName: name })
    const { action: Action, tags } = filterOf(target)
    return client.createFilter({
      DetectorId,
      Name: name,
      Action: Action as 'ARCHIVE',
      Description: descriptionOf(target),
      FindingCriteria: criteriaOf(target),
      Tags: { ...tags },
      // A name is there once: the second call with the same token is the first one.
      ClientToken: name,
    })
  })
}

/** Source: GuardDuty CreateFilter, Description: letters, digits, white space and a few signs. */
const descriptionOf = ({ suppression: { owner, reason, until } }: ArchiveFilter): string =>
  `Cordon: for ${owner} until ${until}: ${reason}`.replaceAll(/[^\w\s.:\-(){}[\]/]/g, ' ').slice(0, LONGEST_DESCRIPTION)
