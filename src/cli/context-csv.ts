import type { ContextEntry } from '#domain/context'
import { readCsv } from '#domain/csv'
import { wrongUsage } from './failure.ts'

const texts = ['id', 'kind', 'owner', 'reason', 'from', 'until', 'environment', 'criticality'] as const
const lists = ['accounts', 'regions', 'types', 'entities', 'networks', 'repositories'] as const
const columns: readonly string[] = [...texts, ...lists]

/**
 * The entries of a CSV file (RFC 4180) whose first line names its columns as the context file names its keys. A cell of a list has its
 * members apart by spaces or semicolons. An empty cell says nothing. Throws with the column that no entry has.
 */
export function entriesIn(text: string): readonly ContextEntry[] {
  const { rows: lines, brokenLine } = readCsv(text)
  if (brokenLine !== null) throw wrongUsage(`line ${brokenLine} has quotes that begin or end inside of a cell`)
  const [head = [], ...rows] = lines.map(({ cells }) => cells)
  const unknown = head.find((name) => !columns.includes(name))
  if (unknown !== undefined) throw wrongUsage(`${unknown} is no column of a context: ${columns.join(', ')}`)
  // What an entry needs is checked where every context is.
  return rows.map((cells) => Object.fromEntries(cells.flatMap((cell, at) => membersOf(head[at], cell)))) as never
}

function membersOf(name: string | undefined, cell: string): readonly (readonly [string, unknown])[] {
  const said = cell.trim()
  if (name === undefined || said === '') return []
  const isList = lists.some((list) => list === name)
  return [[name, isList ? said.split(/[\s;]+/).filter((member) => member !== '') : said]]
}
