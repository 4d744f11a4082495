import type { Explained, PolicyExplanation } from '#cli/answers'
import { table } from './table.ts'

const MINUTE_MS = 60_000

/** Every value with the line that decided it, as people ask: may it, who must agree, until when. */
export function explanationText(told: PolicyExplanation): string {
  const { account, environment, unit, action, target, at, isAccountKnown } = told
  const of = target === '' ? action : `${action} on ${target}`
  const known = isAccountKnown ? '' : '; it is not registered with Cordon'
  const rows = rowsOf(told).map(([name, value, { line, by }]) => [name, value, line === null ? '' : `line ${line}`, by])
  return [
    `${of} in ${account} (${environment}, unit ${unit ?? 'not known'}${known}) at ${at}, policy version ${told.version}`,
    ...(told.protected === null
      ? []
      : [`Protected by line ${told.protected.line ?? '?'}: manual action needed. ${told.protected.instructions}`]),
    ...(told.frozen === null ? [] : [`Frozen by the calendar until ${told.frozen.to}: ${told.frozen.reason}`]),
    table(['', 'value', 'line', 'decided by'], rows),
  ].join('\n')
}

type Row = readonly [name: string, value: string, by: Pick<Explained<unknown>, 'line' | 'by'>]

const rowsOf = ({ action, mode, tier, quorum, clocks, budgets, ...others }: PolicyExplanation): readonly Row[] => [
  ['mode', mode.value, mode],
  ['tier', tier.value, tier],
  ['votes', `${quorum.value.required} from ${quorum.value.groups} groups`, quorum],
  ...(quorum.value.from.length === 0 ? [] : [['one of each', quorum.value.from.join(', '), quorum.from] as const]),
  ['decide by', minutes(clocks.decideBy.value), clocks.decideBy],
  ['run by', minutes(clocks.runBy.value), clocks.runBy],
  ['automatic', budgetText(budgets.automatic.value), budgets.automatic],
  ['approved', budgetText(budgets.approved.value), budgets.approved],
  ['windows', windowsText(others.changeWindows.value), others.changeWindows],
  ['undecided', others.onTimeout.value.includes(action) ? 'as approved beforehand' : 'nothing', others.onTimeout],
  ['ladder', `${others.ladder.value.length} levels`, others.ladder],
]

const windowsText = (windows: readonly unknown[]): string =>
  windows.length === 0 ? 'any time' : JSON.stringify(windows)

const minutes = (ms: number): string => `${ms / MINUTE_MS} min`

const budgetText = ({ assets, windowMs }: { readonly assets: number; readonly windowMs: number }): string =>
  `${assets} targets in ${minutes(windowMs)}`
