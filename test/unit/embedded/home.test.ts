import { statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { keepKind, openHome } from '#embedded/home'
import { policySource } from '#embedded/policy-source'
import { freePort, isFree, keepPorts } from '#embedded/ports'
import { keepSecrets } from '#embedded/secrets'
import { freshFolder } from './folder.ts'

const MODE = 0o777

describe('a home', () => {
  it('that was ever simulated is refused for real accounts, and the other way round', () => {
    const folder = freshFolder()
    keepKind({ folder }, 'demo')
    keepKind({ folder }, 'demo')
    expect(() => keepKind({ folder }, 'real')).toThrow('is a simulated one and stays so: choose another CORDON_HOME')
    const other = freshFolder()
    keepKind({ folder: other }, 'real')
    expect(() => keepKind({ folder: other }, 'demo')).toThrow('is for real accounts and stays so')
  })

  it('has a socket with an address that the system takes, however long its path is', () => {
    const short = openHome(join(freshFolder(), 'home'))
    const long = openHome(join(freshFolder(), 'a'.repeat(120)))
    expect(short.gateSocket.startsWith(short.folder)).toBe(true)
    expect(long.gateSocket.length).toBeLessThan(100)
    expect(openHome(long.folder).gateSocket).toBe(long.gateSocket)
    expect(statSync(join(long.gateSocket, '..')).mode & MODE).toBe(0o700)
  })

  it('keeps its secrets, each in a file of its own that only its owner reads', () => {
    const folder = join(freshFolder(), 'secrets')
    const first = keepSecrets(folder)
    expect(keepSecrets(folder)).toEqual(first)
    const files = [first.postgres, first.gate, first.control, first.logKey, ...Object.values(first.tokens)]
    expect(files.map(({ file }) => statSync(file).mode & MODE)).toEqual(files.map(() => 0o600))
    expect(new Set(files.map(({ text }) => text)).size).toBe(files.length)
  })

  it('keeps its ports where they are free, and takes another where one is not', async () => {
    const file = join(freshFolder(), 'ports.json')
    const first = await keepPorts(file)
    expect(await keepPorts(file)).toEqual(first)
    const { createServer } = await import('node:net')
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(first.postgres, '127.0.0.1', resolve))
    const second = await keepPorts(file)
    await new Promise((resolve) => server.close(resolve))
    expect(second).toEqual({ ...first, postgres: expect.any(Number) })
    expect(second.postgres).not.toBe(first.postgres)
    expect(await isFree(await freePort())).toBe(true)
  })
})

describe('the policy that an empty home starts with', () => {
  it('is the demo’s for simulated accounts only', () => {
    const demo = policySource('demo', undefined)
    expect(policySource('real', undefined)).not.toBe(demo)
    const file = new URL('../../../policies/demo.yaml', import.meta.url).pathname
    expect(policySource('demo', file)).toBe(demo)
    expect(() => policySource('real', file)).toThrow('The demo policy is for simulated accounts')
  })

  it('is said to be missing when its file cannot be read', () => {
    const none = join(freshFolder(), 'none.yaml')
    expect(() => policySource('demo', none)).toThrow(`CORDON_POLICY is “${none}”, which is no file that can be read.`)
  })
})
