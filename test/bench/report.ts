import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'

/** One line of the results. */
export interface Result {
  readonly what: string
  readonly measured: string
  /** What the project aims for; left out where there is only something to know. */
  readonly aim?: string
  readonly holds?: boolean
}

const page = fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url))
const GIB = 1024 ** 3

/** Prints the results, and with CORDON_KEEP_BENCH=yes keeps them in docs/benchmarks.md with machine and date. */
export function report(section: string, results: readonly Result[]): void {
  const table = [
    '| what | measured | aim | |',
    '|---|---|---|---|',
    ...results.map(({ what, measured, aim = '', holds }) => `| ${what} | ${measured} | ${aim} | ${verdictOf(holds)} |`),
  ].join('\n')
  process.stdout.write(`\n${section}, ${place()}\n\n${table}\n`)
  if (process.env['CORDON_KEEP_BENCH'] === 'yes') keep(section, `${place()}\n\n${table}`)
}

const verdictOf = (holds: boolean | undefined): string => (holds === undefined ? '' : holds ? 'holds' : 'does not hold')

function place(): string {
  const [cpu] = cpus()
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  const day = new Date().toISOString().slice(0, 10)
  return `${day}, commit ${commit}, ${cpus().length} × ${cpu?.model ?? 'CPU'}, ${Math.round(totalmem() / GIB)} GiB, Node ${process.version}`
}

/** Between two marks of the page, which are there once for each section. */
function keep(section: string, text: string): void {
  const [begin, end] = [`<!-- ${section} -->`, `<!-- end of ${section} -->`]
  const before = readFileSync(page, 'utf8')
  const [from, to] = [before.indexOf(begin), before.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`docs/benchmarks.md has no place for ${section}`)
  writeFileSync(page, `${before.slice(0, from)}${begin}\n\n${text}\n\n${before.slice(to)}`)
}
