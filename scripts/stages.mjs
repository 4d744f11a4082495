// Runs the stages of `npm run check`, `npm test` and `npm run test:nightly` in order, each under its heading.
// Goes on after a failed stage, so that one run shows everything that is wrong, names each failed test again at its end, and ends non-zero.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'

const check = ['format:check', 'lint', 'types', 'test:unit', 'test:replay']
const test = [...check, 'test:workflow', 'test:integration', 'test:e2e', 'test:faults']
const night = [
  'test:e2e:night',
  'test:faults:night',
  'test:differ',
  'test:fuzz',
  'test:layout',
  'test:bench',
  'test:hour',
]
const runs = { check, test, nightly: [...test, ...night] }

const stages = runs[process.argv[2]]
if (stages === undefined) {
  console.error(`Say which run: ${Object.keys(runs).join(', ')}`)
  process.exit(2)
}

const MILLISECONDS = 1000
const LINES_OF_A_FAILURE = 6
const SLOWEST = 5
const reports = mkdtempSync(join(tmpdir(), 'cordon-stages-'))

/** Runs one npm script and tells how it went. */
function run(stage) {
  console.log(`\n━━ ${stage} ${'━'.repeat(Math.max(0, 76 - stage.length))}\n`)
  const began = Date.now()
  const report = join(reports, `${stage.replaceAll(':', '-')}.json`)
  const reporters = stage.startsWith('test:')
    ? ['--', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    : []
  const { status } = spawnSync('npm', ['run', '--silent', stage, ...reporters], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  const seconds = ((Date.now() - began) / MILLISECONDS).toFixed(1)
  return { stage, passed: status === 0, seconds, failures: failuresIn(report), slowest: slowestIn(report) }
}

/** The files of a stage that took longest: where a shorter run would begin. */
function slowestIn(report) {
  if (!existsSync(report)) return []
  return JSON.parse(readFileSync(report, 'utf8'))
    .testResults.map(({ name, startTime, endTime }) => ({
      file: relative(process.cwd(), name),
      ms: endTime - startTime,
    }))
    .toSorted((one, other) => other.ms - one.ms)
    .slice(0, SLOWEST)
    .map(({ file, ms }) => `${(ms / MILLISECONDS).toFixed(0).padStart(14)} s  ${file}`)
}

/** The failed tests of a stage and the files that could not be run, each with the beginning of its reason. */
function failuresIn(report) {
  if (!existsSync(report)) return []
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'))
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(process.cwd(), name)
    const failed = assertionResults.filter((one) => one.status === 'failed')
    if (failed.length === 0) return status === 'failed' ? [shortened(file, message)] : []
    return failed.map(({ fullName, failureMessages }) => shortened(`${file} > ${fullName}`, failureMessages.join('\n')))
  })
}

function shortened(what, reason) {
  const lines = reason.split('\n').slice(0, LINES_OF_A_FAILURE)
  return [what, ...lines.map((line) => `    ${line}`)].map((line) => `          ${line}`).join('\n')
}

const results = stages.map(run)
rmSync(reports, { recursive: true })
console.log('\n━━ summary\n')
for (const { stage, passed, seconds, failures, slowest } of results) {
  console.log(`  ${passed ? 'passed' : 'FAILED'}  ${stage.padEnd(18)} ${seconds} s`)
  for (const line of [...failures, ...slowest]) console.log(line)
}
const failed = results.filter(({ passed }) => !passed).length
console.log(`\n${results.length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
