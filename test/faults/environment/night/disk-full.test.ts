import { spawnSync } from 'node:child_process'
import { chmodSync, closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Home, isReady, newHome, prepare } from '../../../e2e/installation.ts'
import { type Asking, askingOf, eventually } from '../asking.ts'
import { courseOf, openPlan, startDrill, toRecovery } from '../drill.ts'
import { load, lostOf, summaryOf } from '../load.ts'
import { say } from '../say.ts'

const SIZE = '600m'
const PASSABLE = 0o755
const FULL_FOR_MS = 20_000
const CHUNK = Buffer.alloc(1 << 20)

let disk: string
let home: Home
let asking: Asking
beforeAll(async () => {
  prepare()
  disk = mkdtempSync(join(tmpdir(), 'cordon-disk-'))
  run('mount', '-t', 'tmpfs', '-o', `size=${SIZE},mode=755`, 'tmpfs', disk)
  chmodSync(disk, PASSABLE)
  home = await newHome(join(disk, 'home'))
  await home.start()
  asking = askingOf(home)
})
afterAll(async () => {
  await home.stop()
  run('umount', '-l', disk)
  rmSync(disk, { recursive: true })
})

function run(command: string, ...args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0)
    throw new Error(`A small disk needs root, who may mount one: ${command}: ${stderr ?? String(error)}`)
}

const ballast = (): string => join(disk, 'ballast')

/** Takes every byte that is free, and those that become free for a moment. */
function fill(): void {
  const file = openSync(ballast(), 'a')
  try {
    // The last page is given in part.
    while (writeSync(file, CHUNK) > 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
  } finally {
    closeSync(file)
  }
}

const freeBytes = () => {
  const { bavail, bsize } = statfsSync(disk)
  return bavail * bsize
}

it('nothing that was acknowledged is lost when the disk is full, and all goes on when there is space again', async () => {
  const { incident } = await startDrill(asking, 'stolen-access-key')
  const { hash } = await openPlan(asking, incident)
  const loaded = { incident, plan: hash }
  const loading = load(asking, loaded, 'disk-full')
  const until = performance.now() + FULL_FOR_MS
  while (performance.now() < until) {
    fill()
    await pause(100)
  }
  expect(freeBytes()).toBeLessThan(CHUNK.length)
  const refused = await eventually(
    'a request that is refused for it',
    async () => {
      const response = await fetch(`http://127.0.0.1:${home.port}/readyz`)
      return !response.ok && { status: response.status, text: await response.text() }
    },
    30_000,
  ).catch((error: Error) => ({ status: 0, text: error.message }))
  say(`readyz: ${refused.status} ${refused.text}`)
  rmSync(ballast())
  await eventually('readiness', () => isReady(home))
  const told = await loading.stop()
  say(`disk full: ${summaryOf(told)}`)
  expect(
    Object.keys(told.statuses).filter((status) => !['0', '200', '201', '202', '409', '503'].includes(status)),
  ).toEqual([])
  expect(await lostOf(home, asking, { loaded, told })).toEqual([])
  await toRecovery(asking, incident)
  expect((await courseOf(asking, incident)).plans).toEqual([
    'contain done',
    'contain done',
    'recover done',
    'undo done',
    'undo done',
  ])
})
