import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serverFolder } from '#embedded/postgres-program'
import { leftBehind } from '#embedded/roster'
import { type Home, isAlive, isReady, newHome, prepare, until } from './installation.ts'

const parts = ['postgres', 'temporal', 'simulator', 'gate', 'executor', 'sealer', 'intake', 'worker', 'api']
const OWNER_ONLY = 0o600
const MODE = 0o777

let home: Home
beforeAll(async () => {
  prepare()
  home = await newHome()
  await home.start()
})
afterAll(async () => {
  await home.stop()
  home.remove()
})

const killed = (name: string): number => {
  const pid = home.pidOf(name)
  if (pid === undefined) throw new Error(`${name} does not run`)
  process.kill(pid, 'SIGKILL')
  return pid
}

const isRestarted = (name: string, before: number): boolean => {
  const now = home.pidOf(name)
  return now !== undefined && now !== before && isAlive(now)
}

describe('npm start', () => {
  it('says where it is and what to type next', () => {
    expect(home.printed()).toContain(`http://localhost:${home.port}`)
    expect(home.printed()).toContain('npx cordon drill stolen-access-key')
  })

  it('writes for its owner only where everything is, who may sign in and what runs', () => {
    const { url, temporal, database, aws, tokens, processes } = home.ready()
    expect(statSync(join(home.folder, 'run', 'ready.json')).mode & MODE).toBe(OWNER_ONLY)
    expect(url).toBe(`http://localhost:${home.port}`)
    expect(temporal).toEqual({ address: expect.stringMatching(/^127\.0\.0\.1:\d+$/), namespace: 'cordon' })
    expect(database).toMatch(/^postgres:\/\//)
    expect(aws).toMatchObject({
      endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      region: 'eu-central-1',
    })
    expect(aws.accounts.map(({ id }) => id)).toContain('111122223333')
    expect(Object.keys(tokens).toSorted()).toEqual([
      'admin',
      'approver1',
      'approver2',
      'auditor',
      'intake',
      'responder',
    ])
    expect(processes.map(({ name }) => name).toSorted()).toEqual(parts.toSorted())
    expect(processes.filter(({ pid }) => !isAlive(pid))).toEqual([])
  })

  it('gives each process only what is its own', () => {
    const environmentOf = (name: string) => readFileSync(`/proc/${home.pidOf(name)}/environ`, 'utf8')
    const owner = new URL(home.ready().database).password
    for (const part of ['gate', 'executor', 'sealer', 'intake', 'worker', 'api', 'simulator'])
      expect(environmentOf(part), part).not.toContain(owner)
    for (const part of ['executor', 'sealer', 'intake', 'worker', 'api']) {
      expect(environmentOf(part), part).not.toContain('cordon_gate')
      expect(environmentOf(part), part).not.toContain('gate-credentials')
    }
    for (const part of ['worker', 'api', 'sealer']) expect(environmentOf(part), part).not.toMatch(/AWS_|gate-secret/)
    expect(environmentOf('intake')).not.toMatch(/TEMPORAL_|gate-secret|executor-credentials/)
    expect(environmentOf('worker')).not.toContain('log-key')
  })

  it.each(parts)('starts %s again when it is killed, and is ready again', async (part) => {
    const before = killed(part)
    await until(() => isRestarted(part, before))
    await until(() => isReady(home))
    expect(home.pidOf(part)).not.toBe(before)
  })

  it('refuses to run twice in one home, with the process to stop', async () => {
    const twin = await newHome(home.folder)
    await expect(twin.start()).rejects.toThrow(`process ${home.supervisor().pid}`)
    expect(await isReady(home)).toBe(true)
  })

  it('runs in another home at the same time', async () => {
    const other = await newHome()
    await other.start()
    expect(await isReady(other)).toBe(true)
    expect(await isReady(home)).toBe(true)
    await other.stop()
    other.remove()
  })

  it('begins anew in a home that was deleted', async () => {
    const other = await newHome()
    await other.start()
    await other.stop()
    const outside = serverFolder(join(other.folder, 'postgres'))
    rmSync(other.folder, { recursive: true })
    await other.start()
    expect(await isReady(other)).toBe(true)
    await other.stop()
    rmSync(outside, { recursive: true, force: true })
    other.remove()
  })

  it('gives up a start when it is asked to stop, and leaves nothing running', async () => {
    const other = await newHome()
    const starting = other.start()
    starting.catch(() => undefined)
    await until(() => other.printed().includes('Starting Cordon'))
    await other.stop()
    await expect(starting).rejects.toThrow('Stopped.')
    expect(other.supervisor().exitCode).toBe(0)
    expect(leftBehind(join(other.folder, 'run', 'processes.json'))).toEqual([])
    other.remove()
  })

  it('takes over what a killed supervisor left, and doubles nothing', async () => {
    const left = home.ready().processes
    home.supervisor().kill('SIGKILL')
    await until(() => home.supervisor().signalCode !== null)
    // Even a database server that nobody wrote down.
    const roster = join(home.folder, 'run', 'processes.json')
    writeFileSync(roster, JSON.stringify(leftBehind(roster).filter(({ name }) => name !== 'postgres')))
    await home.start()
    const now = home.ready().processes
    expect(left.filter(({ pid }) => isAlive(pid) && !now.some((one) => one.pid === pid))).toEqual([])
    expect(now.map(({ name }) => name).toSorted()).toEqual(parts.toSorted())
  })

  it('comes back after everything was killed at once', async () => {
    const { processes } = home.ready()
    home.supervisor().kill('SIGKILL')
    for (const { pid } of processes) process.kill(pid, 'SIGKILL')
    await until(() => processes.every(({ pid }) => !isAlive(pid)))
    await home.start()
    expect(await isReady(home)).toBe(true)
  })

  it('leaves nothing running when it is asked to stop', async () => {
    const { processes } = home.ready()
    // npm hands on the Ctrl-C that the terminal has sent already.
    home.supervisor().kill('SIGINT')
    home.supervisor().kill('SIGINT')
    await home.stop()
    expect(processes.filter(({ pid }) => isAlive(pid))).toEqual([])
    expect(home.supervisor().exitCode).toBe(0)
    expect(existsSync(join(home.folder, 'run', 'ready.json'))).toBe(false)
    await home.start()
  })
})
