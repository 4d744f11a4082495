import { spawnSync } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const PATIENCE_MS = 60_000

it(
  'a process whose log is on a full disk goes on and ends by itself',
  () => {
    // Writing there fails as it does on a full disk. Source: full(4).
    const full = openSync('/dev/full', 'w')
    const words = ['scripts/test-program.mjs', 'test/support/talkative.ts']
    const run = spawnSync(process.execPath, words, {
      cwd: root,
      stdio: ['ignore', full, 'pipe'],
      timeout: PATIENCE_MS,
      encoding: 'utf8',
    })
    closeSync(full)
    expect(run.stderr).toContain('it went on')
    expect({ status: run.status, signal: run.signal }).toEqual({ status: 0, signal: null })
  },
  PATIENCE_MS,
)
