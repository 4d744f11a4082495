import type { Numbers } from '#store/numbers/numbers'

type Line = readonly [group: string, name: string, measure: string, value: string | number | null]

/** One line a number, so that any program can pivot it: group, name, measure, value. Times are seconds. */
export const csvOf = (numbers: Numbers): string =>
  [['group', 'name', 'measure', 'value'], ...linesOf(numbers)].map((line) => `${line.map(cell).join(',')}\r\n`).join('')

function linesOf(numbers: Numbers): readonly Line[] {
  const { times, bounds, reference, answered, daily, noise, rules, load } = numbers
  return [
    ['window', 'since', '', numbers.since],
    ['window', 'until', '', numbers.until],
    ['window', 'days', '', numbers.days],
    ['window', 'drills', '', numbers.drills],
    ['window', 'zone', '', numbers.zone],
    ['reference', reference.source, 'seconds', reference.seconds],
    ...times.flatMap(({ name, buckets, ...measures }) => [
      ...measuresOf(`time-to-${name}`, '', measures),
      ...buckets.map((count, at): Line => [`time-to-${name}`, `up to ${bounds[at] ?? 'any'} s`, 'count', count]),
    ]),
    ['plans', '', 'undecided', numbers.undecided],
    ['incidents', '', 'by drills', numbers.drillIncidents],
    ...measuresOf('findings', '', answered),
    ...daily.map(({ day, incidents }): Line => ['day', day, 'incidents', incidents]),
    ...noise.flatMap(({ source, type, account, ...measures }) =>
      measuresOf('noise', `${source} ${type} ${account}`, measures),
    ),
    ...rules.flatMap(({ rule, ...measures }) => measuresOf('rule', rule, measures)),
    ...load.flatMap(({ person, name: _, ...measures }) => measuresOf('load', person, measures)),
  ]
}

const measuresOf = (group: string, name: string, measures: Readonly<Record<string, number | null>>): readonly Line[] =>
  Object.entries(measures).map(([measure, value]) => [group, name, measure, value])

/** Names come from findings: what a spreadsheet would run as a formula becomes a text, and a comma no column. Source: RFC 4180; OWASP, CSV injection. */
function cell(value: string | number | null | undefined): string {
  if (typeof value !== 'string') return String(value ?? '')
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
