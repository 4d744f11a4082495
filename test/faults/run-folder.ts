import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FaultRun } from './run.ts'

const needed = ['calls', 'state', 'tables', 'histories', 'client', 'pages', 'faults', 'takenAt'] as const
const optional = ['faultsEndedAt', 'stateBefore', 'canaries', 'logs', 'builds'] as const

/** A folder that is not what a run leaves. */
export class WrongFolder extends Error {}

/** Reads what a run left in its folder. Throws `WrongFolder` with the file that is missing or is no JSON. */
export function readRun(folder: string): FaultRun {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new WrongFolder(`There is no folder ${folder}`)
  const missing = needed.filter((name) => !existsSync(fileOf(folder, name)))
  if (missing.length > 0)
    throw new WrongFolder(`${folder} has no ${missing.map((name) => `${name}.json`).join(', ')}: it is no run’s folder`)
  const there = optional.filter((name) => existsSync(fileOf(folder, name)))
  // Whatever a file holds is judged by the checkers.
  return Object.fromEntries(
    [...needed, ...there].map((name) => [name, read(fileOf(folder, name))]),
  ) as unknown as FaultRun
}

/** Writes a run, one file for each field; one row a line, so that two runs can be compared by eye. */
export function writeRun(folder: string, run: FaultRun): void {
  mkdirSync(folder, { recursive: true })
  for (const [name, value] of Object.entries(run)) writeFileSync(fileOf(folder, name), `${linesOf(value)}\n`)
}

const fileOf = (folder: string, name: string): string => join(folder, `${name}.json`)

function read(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new WrongFolder(`${file} is no JSON: ${String(cause)}`, { cause })
  }
}

const linesOf = (value: unknown): string =>
  Array.isArray(value) ? `[\n${value.map((row) => JSON.stringify(row)).join(',\n')}\n]` : JSON.stringify(value)
