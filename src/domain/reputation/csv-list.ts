import { type CsvRow, readCsv } from '#domain/csv'
import { indicatorOf, listOf, problem, type ReadEntry, type ReadList } from './indicator.ts'

const columns = ['value', 'why', 'from', 'until'] as const
const isColumn = (name: string): name is (typeof columns)[number] => columns.some((one) => one === name)

/** The indicators of a CSV file whose first line names its columns; only `value` has to be there. */
export function readCsvList(text: string): ReadList {
  const { rows: lines, brokenLine } = readCsv(text)
  if (brokenLine !== null)
    return listOf([{ place: `line ${brokenLine}`, entry: problem('it has quotes that begin or end inside of a cell') }])
  const [head, ...rows] = lines
  const names = (head?.cells ?? []).map((name) => name.trim())
  const unknown = names.find((name) => !isColumn(name))
  const wrong =
    unknown !== undefined
      ? `${unknown} is no column: ${columns.join(', ')}`
      : names.includes('value')
        ? null
        : 'there is no column value'
  if (wrong !== null) return listOf([{ place: `line ${head?.line ?? 1}`, entry: problem(wrong) }])
  return listOf(rows.map((row) => ({ place: `line ${row.line}`, entry: entryOf(names, row) })))
}

function entryOf(names: readonly string[], { cells }: CsvRow): ReadEntry {
  if (cells.length > names.length) return problem('it has more cells than there are columns')
  const said = Object.fromEntries(names.map((name, at) => [name, cells[at]?.trim() ?? '']))
  const given = (name: (typeof columns)[number]): string | null => said[name] || null
  return indicatorOf({
    value: given('value') ?? '',
    why: given('why') ?? 'the list does not say why',
    from: given('from'),
    until: given('until'),
  })
}
