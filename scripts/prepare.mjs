// First part of `npm start` and `npm test` (npm runs no `pre` scripts where install scripts are off): installs what the lock file names and builds, each only when something changed.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const LEAST_NODE = [20, 19]

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < LEAST_NODE[0] || (major === LEAST_NODE[0] && minor < LEAST_NODE[1])) {
  console.error(`Cordon needs Node ${LEAST_NODE.join('.')} or later; this is ${process.versions.node}.`)
  process.exit(1)
}

/** One digest over the contents of files and folders. */
function digestOf(places) {
  const hash = createHash('sha256').update(process.versions.node)
  for (const place of places)
    for (const file of filesOf(join(root, place))) hash.update(file).update(readFileSync(file))
  return hash.digest('hex')
}

function filesOf(place) {
  if (!existsSync(place)) return []
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
}

/** Does the work unless its stamp says that it was done for these very inputs. */
function once({ stamp, digest, sentence, work }) {
  const file = join(root, stamp)
  if (existsSync(file) && readFileSync(file, 'utf8') === digest) return
  console.log(sentence)
  for (const [command, ...args] of work) run(command, args)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, digest)
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  })
  if (status === 0) return
  console.error(`\`${[command, ...args].join(' ')}\` failed${error ? `: ${error.message}` : ''}.`)
  process.exit(1)
}

const lock = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .update(process.versions.node)
once({
  stamp: 'node_modules/.cordon-installed',
  digest: lock.digest('hex'),
  sentence: 'Installing packages (about half a minute, once) …',
  work: [['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']],
})
once({
  stamp: 'dist/.cordon-built',
  digest: digestOf(['src', 'policies', 'scripts']),
  sentence: 'Building (a few seconds) …',
  work: [['npm', 'run', '--silent', 'build']],
})
