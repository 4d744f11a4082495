import { randomBytes } from 'node:crypto'
import { afterAll, describe, expect, inject, it } from 'vitest'
import { inspectServers } from '#embedded/inspect-servers'
import { freePort } from '#embedded/ports'
import { createDatabase } from '#store/database/create-database'
import { freshDatabase, startPostgres } from '../../support/postgres.ts'
import { freshNamespace } from '../../support/temporal.ts'

const failing = async (at: Partial<Parameters<typeof inspectServers>[0]>) => {
  const { checks } = await inspectServers({ databaseUrl: undefined, temporal: undefined, ...at })
  return checks.filter(({ ok }) => !ok)
}
const database = await freshDatabase()
afterAll(() => database.drop())

const changed = (change: (url: URL) => void): string => {
  const url = new URL(database.urlOf('api'))
  change(url)
  return url.href
}

describe('a database', () => {
  it('that is migrated is well, also by the rights of the api', async () => {
    expect(await failing({ databaseUrl: database.ownerUrl })).toEqual([])
    expect(await failing({ databaseUrl: database.urlOf('api') })).toEqual([])
  })

  it('that was never migrated lacks every migration', async () => {
    const databaseUrl = await createDatabase(inject('databaseUrl'), `test_${randomBytes(8).toString('hex')}`)
    expect(await failing({ databaseUrl })).toMatchObject([
      { name: 'schema', text: 'The database lacks every migration' },
    ])
  })

  it.each([
    ['a wrong password', (url: URL) => void (url.password = 'wrong'), 'Correct the password'],
    ['a name that is not there', (url: URL) => void (url.pathname = '/nowhere'), 'createdb'],
    ['a host that is not there', (url: URL) => void (url.hostname = 'nowhere.invalid'), 'host name'],
    ['a port that nobody listens on', (url: URL) => void (url.port = '9'), 'Start the server'],
  ])('with %s is told so', async (_what, change, next) => {
    const checks = await failing({ databaseUrl: changed(change) })
    expect(checks).toMatchObject([{ name: 'database', next: expect.stringContaining(next) }])
    expect(JSON.stringify(checks)).not.toContain('wrong@')
  })

  it('whose server stopped cannot be reached', async () => {
    const server = await startPostgres()
    await server.stop()
    expect(await failing({ databaseUrl: server.url })).toMatchObject([
      { name: 'database', text: expect.stringContaining('ECONNREFUSED') },
    ])
  })
})

describe('a Temporal server', () => {
  const address = inject('temporalAddress')

  it('without the namespace gets the command that creates it', async () => {
    expect(await failing({ temporal: { address, namespace: 'nowhere' } })).toMatchObject([
      {
        name: 'namespace',
        next: `temporal operator namespace create --namespace nowhere --retention 90d --address ${address}`,
      },
    ])
  })

  it('with a namespace that forgets too early gets the command that changes it', async () => {
    const namespace = await freshNamespace()
    expect(await failing({ temporal: { address, namespace } })).toMatchObject([
      { name: 'retention', text: expect.stringContaining('for 1 day;') },
    ])
  })

  it('at a dead address is told with the address', async () => {
    const dead = `127.0.0.1:${await freePort()}`
    expect(await failing({ temporal: { address: dead, namespace: 'cordon' } })).toMatchObject([
      { name: 'temporal', text: expect.stringContaining(dead), next: expect.stringContaining('TEMPORAL_ADDRESS') },
    ])
  })
})
