/** A row with anything in it, and the line on which it begins, counted from 1. */
export interface CsvRow {
  readonly line: number
  readonly cells: readonly string[]
}

export interface Csv {
  readonly rows: readonly CsvRow[]
  /** The line on which something stands that is neither in nor outside of quotes; null when all of it was read. */
  readonly brokenLine: number | null
}

const CELL = /(?:^|,|\r?\n)(?:"((?:[^"]|"")*)"|([^",\r\n]*))/g
const BYTE_ORDER_MARK = /^\uFEFF/

/** The rows of a CSV file. Source: RFC 4180. */
export function readCsv(file: string): Csv {
  const text = file.replace(BYTE_ORDER_MARK, '')
  const cells = [...text.matchAll(CELL)]
  const rows: { line: number; cells: string[] }[] = [{ line: 1, cells: [] }]
  let line = 1
  for (const [match, quoted, plain = ''] of cells) {
    if (/^[\r\n]/.test(match)) rows.push({ line: line + 1, cells: [] })
    line += linesIn(match)
    rows.at(-1)?.cells.push(quoted?.replaceAll('""', '"') ?? plain)
  }
  return {
    rows: rows.filter((row) => row.cells.some((cell) => cell.trim() !== '')),
    brokenLine: brokenIn(text, cells),
  }
}

const linesIn = (text: string): number => text.split('\n').length - 1

/** Where the cells do not follow each other without a gap. */
function brokenIn(text: string, cells: readonly RegExpExecArray[]): number | null {
  let read = 0
  for (const { 0: match, index } of cells) {
    if (index !== read) break
    read = index + match.length
  }
  return read === text.length ? null : 1 + linesIn(text.slice(0, read))
}
