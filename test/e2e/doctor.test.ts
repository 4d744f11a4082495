import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Check } from '#domain/doctor/check'
import { freePort } from '#embedded/ports'
import { type Home, isAlive, newHome, prepare, type Run, until } from './installation.ts'

let home: Home
const elsewhere: Home[] = []
beforeAll(async () => {
  prepare()
  home = await newHome()
})
afterAll(async () => {
  await home.stop()
  for (const one of [home, ...elsewhere]) one.remove()
})

interface Document {
  readonly ok: boolean
  readonly checks: readonly Check[]
  readonly notes: readonly string[]
}

const documentOf = ({ stdout }: Run) => JSON.parse(stdout) as Document
const failing = (run: Run) => documentOf(run).checks.filter(({ ok }) => !ok)

async function another(surroundings: NodeJS.ProcessEnv): Promise<Home> {
  const made = await newHome(undefined, surroundings)
  elsewhere.push(made)
  return made
}

describe('cordon doctor', () => {
  it('says before the first start that nothing runs, with what to type, and fails', () => {
    const run = home.cordon('doctor', '--json')
    expect(run.status).toBe(1)
    expect(failing(run)).toMatchObject([{ name: 'home', next: 'npm start' }])
    expect(documentOf(run).checks).toContainEqual(expect.objectContaining({ name: 'port', ok: true }))
  })

  it('names the process that has the port', async () => {
    const listener = createServer().listen(home.port, '127.0.0.1')
    await once(listener, 'listening')
    const [, port] = failing(home.cordon('doctor', '--json'))
    expect(port).toMatchObject({ name: 'port', text: expect.stringContaining(`Port ${home.port} is held by`) })
    if (process.platform === 'linux') expect(port?.text).toContain(`process ${process.pid} (`)
    listener.close()
    await once(listener, 'close')
  })

  it('looks at the servers that the environment names, and hides what opens them', async () => {
    const dead = `127.0.0.1:${await freePort()}`
    const away = await another({ DATABASE_URL: `postgres://owner:hidden@${dead}/cordon`, TEMPORAL_ADDRESS: dead })
    const run = away.cordon('doctor', '--json')
    expect(failing(run).map(({ name }) => name)).toEqual(['home', 'database', 'temporal'])
    expect(run.stdout).not.toContain('hidden')
  })

  it('finds a demo well, here and from elsewhere with a token', async () => {
    await home.start()
    const here = home.cordon('doctor', '--json')
    expect(failing(here)).toEqual([])
    expect(here.status).toBe(0)
    expect(documentOf(here).checks.map(({ name }) => name)).toContain('guardduty/111122223333/eu-central-1')
    const { tokens } = home.ready()
    const remote = (token: string | undefined) =>
      another({ CORDON_URL: `http://127.0.0.1:${home.port}`, CORDON_TOKEN: token })
    expect((await remote(tokens['admin'])).cordon('doctor').status).toBe(0)
    expect(failing((await remote('wrong')).cordon('doctor', '--json'))).toMatchObject([{ name: 'sign-in' }])
  })

  it('names the database when only the api is left', async () => {
    const { processes } = home.ready()
    home.supervisor().kill('SIGKILL')
    const others = processes.filter(({ name }) => name !== 'api')
    for (const { pid } of others) process.kill(pid, 'SIGKILL')
    await until(() => others.every(({ pid }) => !isAlive(pid)))
    const found = failing(home.cordon('doctor', '--json'))
    expect(found.map(({ name }) => name)).toEqual(expect.arrayContaining(['home', 'database', 'temporal']))
    expect(found.find(({ name }) => name === 'database')?.text).toContain('ECONNREFUSED')
    for (const { pid } of processes.filter(({ name }) => name === 'api')) process.kill(pid, 'SIGKILL')
  })
})
