import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { takeLock } from '#embedded/lock'
import { identify } from '#embedded/process-identity'
import { freshFolder } from './folder.ts'

/** A process that sleeps until the test ends. */
function sleeper() {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'])
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

describe('the lock of a home', () => {
  it('is refused while its owner lives, with the number of the process to stop', () => {
    const file = join(freshFolder(), 'supervisor.lock')
    const owner = identify(sleeper().pid ?? 0)
    writeFileSync(file, JSON.stringify(owner))
    expect(() => takeLock(file)).toThrow(`process ${owner?.pid}`)
    // And stays with its owner.
    expect(() => takeLock(file)).toThrow(`process ${owner?.pid}`)
  })

  it('is taken over from an owner that was killed', async () => {
    const file = join(freshFolder(), 'supervisor.lock')
    const child = sleeper()
    writeFileSync(file, JSON.stringify(identify(child.pid ?? 0)))
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(() => takeLock(file)).not.toThrow()
  })

  it('is taken over when another process got the number of its owner', () => {
    const file = join(freshFolder(), 'supervisor.lock')
    writeFileSync(file, JSON.stringify({ pid: sleeper().pid, started: 'before the last boot' }))
    expect(() => takeLock(file)).not.toThrow()
  })

  it('leaves nothing behind when it is released', () => {
    const folder = freshFolder()
    takeLock(join(folder, 'supervisor.lock')).release()
    expect(readdirSync(folder)).toEqual([])
  })
})
