import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterEach, beforeEach, expect, inject, it } from 'vitest'
import { prepareDatabase } from '#embedded/prepare-database'
import { createDatabase } from '#store/database/create-database'
import { connect } from '#store/database/database'
import { freshFolder } from '../../unit/embedded/folder.ts'

/** Roles belong to the whole server, and the other tests sign in with this. */
const passwords = { api: 'test', worker: 'test', gate: 'test', executor: 'test', sealer: 'test', intake: 'test' }
const demo = fileURLToPath(new URL('../../../policies/demo.yaml', import.meta.url))

let server: pg.Client
let databaseUrl: string
let owner: ReturnType<typeof connect>
let number = 0
beforeEach(async () => {
  server = new pg.Client({ connectionString: inject('databaseUrl') })
  await server.connect()
  databaseUrl = await createDatabase(inject('databaseUrl'), `prepared_${process.pid}_${number++}`)
  owner = connect(databaseUrl, 1)
})
afterEach(async () => {
  await owner.close()
  await server.query(`drop database ${new URL(databaseUrl).pathname.slice(1)} with (force)`)
  await server.end()
})

const policies = () => owner.db.selectFrom('policy').select('source').execute()

function policyFile(text: string): string {
  const file = join(freshFolder(), 'policy.yaml')
  writeFileSync(file, text)
  return file
}

it('makes an empty database one for real accounts: tables, a policy, and nobody who could sign in', async () => {
  await prepareDatabase({ databaseUrl, passwords, policyFile: policyFile('clocks: {decideBy: 5m}') })
  expect(await policies()).toEqual([{ source: 'clocks: {decideBy: 5m}' }])
  expect(await owner.db.selectFrom('person').selectAll().execute()).toEqual([])
  expect(await owner.db.selectFrom('account').selectAll().execute()).toEqual([])
})

it('changes nothing the second time, whatever policy it is given', async () => {
  await prepareDatabase({ databaseUrl, passwords, policyFile: undefined })
  const before = await policies()
  await prepareDatabase({ databaseUrl, passwords, policyFile: policyFile('clocks: {decideBy: 5m}') })
  expect(await policies()).toEqual(before)
})

it('lets each role sign in with its password, and read what is its own', async () => {
  await prepareDatabase({ databaseUrl, passwords, policyFile: undefined })
  const url = Object.assign(new URL(databaseUrl), { username: 'cordon_gate', password: passwords.gate })
  const gate = new pg.Client({ connectionString: url.href })
  await gate.connect()
  try {
    expect((await gate.query('select count(*)::int as policies from policy')).rows).toEqual([{ policies: 1 }])
    await expect(gate.query('insert into vote default values')).rejects.toThrow('permission denied')
  } finally {
    await gate.end()
  }
})

it('refuses the demo’s policy before it touches anything', async () => {
  await expect(prepareDatabase({ databaseUrl, passwords, policyFile: demo })).rejects.toThrow('policies/default.yaml')
  await expect(policies()).rejects.toThrow('does not exist')
})
