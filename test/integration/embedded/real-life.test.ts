import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readStartConfig } from '#config'
import type { Policy } from '#domain/policy'
import { kindOf } from '#embedded/home'
import { prepareDatabase } from '#embedded/prepare-database'
import { connect } from '#store/database/database'
import { freshDatabase } from '../../support/postgres.ts'

const demoFile = fileURLToPath(new URL('../../../policies/demo.yaml', import.meta.url))
const passwords = { api: 'test', worker: 'test', gate: 'test', executor: 'test', sealer: 'test', intake: 'test' }

describe('accounts that are not simulated', () => {
  it.each<readonly [string, Record<string, string>]>([
    ['CORDON_AWS=real', { CORDON_AWS: 'real' }],
    ['CORDON_AWS=real and an endpoint on loopback', { CORDON_AWS: 'real', AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' }],
    ['an endpoint elsewhere', { AWS_ENDPOINT_URL: 'https://aws.example.org' }],
    ['an endpoint on this network', { AWS_ENDPOINT_URL: 'http://192.168.0.9:4566' }],
    ['an endpoint that only looks like loopback', { AWS_ENDPOINT_URL: 'http://127.0.0.1.example.org' }],
    ['an endpoint whose name begins like it', { AWS_ENDPOINT_URL: 'http://localhost.example.org' }],
  ])('are those of %s', (_, environment) => {
    const { aws } = readStartConfig(environment)
    expect(kindOf(aws)).toBe('real')
  })

  it.each(['http://localhost:4566', 'http://127.0.0.1:4566', 'http://127.9.9.9:4566', 'http://[::1]:4566'])(
    'are not those of %s',
    (url) => {
      expect(kindOf(readStartConfig({ AWS_ENDPOINT_URL: url }).aws)).toBe('demo')
    },
  )

  it('begin without anybody who can sign in, and in observe', async () => {
    const database = await freshDatabase()
    await prepareDatabase({ databaseUrl: database.ownerUrl, passwords, policyFile: undefined })
    const { db, close } = connect(database.ownerUrl, 1)
    for (const table of ['person', 'session', 'account', 'api_token', 'password', 'passkey'] as const)
      expect(await db.selectFrom(table).selectAll().execute(), table).toEqual([])
    const { body } = await db.selectFrom('policy').select('body').executeTakeFirstOrThrow()
    const { mode, passkeyFor } = body as unknown as Policy
    expect(mode).toEqual({ default: 'observe', accounts: {} })
    expect(passkeyFor).toEqual({ production: ['R2', 'R3'], nonproduction: [] })
    await close()
    await database.drop()
  })

  it('refuse the demo policy before anything is prepared', async () => {
    const database = await freshDatabase()
    const preparing = prepareDatabase({ databaseUrl: database.ownerUrl, passwords, policyFile: demoFile })
    await expect(preparing).rejects.toThrow('The demo policy is for simulated accounts')
    const { db, close } = connect(database.ownerUrl, 1)
    expect(await db.selectFrom('policy').selectAll().execute()).toEqual([])
    await close()
    await database.drop()
  })
})
