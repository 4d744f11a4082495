import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  IAMClient,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAws } from '#activities/aws/clients'
import { inspectAccount } from '#activities/inspection/inspect-account'
import { inspectHub } from '#activities/inspection/inspect-hub'
import type { Inspector } from '#api/deps'
import type { Asked } from '#cli/command'
import { generate } from '#cli/commands/roles'
import { PAYMENTS_PRODUCTION as FRESH, HUB, type RunningSimulator, startSimulator } from '../../support/simulator.ts'
import { openWorld, type World } from './world.ts'

const REGIONS = ['eu-central-1', 'us-east-1']
const ROLES = ['CordonReader', 'CordonResponder', 'CordonRestorer']
const hub = `arn:aws:iam::${HUB}:user/cordon-gate,arn:aws:iam::${HUB}:user/cordon-executor`
const wish = { id: FRESH, name: 'payments', environment: 'production', regions: REGIONS }

interface Template {
  readonly name: string
  readonly trust: object
  readonly policies: readonly { readonly name: string; readonly document: object }[]
}

let simulator: RunningSimulator
let world: World
let iam: IAMClient
let templates: readonly Template[]

/** The executor’s own looks at the accounts, without a workflow between. */
const inspector: Inspector = {
  at: { address: '127.0.0.1:9', namespace: 'cordon' },
  look: async () => ({ kind: 'unreachable', reason: 'not asked' }),
  async accounts({ accounts }) {
    const deps = {
      db: world.owner,
      aws: createAws({ endpoint: simulator.endpoint, identity: simulator.identities.executor }),
    }
    const seen = await Promise.all(accounts.map((account) => inspectAccount(deps, { account })))
    const now = Date.now()
    const clock = { of: 'the Temporal server', at: now, before: now, after: now }
    return { seen: { kind: 'seen', hub: await inspectHub(deps), accounts: seen }, clock }
  },
}

beforeAll(async () => {
  simulator = await startSimulator()
  world = await openWorld({ inspector })
  iam = new IAMClient(simulator.client(FRESH, 'us-east-1'))
  for (const RoleName of ROLES) await deleteRole(RoleName)
})
afterAll(async () => {
  await world.close()
  await simulator.stop()
})

async function deleteRole(RoleName: string): Promise<void> {
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }))
  for (const PolicyName of PolicyNames) await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }))
  await iam.send(new DeleteRoleCommand({ RoleName }))
}

/** What `cordon roles generate --format json` prints, made in the account. */
async function load(): Promise<void> {
  const { body } = await world.call('GET', '/api/accounts', 'admin')
  const asked = { words: [], options: { format: 'json', hub, account: FRESH }, api: { get: async () => body } }
  const [printed] = JSON.parse((await generate(asked as unknown as Asked)).text) as { readonly roles: Template[] }[]
  templates = printed?.roles ?? []
  for (const { name: RoleName, trust, policies } of templates) {
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }))
    for (const { name: PolicyName, document } of policies)
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: JSON.stringify(document) }))
  }
}

const check = async () => (await world.call('POST', `/api/accounts/${FRESH}/check`, 'admin')).body
const templateOf = (role: string) => templates.find(({ name }) => name === role)
const trust = (RoleName: string, document: object) =>
  iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: JSON.stringify(document) }))
const eventsOf = async () => {
  const rows = await world.owner
    .selectFrom('audit_entry')
    .select(['type', 'body'])
    .where('type', 'like', 'account.%')
    .orderBy('id')
    .execute()
  return rows.map(({ type, body }) => ({ type, text: body.toString() }))
}

// In this order: the account goes through its registration.
describe('an account that somebody registers', () => {
  it('gets an ExternalId of its own and is not connected while its roles are missing', async () => {
    const { status, body } = await world.call('POST', '/api/accounts', 'admin', wish)
    expect([status, body.standing, body.connectedAt]).toEqual([202, 'registered', null])
    expect(body.externalId).toMatch(/^cordon-[0-9a-f]{48}$/)
    expect(body.reasons).toEqual([expect.stringContaining('CordonReader of account 444455556666 cannot be assumed')])
    const again = await world.call('POST', '/api/accounts', 'admin', wish)
    expect(again.body.externalId).toBe(body.externalId)
  })

  it('is connected when the roles of its template are there', async () => {
    await load()
    expect(await check()).toMatchObject({ standing: 'connected', reasons: [], registeredBy: 'admin' })
    expect((await world.call('POST', '/api/accounts', 'admin', wish)).status).toBe(201)
  })

  it.each([
    ['without the ExternalId', 'CordonReader', 'Condition', 'can be opened without the account’s ExternalId'],
    [
      'without the ExternalId',
      'CordonResponder',
      'Condition',
      'can be opened without the account’s ExternalId, without a SourceIdentity',
    ],
    ['by everybody', 'CordonRestorer', 'Principal', 'can be opened by everybody'],
  ])('is refused when a role can be opened %s: %s', async (_, role, part, reason) => {
    const { trust: good = {} } = templateOf(role) ?? {}
    const [opening, ...others] = (good as { Statement: object[] }).Statement
    const changed = { ...opening, ...(part === 'Condition' ? { Condition: undefined } : { Principal: '*' }) }
    await trust(role, { ...good, Statement: [changed, ...others] })
    expect(await check()).toMatchObject({
      standing: 'registered',
      reasons: [expect.stringContaining(`${role} ${reason}`)],
    })
    await trust(role, good)
    expect(await check()).toMatchObject({ standing: 'connected' })
  })

  it('is refused when the reading role takes any ExternalId, though its trust seems to ask for one', async () => {
    const { trust: good = {} } = templateOf('CordonReader') ?? {}
    const [opening, ...others] = (good as { Statement: { Principal: object }[] }).Statement
    const lax = { ...opening, Condition: { StringLike: { 'sts:ExternalId': '*' } } }
    await trust('CordonReader', { ...good, Statement: [lax, ...others] })
    const { reasons } = await check()
    expect(reasons.join()).toContain('with another ExternalId')
    await trust('CordonReader', good)
  })

  it.each([
    ['CordonReader', { Action: 's3:GetObject', Resource: '*' }, 'allows s3:GetObject on *'],
    ['CordonResponder', { Action: 'iam:*', Resource: '*' }, 'allows iam:* on *'],
    ['CordonRestorer', { Action: 'ec2:TerminateInstances', Resource: '*' }, 'allows ec2:TerminateInstances on *'],
  ])('is refused when %s may do more than declared', async (RoleName, statement, reason) => {
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] })
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'more', PolicyDocument }))
    expect(await check()).toMatchObject({
      standing: 'registered',
      reasons: [expect.stringContaining(`${RoleName} ${reason}`)],
    })
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'more' }))
    expect(await check()).toMatchObject({ standing: 'connected' })
  })

  it('is refused when a policy that is attached to a role allows more, and when it cannot be looked into', async () => {
    const attached = { RoleName: 'CordonReader', PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }
    await iam.send(new AttachRolePolicyCommand(attached))
    const wide = await check()
    const code = 'AccessDenied'
    await simulator.faults({
      rules: [{ operation: 'iam:GetPolicyVersion', nth: 0, effect: 'refuse', code, status: 403 }],
    })
    const unseen = await check()
    await simulator.faults({ rules: [] })
    await iam.send(new DetachRolePolicyCommand(attached))
    expect(wide).toMatchObject({
      standing: 'registered',
      reasons: [expect.stringContaining('CordonReader allows *:Get* on *')],
    })
    expect(unseen).toMatchObject({
      standing: 'registered',
      reasons: ['What CordonReader allows could not be looked at'],
    })
    expect(await check()).toMatchObject({ standing: 'connected' })
  })

  it('has to be connected anew when something of it changed', async () => {
    const changed = { ...wish, regions: ['eu-central-1'] }
    const { body } = await world.call('POST', '/api/accounts', 'admin', changed)
    // Its roles may act in a Region that it is not registered for any more.
    expect(body).toMatchObject({ standing: 'registered', regions: ['eu-central-1'] })
    expect(body.reasons.join()).toContain('CordonResponder allows')
    expect((await world.call('POST', '/api/accounts', 'admin', wish)).status).toBe(201)
  })

  it('is looked at without its ExternalId coming into a history', async () => {
    const { body } = await world.call('GET', '/api/accounts', 'admin')
    const { externalId } = body.accounts.find(({ id }: { id: string }) => id === FRESH)
    const { seen } = await inspector.accounts({ build: 'build-1', accounts: [FRESH] })
    expect(JSON.stringify(seen)).toContain('sts:ExternalId')
    expect(JSON.stringify(seen)).not.toContain(externalId)
  })

  it('is told in the log, without its ExternalId', async () => {
    const { body } = await world.call('GET', '/api/accounts', 'admin')
    const { externalId } = body.accounts.find(({ id }: { id: string }) => id === FRESH)
    const told = (await eventsOf()).filter(({ text }) => text.includes(FRESH))
    expect(told.slice(0, 3).map(({ type }) => type)).toEqual(['account.added', 'account.refused', 'account.refused'])
    expect(new Set(told.map(({ type }) => type))).toEqual(
      new Set(['account.added', 'account.changed', 'account.refused', 'account.connected']),
    )
    expect(told.some(({ text }) => text.includes(externalId))).toBe(false)
  })
})

describe('the routes of accounts', () => {
  it('list what was set up too, which cannot be registered', async () => {
    const { body } = await world.call('GET', '/api/accounts', 'admin')
    expect(body.accounts.map(({ id, standing }: { id: string; standing: string }) => [id, standing])).toContainEqual([
      '111122223333',
      'set-up',
    ])
    expect(await world.call('POST', '/api/accounts', 'admin', { ...wish, id: '111122223333' })).toMatchObject({
      status: 409,
    })
  })

  it.each([{ id: '1' }, { environment: 'test' }, { regions: [] }, { regions: ['*'] }, { name: '' }, { surprise: 1 }])(
    'refuse %j',
    async (wrong) => {
      expect((await world.call('POST', '/api/accounts', 'admin', { ...wish, ...wrong })).status).toBe(400)
    },
  )

  it('are for nobody but an operator, and for registered accounts; what roles ask for is shown to nobody else', async () => {
    const { body } = await world.call('GET', '/api/accounts', 'responder')
    expect(body.accounts.map(({ externalId }: { externalId: unknown }) => externalId)).toEqual(
      body.accounts.map(() => null),
    )
    expect((await world.call('POST', '/api/accounts', 'approver1', wish)).status).toBe(403)
    expect((await world.call('POST', '/api/accounts/999999999999/check', 'admin')).status).toBe(404)
  })
})
