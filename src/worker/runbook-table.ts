import { readFileSync } from 'node:fs'
import { join, parse } from 'node:path'
import { type RunbookRow, runbookRow } from '#domain/runbook-row'

/** What the files of a folder say of their runbooks, in the order in which they are asked whether they respond. */
export const runbookTable = (folder: string, files: readonly string[]): readonly RunbookRow[] =>
  files
    .map((file) => runbookRow(parse(file).name, readFileSync(join(folder, file), 'utf8')))
    .filter((row) => row !== null)
