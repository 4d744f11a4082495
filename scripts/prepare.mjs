// First part of `npm start` and `npm test` (npm runs no `pre` scripts where install scripts are off): installs what the lock file names and builds, each only when something changed.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { oneAtATime } from './one-at-a-time.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const LEAST_NODE = [20, 19]

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < LEAST_NODE[0] || (major === LEAST_NODE[0] && minor < LEAST_NODE[1])) {
  console.error(`Cordon needs Node ${LEAST_NODE.join('.')} or later; this is ${process.versions.node}.`)
  process.exit(1)
}

/** What is in a lock file of npm's, by folder. */
function packagesIn(file) {
  if (!existsSync(join(root, file))) return {}
  return JSON.parse(readFileSync(join(root, file), 'utf8')).packages
}

/** An optional package may be missing, unless it is made for this very system. */
const isNeeded = ({ optional, os, cpu, libc }) =>
  optional !== true || (os?.includes(process.platform) === true && cpu?.includes(process.arch) === true && !libc)

const INSTALLED = join(root, 'node_modules/.cordon-installed')
const digestOfLock = () =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')

/** Whether npm has put in place what the lock file names, for us or for whoever typed `npm ci`; its own note is written last. */
function isInstalled() {
  if (existsSync(INSTALLED) && readFileSync(INSTALLED, 'utf8') === digestOfLock()) return true
  const there = packagesIn('node_modules/.package-lock.json')
  return Object.entries(packagesIn('package-lock.json'))
    .filter(([place, one]) => place !== '' && isNeeded(one))
    .every(([place, { version }]) => there[place]?.version === version)
}

const BUILT_FROM = ['src', 'policies', 'scripts/build.mjs', 'package-lock.json', 'tsconfig.json', 'vite.config.ts']
const STAMP = join(root, 'dist/.cordon-built')

/** One digest over the contents of everything that is built from. */
function digestOfSources() {
  const hash = createHash('sha256')
  for (const file of BUILT_FROM.flatMap((place) => filesOf(join(root, place))))
    hash.update(`${relative(root, file)}\0`).update(readFileSync(file))
  return hash.digest('hex')
}

function filesOf(place) {
  if (!statSync(place).isDirectory()) return [place]
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
}

const isBuilt = () => existsSync(STAMP) && readFileSync(STAMP, 'utf8') === digestOfSources()

function run(command, ...args) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  })
  if (status === 0) return
  console.error(`\`${[command, ...args].join(' ')}\` failed${error ? `: ${error.message}` : ''}.`)
  process.exit(1)
}

if (!isInstalled() || !isBuilt())
  await oneAtATime(root, () => {
    if (!isInstalled()) {
      console.log('Installing packages (about half a minute, once) …')
      run('npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error')
      writeFileSync(INSTALLED, digestOfLock())
    }
    if (isBuilt()) return
    console.log('Building (a few seconds) …')
    const digest = digestOfSources()
    run(process.execPath, join(root, 'scripts/build.mjs'))
    mkdirSync(dirname(STAMP), { recursive: true })
    writeFileSync(STAMP, digest)
  })
