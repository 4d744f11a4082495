import type { FindingStatistics, GetFindingsStatisticsRequest } from '@aws-sdk/client-guardduty'
import type { Call } from '#simulator/services/service'
import { notImplemented } from '#simulator/wire/fault'
import { matchingFindings } from './findings.ts'

const USUAL = 25

/** Counts by account, the most first; archived findings count like others. Source: GuardDuty GetFindingsStatistics. */
export function statisticsOf(
  { FindingCriteria, GroupBy, MaxResults = USUAL, OrderBy = 'DESC' }: Omit<GetFindingsStatisticsRequest, 'DetectorId'>,
  call: Call,
): FindingStatistics {
  if (GroupBy !== 'ACCOUNT') throw notImplemented(`statistics by ${GroupBy ?? 'the older types'}`)
  const counts = new Map<string, { count: number; last: number }>()
  for (const { finding } of matchingFindings({ FindingCriteria }, call)) {
    const account = String(finding['AccountId'])
    const { count, last } = counts.get(account) ?? { count: 0, last: 0 }
    counts.set(account, { count: count + 1, last: Math.max(last, Date.parse(String(finding['UpdatedAt']))) })
  }
  const direction = OrderBy === 'ASC' ? 1 : -1
  return {
    GroupedByAccount: [...counts]
      .toSorted(([, left], [, right]) => direction * (left.count - right.count))
      .slice(0, MaxResults)
      .map(([AccountId, { count, last }]) => ({ AccountId, TotalFindings: count, LastGeneratedAt: new Date(last) })),
  }
}
