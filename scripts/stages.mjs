// Runs the stages of `npm run check`, `npm test` and `npm run test:nightly` in order, each under its heading.
// Goes on after a failed stage, so that one run shows everything that is wrong, and ends non-zero.
import { spawnSync } from 'node:child_process'

const check = ['format:check', 'lint', 'types', 'test:unit', 'test:replay']
const test = [...check, 'test:workflow', 'test:integration', 'test:e2e', 'test:faults']
const night = ['test:faults:night', 'test:differ', 'test:fuzz', 'test:layout', 'test:bench']
const runs = { check, test, nightly: [...test, ...night] }

const stages = runs[process.argv[2]]
if (stages === undefined) {
  console.error(`Say which run: ${Object.keys(runs).join(', ')}`)
  process.exit(2)
}

const MILLISECONDS = 1000

/** Runs one npm script and tells how it went. */
function run(stage) {
  console.log(`\n━━ ${stage} ${'━'.repeat(Math.max(0, 76 - stage.length))}\n`)
  const began = Date.now()
  const { status } = spawnSync('npm', ['run', '--silent', stage], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  return { stage, passed: status === 0, seconds: ((Date.now() - began) / MILLISECONDS).toFixed(1) }
}

const results = stages.map(run)
console.log('\n━━ summary\n')
for (const { stage, passed, seconds } of results)
  console.log(`  ${passed ? 'passed' : 'FAILED'}  ${stage.padEnd(18)} ${seconds} s`)
const failed = results.filter(({ passed }) => !passed).length
console.log(`\n${results.length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
