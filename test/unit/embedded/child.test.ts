import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { describe, expect, it, vi } from 'vitest'
import { type Child, type Keeping, keepRunning, type Launch, runOnce } from '#embedded/child'
import { identify, isRunning } from '#embedded/process-identity'
import { createRoster, endAll, leftBehind } from '#embedded/roster'
import { freshFolder } from './folder.ts'

const SOON = { timeout: 8000 }

const node = (script: string): Launch => ({ command: process.execPath, args: ['-e', script], env: {} })
const sleeps = node('setInterval(() => undefined, 1000)')
const ignores = node("process.on('SIGTERM', () => undefined); setInterval(() => undefined, 1000); console.log('deaf')")

function keeping(folder = freshFolder(), signal = new AbortController().signal) {
  const warnings: Record<string, unknown>[] = []
  const log = pino({}, { write: (line: string) => void warnings.push(JSON.parse(line) as Record<string, unknown>) })
  const roster = createRoster(join(folder, 'processes.json'), () => undefined)
  const children: Child[] = []
  return { folder, roster, log, warnings, children, signal, logs: join(folder, 'log') } satisfies Keeping &
    Record<string, unknown>
}

const pidOf = ({ roster }: Keeping): number | undefined => roster.list()[0]?.pid

describe('a process that is kept running', () => {
  it('is started again when it was killed, with the reason in the log', async () => {
    const keep = keeping()
    const child = keepRunning('part', () => sleeps, keep)
    const first = pidOf(keep) ?? 0
    process.kill(first, 'SIGKILL')
    await vi.waitUntil(() => pidOf(keep) !== undefined && pidOf(keep) !== first, SOON)
    expect(keep.warnings).toMatchObject([{ ended: 'part', reason: 'signal SIGKILL' }])
    await child.stop()
  })

  it('is started again and again when there is no such program', async () => {
    const keep = keeping()
    const child = keepRunning('part', () => ({ ...sleeps, command: join(keep.folder, 'none') }), keep)
    await vi.waitUntil(() => keep.warnings.length > 1, SOON)
    expect(keep.warnings[0]).toMatchObject({ reason: expect.stringContaining('ENOENT') })
    await child.stop()
  })

  it('comes when what keeps it from starting is gone', async () => {
    const keep = keeping()
    writeFileSync(keep.logs, 'a file where the folder of logs belongs')
    const child = keepRunning('part', () => sleeps, keep)
    await vi.waitUntil(() => keep.warnings.length > 0, SOON)
    expect(pidOf(keep)).toBeUndefined()
    rmSync(keep.logs)
    await vi.waitUntil(() => pidOf(keep) !== undefined, SOON)
    await child.stop()
  })

  it('ends when it is stopped, and is not started again', async () => {
    const keep = keeping()
    const child = keepRunning('part', () => sleeps, keep)
    const pid = pidOf(keep) ?? 0
    await child.stop()
    expect(identify(pid)).toBeUndefined()
    expect(keep.roster.list()).toEqual([])
    expect(keep.warnings).toEqual([])
  })

  it('is killed when it does not listen', async () => {
    const keep = keeping()
    const child = keepRunning('part', () => ignores, keep)
    const pid = pidOf(keep) ?? 0
    await vi.waitUntil(() => readFileSync(join(keep.logs, 'part.log'), 'utf8').includes('deaf'), SOON)
    await child.stop(100)
    expect(identify(pid)).toBeUndefined()
  })

  it('writes what it has to say into a log of its own, and a log that grew too large is set aside', async () => {
    const keep = keeping()
    await runOnce('part', node("console.log('a'.repeat(20_000_001))"), keep)
    await runOnce('part', node("console.log('anew')"), keep)
    expect(readFileSync(join(keep.logs, 'part.log'), 'utf8')).toBe('anew\n')
    expect(existsSync(join(keep.logs, 'part.log.1'))).toBe(true)
  })

  it('is not started when everything is to end', () => {
    expect(() => keepRunning('part', () => sleeps, keeping(freshFolder(), AbortSignal.abort()))).toThrow('aborted')
  })
})

describe('a process that runs once', () => {
  it('fails with how it ended and where its log is', async () => {
    const keep = keeping()
    await expect(runOnce('part', node('process.exit(3)'), keep)).rejects.toThrow(
      `part failed (exit 3): its log is ${join(keep.logs, 'part.log')}`,
    )
  })

  it('is ended when everything is to end', async () => {
    const ending = new AbortController()
    const running = runOnce('part', sleeps, keeping(freshFolder(), ending.signal))
    ending.abort()
    await expect(running).rejects.toThrow('aborted')
  })
})

describe('the roster of a home', () => {
  it('finds and ends what a dead supervisor left, and nothing else', async () => {
    const keep = keeping()
    // Nobody keeps it here: a supervisor that was killed starts nothing again.
    const file = join(keep.folder, 'processes.json')
    const child = keepRunning('part', () => sleeps, keep)
    const [left] = leftBehind(file)
    if (left === undefined) throw new Error('Nothing was written down')
    writeFileSync(file, JSON.stringify([left, { name: 'other', pid: process.pid, started: 'before the last boot' }]))
    const found = leftBehind(file)
    expect(found.map(({ name }) => name)).toEqual(['part'])
    const stopped = child.stop()
    await endAll(found)
    expect(isRunning(left)).toBe(false)
    await stopped
  })
})
