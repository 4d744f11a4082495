import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PolicyVersionView } from '#api/schemas/policy'
import { createApi } from '#cli/api'
import type { Options, Run } from '#cli/command'
import * as changes from '#cli/commands/changes'
import * as policy from '#cli/commands/policy'
import { connectionOf } from '#cli/connection'
import type { Screen } from '#cli/screen'
import { addPerson } from '#store/people/people'
import { expireChanges } from '#store/policy/changes'
import { policyInForce } from '#store/policy/policies'
import { demoPolicy } from '../../support/demo-policy.ts'
import { openWorld, tokenOf, type Who, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const ACCOUNT = '111122223333'
const propose = (source: string, who: Who = 'admin') => world.call('POST', '/api/policy', who, { source })
const vote = (id: string, who: Who, decision: string, more: object = {}) =>
  world.call('POST', `/api/changes/${id}/votes`, who, { decision, ...more })
const change = async (id: string) => (await world.call('GET', `/api/changes/${id}`, 'auditor')).body
const inForce = async () => (await world.call('GET', '/api/policy', 'auditor')).body
const explain = async (query: string) =>
  (await world.call('GET', `/api/policy/explain?account=${ACCOUNT}&action=denyUser&${query}`, 'auditor')).body
const lineOf = (source: string, text: string): number => source.split('\n').findIndex((line) => line.includes(text)) + 1
/** The demo’s policy with another clock, so that each test proposes something new. */
let clocks = 10
const another = (): string => demoPolicy.replace('decideBy: 30m', `decideBy: ${++clocks}m`)
const systemEvents = async (): Promise<readonly string[]> => {
  const rows = await world.owner.selectFrom('audit_entry').select('type').where('stream', '=', 'system').execute()
  return rows.map(({ type }) => type)
}

describe('a new policy', () => {
  it('comes into force when two approvers of two groups approve, and not before', async () => {
    const before = await inForce()
    const source = another()
    const { status, body, headers } = await propose(source)
    expect(status).toBe(201)
    expect(headers['location']).toBe(`/api/changes/${body.id}`)
    expect(body).toMatchObject({
      kind: 'policy',
      status: 'proposed',
      proposer: 'admin',
      quorum: { required: 2, groups: 2, given: 0, eligible: 2 },
      differences: [{ path: 'clocks.decideByMs', before: 1_800_000, after: clocks * 60_000 }],
    })
    expect((await vote(body.id, 'approver1', 'approve')).body).toMatchObject({
      status: 'proposed',
      quorum: { given: 1 },
    })
    expect((await inForce()).digest).toBe(before.digest)
    expect((await vote(body.id, 'approver2', 'approve')).body).toMatchObject({
      status: 'in-force',
      statusReason: 'approved by approver1 and approver2',
    })
    expect(await inForce()).toMatchObject({ source, change: body.id, version: before.version + 1 })
    const { versions } = (await world.call('GET', '/api/policy/versions', 'viewer')).body
    expect(versions.map(({ version }: { version: number }) => version)).toEqual([before.version + 1, before.version])
    const one = (await world.call('GET', `/api/policy/versions/${before.version + 1}`, 'viewer')).body
    expect(Value.Check(PolicyVersionView, one)).toBe(true)
    expect(one).toMatchObject({ source, change: body.id, differences: body.differences })
    const first = (await world.call('GET', `/api/policy/versions/${before.version}`, 'viewer')).body
    expect(first).toMatchObject({ source: before.source, change: null, differences: [] })
    expect(await world.call('GET', '/api/policy/versions/999', 'viewer')).toMatchObject({
      status: 404,
      body: { detail: 'No policy has the version 999' },
    })
    expect(await systemEvents()).toEqual(
      expect.arrayContaining(['change.proposed', 'change.voted', 'change.in-force', 'policy.applied']),
    )
  })

  it('may be one that was in force before', async () => {
    const { body } = await propose(demoPolicy)
    await vote(body.id, 'approver1', 'approve')
    await vote(body.id, 'approver2', 'approve')
    const { digest, source } = await inForce()
    expect(source).toBe(demoPolicy)
    expect(await policyInForce(world.db)).toBe(digest)
  })

  it('is refused when it is the one in force, or none at all', async () => {
    expect(await propose((await inForce()).source)).toMatchObject({ status: 409, body: { code: 'conflict' } })
    const wrong = await propose('clocks:\n  decideBy: soon\n')
    expect(wrong).toMatchObject({ status: 422, body: { code: 'unprocessable' } })
    expect(wrong.body.detail).toContain('line 2: clocks.decideBy must be a duration')
  })

  it('is refused when its votes could never be given, with the rule and who is missing', async () => {
    const more = await propose(
      demoPolicy.replace('production: { R0: 0, R1: 0, R2: 2', 'production: { R0: 0, R1: 0, R2: 3'),
    )
    expect(more.status).toBe(422)
    expect(more.body.detail).toContain(
      'quorum.production.R2: 3 approvers are needed, and 2 can be reached (approver1, approver2)',
    )
    const group = await propose(
      `${demoPolicy}overrides: [{ for: { environment: production }, set: { quorum: { groups: [legal] } } }]\n`,
    )
    expect(group.body.detail).toContain('overrides.0.set.quorum: approvers of legal are needed')
    const ladder = await propose(demoPolicy.replace('people: [admin]', 'people: [nobody]'))
    expect(ladder.body.detail).toContain('ladder: Level 2 of the ladder names nobody')
  })

  it('says for which of its rules there is no reserve of approvers', async () => {
    const { body } = await propose(another())
    expect(body.concerns).toContain('quorum.production.R2: without approver1 or approver2 the quorum cannot be reached')
    expect(body.concerns.join()).not.toContain('quorum.nonproduction.R2')
  })

  it('may be proposed by a policy admin or an admin, and by nobody else', async () => {
    for (const who of ['responder', 'approver1', 'auditor', 'viewer', 'intake'] as const)
      expect((await propose(another(), who)).status).toBe(403)
  })

  it('ends the others that were proposed on top of the former one', async () => {
    const [one, other] = [(await propose(another())).body.id, (await propose(another())).body.id]
    await vote(one, 'approver1', 'approve')
    await vote(one, 'approver2', 'approve')
    expect(await change(other)).toMatchObject({ status: 'withdrawn', statusReason: expect.stringContaining('another') })
    expect((await vote(other, 'approver1', 'approve')).status).toBe(409)
  })
})

describe('a change', () => {
  const proposed = async (): Promise<string> => (await propose(another())).body.id

  it('is denied by one, finally', async () => {
    const id = await proposed()
    await vote(id, 'approver1', 'approve')
    expect((await vote(id, 'approver2', 'deny', { reason: 'Not now' })).body).toMatchObject({
      status: 'denied',
      statusReason: 'approver2 denied it: Not now',
    })
    expect(await vote(id, 'approver1', 'deny')).toMatchObject({ status: 409, body: { code: 'conflict' } })
  })

  it('counts the same vote once', async () => {
    const id = await proposed()
    await vote(id, 'approver1', 'approve')
    expect((await vote(id, 'approver1', 'approve')).body).toMatchObject({ status: 'proposed', quorum: { given: 1 } })
    expect((await change(id)).votes).toHaveLength(1)
  })

  it('is not voted on by who proposed it, although they may approve otherwise', async () => {
    await world.owner.transaction().execute((tx) =>
      addPerson(tx, {
        id: 'approver1',
        name: 'Ada Approver',
        roles: ['approver', 'policy-admin'],
        groups: ['security'],
      }),
    )
    const { body } = await propose(another(), 'approver1')
    expect(await vote(body.id, 'approver1', 'approve')).toMatchObject({ status: 403, body: { code: 'not_permitted' } })
    expect((await vote(body.id, 'approver2', 'approve')).body.status).toBe('proposed')
  })

  it('needs two groups, however many approve', async () => {
    await world.owner
      .transaction()
      .execute((tx) =>
        addPerson(tx, { id: 'approver2', name: 'Ben Approver', roles: ['approver'], groups: ['security'] }),
      )
    const id = await insertedChange()
    await vote(id, 'approver1', 'approve')
    expect((await vote(id, 'approver2', 'approve')).body).toMatchObject({ status: 'proposed', quorum: { given: 2 } })
    await world.owner
      .transaction()
      .execute((tx) =>
        addPerson(tx, { id: 'approver2', name: 'Ben Approver', roles: ['approver'], groups: ['platform'] }),
      )
  })

  /** Proposed while everybody was in their groups. */
  async function insertedChange(): Promise<string> {
    const beside = (groups: readonly string[]) =>
      world.owner
        .transaction()
        .execute((tx) =>
          addPerson(tx, { id: 'approver2', name: 'Ben Approver', roles: ['approver'], groups: [...groups] }),
        )
    await beside(['platform'])
    const id = await proposed()
    await beside(['security'])
    return id
  }

  it('counts no vote that belongs to no sign-in of its person', async () => {
    const id = await proposed()
    const { digest } = await change(id)
    await world.owner
      .insertInto('change_vote')
      .values({ change: id, digest, person: 'approver2', decision: 'approve', session: 'no-such-session' })
      .execute()
    expect((await vote(id, 'approver1', 'approve')).body.status).toBe('proposed')
  })

  it('counts no vote that was cast on another digest', async () => {
    const id = await proposed()
    await vote(id, 'approver1', 'approve')
    await sql`update change_vote set digest = 'another' where change = ${id}`.execute(world.owner)
    expect((await vote(id, 'approver2', 'approve')).body.status).toBe('proposed')
    expect(await vote(await proposed(), 'approver1', 'approve', { digest: 'another' })).toMatchObject({ status: 409 })
  })

  it('does not come into force when what is stored is not what was proposed', async () => {
    const id = await proposed()
    await vote(id, 'approver1', 'approve')
    await sql`update change set body = jsonb_build_object('source', ${`${demoPolicy}# altered`}::text) where id = ${id}`.execute(
      world.owner,
    )
    expect(await vote(id, 'approver2', 'approve')).toMatchObject({ status: 409, body: { code: 'conflict' } })
    expect((await inForce()).source).not.toContain('# altered')
    const renamed = await proposed()
    await sql`update change set title = 'Something else' where id = ${renamed}`.execute(world.owner)
    expect(await vote(renamed, 'approver1', 'approve')).toMatchObject({ status: 409, body: { code: 'conflict' } })
  })

  it('ends when nobody decides in time, also when nobody looks', async () => {
    const [looked, alone] = [await proposed(), await proposed()]
    await sql`update change set decide_by = now() - interval '1 second' where id in (${looked}, ${alone})`.execute(
      world.owner,
    )
    expect(await vote(looked, 'approver1', 'approve')).toMatchObject({ status: 409 })
    expect(await change(looked)).toMatchObject({ status: 'expired', votes: [] })
    await expireChanges(world.db)
    expect(await change(alone)).toMatchObject({ status: 'expired' })
  })

  it('is taken back by who proposed it only', async () => {
    const id = await proposed()
    expect((await world.call('POST', `/api/changes/${id}/withdraw`, 'responder')).status).toBe(403)
    expect((await world.call('POST', `/api/changes/${id}/withdraw`, 'admin')).body.status).toBe('withdrawn')
    expect((await vote(id, 'approver1', 'approve')).status).toBe(409)
  })

  it('is decided once when both approvers race', async () => {
    const id = await proposed()
    const { version } = await inForce()
    await Promise.all([vote(id, 'approver1', 'approve'), vote(id, 'approver2', 'approve')])
    expect(await change(id)).toMatchObject({ status: 'in-force' })
    expect((await inForce()).version).toBe(version + 1)
  })

  it('is in the list, by its status', async () => {
    const id = await proposed()
    const ids = async (status: string) =>
      (await world.call('GET', `/api/changes?status=${status}`, 'viewer')).body.changes.map(
        (one: { id: string }) => one.id,
      )
    expect(await ids('proposed')).toContain(id)
    expect(await ids('in-force')).not.toContain(id)
  })
})

describe('an explanation', () => {
  const rules = `
overrides:
  - name: Payments
    for: { units: [/workloads/production] }
    set:
      mode: recommend
      quorum: { required: 2, groups: [security] }
  - for: { tags: { team: payments } }
    set: { clocks: { decideBy: 5m } }
`
  let source: string
  beforeAll(async () => {
    source = `${demoPolicy}${rules}`
    await sql`update account set organizational_unit = '/workloads/production' where id = ${ACCOUNT}`.execute(
      world.owner,
    )
    const { body } = await propose(source)
    await vote(body.id, 'approver1', 'approve')
    await vote(body.id, 'approver2', 'approve')
  })

  it('names the line of the file that decided each value', async () => {
    const told = await explain(
      'target=user/deploy-bot&tag=team%3Dpayments&tag=x%3Dy&severity=high&at=2026-11-26T12:00:00Z',
    )
    expect(told).toMatchObject({
      environment: 'production',
      unit: '/workloads/production',
      target: 'deploy-bot',
      mode: { value: 'recommend', by: 'overrides.0.set.mode', line: lineOf(source, 'mode: recommend') },
      tier: { value: 'R2', by: 'catalogue', line: null },
      quorum: { value: { required: 2, groups: 1, from: ['security'] }, line: lineOf(source, 'quorum: { required: 2') },
      clocks: {
        decideBy: { value: 300_000, by: 'overrides.1.set.clocks.decideBy', line: lineOf(source, 'decideBy: 5m') },
        runBy: { value: 900_000, by: 'clocks.runBy', line: lineOf(source, 'runBy: 15m') },
      },
      protected: null,
      line: lineOf(source, 'mode: recommend'),
    })
  })

  it('goes by the organisation’s own lines for another account, and says when it is not known', async () => {
    const query = '/api/policy/explain?account=999999999999&action=isolateInstance'
    expect((await world.call('GET', query, 'viewer')).body).toMatchObject({
      isAccountKnown: false,
      environment: 'production',
      unit: null,
      mode: { value: 'approve', by: 'mode.default', line: lineOf(source, 'default: approve') },
      quorum: { by: 'quorum.production.R2', line: lineOf(source, 'production: { R0') },
      line: lineOf(source, 'production: { R0'),
    })
  })

  it('names what protects a target, and what to do by hand', async () => {
    expect((await explain('target=break-glass-admin')).protected).toMatchObject({
      line: lineOf(source, 'break-glass-admin'),
      instructions: expect.stringContaining('owner'),
    })
  })

  it('refuses what is no action, tag or time', async () => {
    const ask = (query: string) => world.call('GET', `/api/policy/explain?account=${ACCOUNT}&${query}`, 'viewer')
    expect((await ask('action=explode')).status).toBe(422)
    expect((await ask('action=denyUser&tag=x')).status).toBe(400)
    expect((await ask('action=denyUser&at=soon')).status).toBe(400)
  })
})

const silent: Screen = {
  isJson: false,
  isInteractive: false,
  paint: (_style, text) => text,
  say: () => undefined,
  emit: () => undefined,
}

describe('the command', () => {
  const connection = connectionOf({ home: '/nowhere', url: 'http://127.0.0.1:1' }, undefined, false)
  let folder: string
  let url: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cordon-policy-'))
    url = await world.app.listen({ port: 0, host: '127.0.0.1' })
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('proposes a file, approves it as two people, explains it and shows its history', async () => {
    const as = (who: Who, run: Run, { words = [], options = {} }: { words?: string[]; options?: Options } = {}) =>
      run({ words, options, api: createApi(url, tokenOf(who)), screen: silent, connection })
    const file = join(folder, 'policy.yaml')
    writeFileSync(file, another())
    const proposed = await as('admin', policy.apply, { words: [file], options: { reason: 'Faster' } })
    const { id } = proposed.document as { id: string }
    expect(proposed.text).toContain(`cordon changes approve ${id}`)
    expect((await as('responder', changes.look)).text).toContain('Faster')
    expect((await as('approver1', changes.approve, { words: [id] })).text).toContain('quorum 1 of 2 from 2 groups')
    expect((await as('approver2', changes.approve, { words: [id] })).text).toContain('in-force')
    const explained = await as('viewer', policy.explain, {
      options: { account: ACCOUNT, action: 'denyUser', target: 'deploy-bot', tag: ['a=b'] },
    })
    expect(explained.text).toMatch(/decide by +\d+ min +line 5 +clocks.decideBy/)
    expect((await as('viewer', policy.history)).text).toContain(id)
    expect((await as('viewer', policy.show)).text).toContain(`by change ${id}`)
  })
})

describe('a standing approval', () => {
  const body = {
    runbook: 'compromised-user-credentials',
    actions: ['denyUser'],
    accounts: [ACCOUNT],
    assets: 1,
    per: '1h',
    expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
  }
  const proposing = (changed: object = {}, who: Who = 'admin') =>
    world.call('POST', '/api/changes', who, {
      kind: 'standing-approval',
      title: 'Stolen keys',
      body: { ...body, ...changed },
    })

  it('comes into force as a change does, and is ended by one person', async () => {
    const { status, body: view } = await proposing()
    expect(status).toBe(201)
    expect(view).toMatchObject({ kind: 'standing-approval', body: { windowMs: 3_600_000 }, status: 'proposed' })
    await vote(view.id, 'approver1', 'approve')
    expect((await vote(view.id, 'approver2', 'approve')).body.status).toBe('in-force')
    expect((await world.call('POST', `/api/changes/${view.id}/withdraw`, 'viewer')).status).toBe(403)
    expect((await world.call('POST', `/api/changes/${view.id}/withdraw`, 'responder')).body.status).toBe('withdrawn')
  })

  it('is refused when it could not be one', async () => {
    expect((await proposing({}, 'responder')).status).toBe(403)
    expect((await proposing({ assets: 1000 })).status).toBe(400)
    expect(await proposing({ actions: ['snapshotVolumes'] })).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining('snapshotVolumes cannot be undone') },
    })
  })
})
