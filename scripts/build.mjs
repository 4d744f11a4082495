// Makes `dist/` anew: the programs, the console’s page and the workflow bundle.
import { spawnSync } from 'node:child_process'
import { chmodSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const EVERYBODY_MAY_RUN = 0o755

const steps = [
  ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'],
  ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'],
  ['dist/worker/make-bundle.js'],
]

rmSync(`${root}dist`, { recursive: true, force: true })
for (const step of steps) {
  const { status } = spawnSync(process.execPath, step, { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(1)
}
chmodSync(`${root}dist/cli/main.js`, EVERYBODY_MAY_RUN)
