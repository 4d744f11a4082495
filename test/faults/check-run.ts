import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { pino } from 'pino'
import { logTemporal } from '#worker/log-temporal'
import { countsOf } from './checkers/counts.ts'
import { bundlesOf, checkers, checkRun, type Violation } from './checkers/index.ts'
import { nextLook } from './checkers/next-look.ts'
import type { FaultRun } from './run.ts'
import { readRun, WrongFolder } from './run-folder.ts'

const USAGE = 2

/** `npm run check-run -- FOLDER [TWIN]`: prints what must not be so in a run and where to look next. 0 nothing, 1 something, 2 no run’s folder. */
export async function main(words: readonly string[]): Promise<number> {
  const [folder, twin] = words
  if (folder === undefined) return refused('Say which folder: npm run check-run -- FOLDER [TWIN]')
  try {
    const run = readRun(folder)
    silence()
    return await judge(run, twin === undefined ? undefined : readRun(twin))
  } catch (error) {
    if (error instanceof WrongFolder) return refused(error.message)
    throw error
  }
}

let isSilent = false

/** What Temporal says while it replays is in the violations; a process can say only once where it goes. */
function silence(): void {
  if (!isSilent) logTemporal(pino({ level: 'silent' }))
  isSilent = true
}

function refused(why: string): number {
  process.stderr.write(`${why}\n`)
  return USAGE
}

async function judge(run: FaultRun, twin: FaultRun | undefined): Promise<number> {
  const violations = await checkRun(run, { bundles: bundlesOf(codesFor(run)), ...(twin === undefined ? {} : { twin }) })
  const lines = [...violations.flatMap(linesOf), ...countsOf(run, twin), summary(violations)]
  process.stdout.write(`${lines.join('\n')}\n`)
  return violations.length === 0 ? 0 : 1
}

const linesOf = ({ invariant, subject, detail }: Violation): readonly string[] => [
  `${invariant}  ${subject}: ${detail}`,
  `     look next: ${nextLook(invariant)}`,
]

const summary = ({ length }: readonly Violation[]): string => {
  const judged = `${Object.keys(checkers).length + 1} checkers`
  return length === 0 ? `${judged}: everything is as it must be` : `${judged}: ${length} violations`
}

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The bundles that came with the run, the one that was built here, and those that are kept with the histories of releases. */
function codesFor({ builds = {} }: FaultRun): readonly string[] {
  const built = join(root, 'dist/workflows.bundle.js')
  const histories = join(root, 'test/replay/histories')
  const kept = readdirSync(histories).map((version) => join(histories, version, 'workflows.bundle.js.gz'))
  return [
    ...Object.values(builds),
    ...(existsSync(built) ? [readFileSync(built, 'utf8')] : []),
    ...kept.filter((file) => existsSync(file)).map((file) => gunzipSync(readFileSync(file)).toString('utf8')),
  ]
}
