import { CreateAccessKeyCommand, IAMClient, ListAccessKeysCommand, ListUsersCommand } from '@aws-sdk/client-iam'
import { CreateSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest'
import type { Database } from '#store/database/database'
import { dropDatabase } from '../gate/world.ts'
import { cases } from './cases.ts'
import { type ActionWorld, openActionWorld } from './world.ts'

const { make, look } = cases.rotateAccessKey
const NAME = 'conform'
const SECRET = `cordon/rotated/${NAME}`

let world: ActionWorld
beforeEach(async () => {
  world = await openActionWorld()
})
afterEach(() => world.close())
afterAll(dropDatabase)

async function planned() {
  const target = await make(world, NAME)
  return { target, plan: await world.plan('rotateAccessKey', target) }
}

async function keptKey() {
  const { SecretString = '{}' } = await world.secrets.send(new GetSecretValueCommand({ SecretId: SECRET }))
  return JSON.parse(SecretString) as { readonly accessKeyId: string; readonly secretAccessKey: string }
}

const keyIds = async (): Promise<readonly (string | undefined)[]> => {
  const { AccessKeyMetadata: keys = [] } = await world.iam.send(new ListAccessKeysCommand({ UserName: NAME }))
  return keys.map(({ AccessKeyId }) => AccessKeyId)
}

/** Every row of every table, as text. */
async function everythingStored(db: Database): Promise<string> {
  const tables = await db.introspection.getTables()
  const texts = await Promise.all(
    tables.map(async ({ name }) => {
      const { rows } = await sql<{ text: string }>`select t::text as text from ${sql.table(name)} t`.execute(db)
      return rows.map(({ text }) => text).join('\n')
    }),
  )
  return texts.join('\n')
}

it('keeps a key in Secrets Manager that its owner can use, and its secret nowhere else', async () => {
  const { plan } = await planned()
  const outcome = await world.perform(plan)
  const { accessKeyId, secretAccessKey } = await keptKey()
  const owner = new IAMClient(world.simulator.client({ accessKeyId, secretAccessKey }, 'us-east-1'))
  await expect(owner.send(new ListUsersCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' })
  const kept = [
    { text: await everythingStored(world.gate.owner), mark: accessKeyId },
    { text: JSON.stringify(outcome), mark: accessKeyId },
    { text: world.logged(), mark: 'secretsmanager:CreateSecret' },
  ]
  for (const { text, mark } of kept) {
    expect(text).toContain(mark)
    for (const encoding of ['utf8', 'hex', 'base64', 'base64url'] as const)
      expect(text).not.toContain(Buffer.from(secretAccessKey).toString(encoding))
  }
})

it('makes another key in place of one whose secret died with its process, and leaves none behind', async () => {
  const { plan } = await planned()
  await world.simulator.faults({ rules: [{ operation: 'iam:CreateAccessKey', effect: 'lose' }] })
  expect(await world.persist(plan)).toMatchObject({ kind: 'applied' })
  expect(await keyIds()).toHaveLength(2)
  expect(await keyIds()).toContain((await keptKey()).accessKeyId)
  expect((await world.writes()).map(({ operation }) => operation)).toEqual([
    'iam:CreateAccessKey',
    'iam:DeleteAccessKey',
    'iam:CreateAccessKey',
    'secretsmanager:CreateSecret',
  ])
})

it('takes a key for somebody else’s when it was used, and leaves it', async () => {
  const { plan } = await planned()
  await world.performDying(plan, { nth: 1, moment: 'after' })
  const { AccessKey } = await world.iam.send(new CreateAccessKeyCommand({ UserName: NAME }))
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {}
  const theirs = new IAMClient(world.simulator.client({ accessKeyId, secretAccessKey }, 'us-east-1'))
  await expect(theirs.send(new ListUsersCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' })
  expect(await world.persist(plan)).toMatchObject({ kind: 'drifted' })
  expect(await keyIds()).toContain(accessKeyId)
  expect(await world.writes()).toEqual([])
})

it('takes its key back when the secret may not be kept', async () => {
  const { target, plan } = await planned()
  const before = await look(world, target)
  await world.simulator.faults({
    rules: [{ operation: 'secretsmanager:CreateSecret', effect: 'refuse', code: 'AccessDeniedException', status: 400 }],
  })
  expect(await world.perform(plan)).toMatchObject({ kind: 'failed', code: 'access_denied', calls: [] })
  expect(await look(world, target)).toEqual(before)
})

it('leaves a secret that is there already to its owner', async () => {
  const target = await make(world, NAME)
  await world.secrets.send(new CreateSecretCommand({ Name: SECRET, SecretString: 'theirs' }))
  const plan = await world.plan('rotateAccessKey', target)
  expect(await world.perform(plan)).toMatchObject({ kind: 'failed', code: 'conflict', calls: [] })
  expect(await keyIds()).toHaveLength(1)
})

it('does not rotate again while the key of the last time was not taken, and changes nothing', async () => {
  const { target, plan } = await planned()
  await world.perform(plan)
  await world.finish(plan)
  const before = { seen: await look(world, target), writes: await world.writes() }
  const again = await world.plan('rotateAccessKey', target)
  expect(await world.perform(again)).toMatchObject({ kind: 'failed', code: 'conflict' })
  expect({ seen: await look(world, target), writes: await world.writes() }).toEqual(before)
})
