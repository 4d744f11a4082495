import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Authenticator, createAuthenticator } from '../../support/authenticator.ts'
import { demoPolicy } from '../../support/demo-policy.ts'
import { type Assertion, assertionFor, enrol } from './people-made.ts'
import { proposePlan } from './plans-made.ts'
import { openWorld, type Who, type World } from './world.ts'

const asking = demoPolicy.replace(/passkeyFor: .*/, 'passkeyFor: { nonproduction: [R3] }')
type Voter = 'approver1' | 'approver2'

let world: World
let keys: Readonly<Record<Voter, Authenticator>>
beforeAll(async () => {
  world = await openWorld({}, asking)
  keys = { approver1: await enrol(world, 'approver1'), approver2: await enrol(world, 'approver2') }
})
afterAll(() => world.close())

let clocks = 10
async function propose(): Promise<string> {
  const source = asking.replace('decideBy: 30m', `decideBy: ${++clocks}m`)
  return (await world.call('POST', '/api/policy', 'admin', { source })).body.id
}
const vote = (id: string, who: Who, body: object) => world.call('POST', `/api/changes/${id}/votes`, who, body)

async function sign(id: string, who: Voter, { decision = 'approve', key = keys[who] } = {}): Promise<Assertion> {
  const { body } = await world.call('POST', `/api/changes/${id}/votes/challenge`, who, { decision })
  return { nonce: body.nonce, ...key.get({ challenge: body.challenge }) }
}
const missing = { status: 403, body: { code: 'passkey_missing' } }

describe('a change of Cordon’s own rules where policy asks for passkeys', () => {
  it('comes into force by two approvals that passkeys signed, which are kept whole', async () => {
    const id = await propose()
    const first = await sign(id, 'approver1')
    expect(await vote(id, 'approver1', { decision: 'approve', assertion: first })).toMatchObject({
      status: 200,
      body: { asksPasskey: true, status: 'proposed' },
    })
    const second = await sign(id, 'approver2')
    expect(await vote(id, 'approver2', { decision: 'approve', assertion: second })).toMatchObject({
      body: { status: 'in-force' },
    })
    const rows = await world.owner.selectFrom('change_vote').select('assertion').where('change', '=', id).execute()
    const { nonce, id: key, ...response } = first
    expect(rows[0]?.assertion).toEqual({ nonce, assertion: { id: key, response } })
  })

  it('is approved by no sign-in alone, and says where to go', async () => {
    const id = await propose()
    const refused = await vote(id, 'approver1', { decision: 'approve' })
    expect(refused).toMatchObject(missing)
    expect(refused.body.detail).toContain(`/changes/${id}`)
  })

  it('is stopped without a passkey', async () => {
    const id = await propose()
    expect(await vote(id, 'approver1', { decision: 'deny' })).toMatchObject({ body: { status: 'denied' } })
  })

  it('takes no signature for another change, another decision, a plan, or of another key, and each only once', async () => {
    const [id, other] = [await propose(), await propose()]
    const { hash } = await proposePlan(world)
    const wrong = [
      await sign(other, 'approver1'),
      await sign(id, 'approver1', { decision: 'deny' }),
      await sign(id, 'approver1', { key: createAuthenticator() }),
      await assertionFor(world, { hash, who: 'approver1', key: keys.approver1 }),
    ]
    for (const assertion of wrong)
      expect(await vote(id, 'approver1', { decision: 'approve', assertion })).toMatchObject(missing)
    const assertion = await sign(id, 'approver1')
    expect((await vote(id, 'approver1', { decision: 'approve', assertion })).status).toBe(200)
    expect((await vote(id, 'approver2', { decision: 'approve', assertion })).status).toBe(403)
  })
})
