import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { connect, type Database } from '#store/database/database'
import { freshDatabase } from '../../support/postgres.ts'
import { expectSound, keyLine, keyPem, sealedAll, tell } from './log.ts'

const entry = fileURLToPath(new URL('../../../dist/worker/sealer.js', import.meta.url))
const dir = mkdtempSync(join(tmpdir(), 'cordon-sealer-'))
const logKeyFile = join(dir, 'log-key.pem')
const running = new Set<ChildProcess>()
const closing: (() => Promise<void>)[] = []

interface Log {
  readonly writer: Database
  readonly owner: Database
  /** Starts one sealer process, as the supervisor does. */
  readonly startSealer: () => { readonly process: ChildProcess; readonly said: () => string }
}

async function openLog(): Promise<Log> {
  const database = await freshDatabase()
  const [writer, owner] = [connect(database.urlOf('worker'), 8), connect(database.ownerUrl, 2)]
  closing.push(writer.close, owner.close)
  return { writer: writer.db, owner: owner.db, startSealer: () => start(database.urlOf('sealer')) }
}

function start(databaseUrl: string): ReturnType<Log['startSealer']> {
  const env = {
    PATH: process.env['PATH'],
    DATABASE_URL: databaseUrl,
    CORDON_LOG_KEY_FILE: logKeyFile,
    CORDON_HOME: dir,
  }
  const child = spawn(process.execPath, [entry], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  running.add(child)
  child.once('exit', () => running.delete(child))
  return { process: child, said: () => said }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill(signal)
  await once(child, 'exit')
}

async function until(holds: () => boolean, withinMs: number, what: () => string): Promise<void> {
  const deadline = Date.now() + withinMs
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`Not within ${withinMs} ms: ${what()}`)
    await pause(20)
  }
}

beforeAll(() => writeFileSync(logKeyFile, keyPem, { mode: 0o600 }))
afterEach(async () => {
  for (const child of running) await end(child, 'SIGKILL')
  for (const close of closing.splice(0)) await close()
})
afterAll(() => rmSync(dir, { recursive: true }))

describe('the sealer process', () => {
  it('has news under a signed checkpoint, says its key and never its secret, and stops when it is told', async () => {
    const { writer, owner, startSealer } = await openLog()
    const sealer = startSealer()
    await until(() => sealer.said().includes('The log stands here'), 10_000, sealer.said)
    await tell(writer, 'one')
    await sealedAll(owner, 10_000)
    await expectSound(owner, 1)
    sealer.process.kill('SIGTERM')
    const [code] = (await once(sealer.process, 'exit')) as [number | null]
    expect(code).toBe(0)
    await until(() => sealer.said().includes(keyLine), 10_000, sealer.said)
    expect(sealer.said()).not.toContain('PRIVATE')
  })

  it('leaves the log whole when it is killed again and again while eight write', async () => {
    const { writer, owner, startSealer } = await openLog()
    const stopped = new AbortController()
    let told = 0
    const writing = Array.from({ length: 8 }, async (_, stream) => {
      while (!stopped.signal.aborted) {
        await tell(writer, `stream-${stream}`, told % 5)
        told += 1
      }
    })
    for (let killed = 0; killed < 6; killed += 1) {
      const { process } = startSealer()
      await pause(500 + killed * 90)
      await end(process, 'SIGKILL')
    }
    stopped.abort()
    await Promise.all(writing)
    startSealer()
    await sealedAll(owner, 20_000)
    expect(told).toBeGreaterThan(100)
    await expectSound(owner, told)
  })

  it('waits while another seals, and takes over when that one is killed', async () => {
    const { writer, owner, startSealer } = await openLog()
    const first = startSealer()
    await until(() => first.said().includes('The log stands here'), 10_000, first.said)
    const second = startSealer()
    await until(() => second.said().includes('Another sealer is at work'), 10_000, second.said)
    await tell(writer, 'one')
    await sealedAll(owner, 10_000)
    await end(first.process, 'SIGKILL')
    await tell(writer, 'one')
    await sealedAll(owner, 10_000)
    // It says so after it has sealed, and what it says takes its way through a pipe.
    await until(() => second.said().includes('The log stands here'), 10_000, second.said)
    await expectSound(owner, 2)
  })
})
