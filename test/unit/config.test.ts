import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readApiConfig, readDatabaseConfig, readGateConfig, readStartConfig, readWorkerConfig } from '#config'
import { freshFolder } from './embedded/folder.ts'

/** A file that holds the text, as an editor leaves it. */
function fileWith(text: string): string {
  const file = join(freshFolder(), 'secret')
  writeFileSync(file, `${text}\n`)
  return file
}

const worker = {
  DATABASE_URL: 'postgres://cordon_worker@127.0.0.1:5432/cordon',
  TEMPORAL_ADDRESS: '127.0.0.1:7233',
  CORDON_BUILDS: 'builds',
}
const gate = {
  DATABASE_URL: 'postgres://cordon_gate@127.0.0.1:5432/cordon',
  CORDON_AWS: 'real',
  CORDON_GATE_SOCKET: 'gate.sock',
  CORDON_GATE_SECRET_FILE: 'gate-secret',
}

describe('a secret', () => {
  it('may be in a file that its variable with _FILE names', () => {
    const DATABASE_URL_FILE = fileWith('postgres://worker:word@127.0.0.1:5432/cordon')
    const { DATABASE_URL: _, ...rest } = worker
    const secret = `whsec_${Buffer.from('a secret of this test').toString('base64')}`
    const read = readWorkerConfig({
      ...rest,
      DATABASE_URL_FILE,
      CORDON_WEBHOOK_URL: 'https://hook.example',
      CORDON_WEBHOOK_SECRET_FILE: fileWith(secret),
    })
    expect(read.databaseUrl).toBe('postgres://worker:word@127.0.0.1:5432/cordon')
    expect(read.channels).toMatchObject({ webhook: { url: 'https://hook.example', secret } })
  })

  it('is read from one place only: a variable and its file together are refused', () => {
    const both = { ...worker, DATABASE_PASSWORD: 'one', DATABASE_PASSWORD_FILE: fileWith('other') }
    expect(() => readWorkerConfig(both)).toThrow(/^DATABASE_PASSWORD and DATABASE_PASSWORD_FILE are both set: .*$/)
  })

  it('is missed with the name of its file, whether there is none or nothing in it', () => {
    for (const file of [join(freshFolder(), 'none'), freshFolder(), fileWith(' ')])
      expect(() => readWorkerConfig({ ...worker, DATABASE_PASSWORD_FILE: file })).toThrow(
        `DATABASE_PASSWORD_FILE is “${file}”, which is no file that can be read and holds something.`,
      )
  })

  it('is in a file only where it is a secret: the rest says what it is', () => {
    const { CORDON_BUILDS: _, ...rest } = worker
    expect(() => readWorkerConfig({ ...rest, CORDON_BUILDS_FILE: fileWith('builds') })).toThrow(
      'CORDON_BUILDS is missing',
    )
  })

  it('of a channel reaches the worker of npm start by its file, too', () => {
    const CORDON_SMTP_URL_FILE = fileWith('smtp://mail.example')
    const { environment } = readStartConfig({ CORDON_SMTP_URL_FILE })
    expect(environment.channels).toEqual({ CORDON_SMTP_URL_FILE })
  })
})

describe('the password of the database', () => {
  it('may stand beside the address, whatever it is made of', () => {
    const { databaseUrl } = readWorkerConfig({ ...worker, DATABASE_PASSWORD: 'p@ss/w%rd:?#' })
    const url = new URL(databaseUrl)
    expect(decodeURIComponent(url.password)).toBe('p@ss/w%rd:?#')
    expect([url.username, url.host, url.pathname]).toEqual(['cordon_worker', '127.0.0.1:5432', '/cordon'])
  })

  it('is one: an address with another is refused, and neither is repeated', () => {
    const two = { ...worker, DATABASE_URL: 'postgres://worker:first@127.0.0.1/cordon', DATABASE_PASSWORD: 'second' }
    expect(() => readWorkerConfig(two)).toThrow(
      /^DATABASE_URL has a password, and DATABASE_PASSWORD is another: keep one of them\.$/,
    )
  })

  it('is known of every role by whoever prepares the database', () => {
    const owner = { DATABASE_URL: 'postgres://owner@127.0.0.1/cordon', DATABASE_PASSWORD_FILE: fileWith('own') }
    expect(() => readDatabaseConfig(owner)).toThrow(
      ['API', 'WORKER', 'GATE', 'EXECUTOR', 'SEALER']
        .map((role) => {
          const name = `DATABASE_PASSWORD_${role}`
          return `${name} is missing: the password of the database role cordon_${role.toLowerCase()}; or ${name}_FILE.`
        })
        .join('\n'),
    )
  })
})

describe('who reaches a process', () => {
  it('is this machine alone, unless somebody says otherwise', () => {
    const api = { DATABASE_URL: worker.DATABASE_URL, TEMPORAL_ADDRESS: worker.TEMPORAL_ADDRESS }
    expect(readApiConfig(api).host).toBe('127.0.0.1')
    expect(readApiConfig({ ...api, CORDON_HOST: '0.0.0.0' }).host).toBe('0.0.0.0')
  })

  it('is, on the gate’s socket, its own user, or its group when that is said', () => {
    expect(readGateConfig(gate).gateSocketAccess).toBe('owner')
    expect(readGateConfig({ ...gate, CORDON_GATE_SOCKET_ACCESS: 'group' }).gateSocketAccess).toBe('group')
    expect(() => readGateConfig({ ...gate, CORDON_GATE_SOCKET_ACCESS: 'everybody' })).toThrow(
      'CORDON_GATE_SOCKET_ACCESS is “everybody”: say “owner”, or “group” where the executor is another user.',
    )
  })
})

describe('where the organisation’s logs are', () => {
  const api = { DATABASE_URL: worker.DATABASE_URL, TEMPORAL_ADDRESS: worker.TEMPORAL_ADDRESS }
  const logs = {
    account: '222233334444',
    region: 'eu-central-1',
    workgroup: 'cordon',
    database: 'logs',
    tables: { trail: { name: 'cloudtrail' } },
    data: ['organization-logs/AWSLogs/'],
  }

  it('is nowhere, unless a file says it', () => {
    expect(readApiConfig(api).logs).toBeUndefined()
    expect(readApiConfig({ ...api, CORDON_LOGS: fileWith(JSON.stringify(logs)) }).logs).toMatchObject({
      account: '222233334444',
      tables: { trail: { name: 'cloudtrail', day: 'day' } },
    })
  })

  it('is refused with every problem when the file is wrong, or is none', () => {
    const wrong = { ...api, CORDON_LOGS: fileWith(JSON.stringify({ ...logs, database: 'a.b', workgroup: '*' })) }
    expect(() => readApiConfig(wrong)).toThrow(/workgroup must be[\s\S]*database must be/)
    expect(() => readApiConfig({ ...api, CORDON_LOGS: fileWith('no JSON') })).toThrow(/^CORDON_LOGS/)
  })
})
