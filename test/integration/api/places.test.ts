import { sql } from 'kysely'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Places } from '#api/schemas/coverage'
import { connect } from '#store/database/database'
import { keepCoverage } from '#store/sources/coverage'
import { noteHeard, watchSources } from '#store/sources/sources'
import { finding } from './findings-made.ts'
import { openWorld, type World } from './world.ts'

const ACCOUNT = '111122223333'
const REGION = 'eu-central-1'
const MINUTE_MS = 60_000
const poll = { name: `guardduty/${ACCOUNT}/${REGION}`, kind: 'guardduty', account: ACCOUNT, region: REGION } as const

let world: World
let intake: ReturnType<typeof connect>
beforeAll(async () => {
  world = await openWorld()
  intake = connect(world.urlOf('intake'), 1)
})
afterAll(async () => {
  await intake.close()
  await world.close()
})

const read = async () => (await world.call('GET', '/api/coverage/places', 'viewer')).body
const placeOf = async (account: string) =>
  (await read()).places.find((place: { account: string }) => place.account === account)

describe('the places', () => {
  it('are every Region of every account, with the mode that the policy in force gives', async () => {
    const body = await read()
    expect(Value.Check(Places, body)).toBe(true)
    expect(body.policy).toMatchObject({ version: 1 })
    expect(body.places.map((place: { name: string }) => place.name).toSorted()).toEqual([
      'shop-production',
      'shop-staging',
    ])
    const { policy } = (await world.call('GET', '/api/policy', 'viewer')).body
    const { mode } = await placeOf(ACCOUNT)
    const own = policy.mode.accounts[ACCOUNT]
    expect(mode.value).toBe(own ?? policy.mode.default)
    expect(mode.by).toBe(own === undefined ? 'mode.default' : `mode.accounts.${ACCOUNT}`)
  })

  it('say when a finding came last, and when the place was polled last', async () => {
    expect(await placeOf(ACCOUNT)).toMatchObject({ findingAt: null, polls: [], comparedAt: null })
    await world.call('POST', '/api/findings', 'intake', finding({ id: 'one', user: 'one' }))
    await watchSources(intake.db, [{ ...poll, silentAfterMs: MINUTE_MS }])
    expect(await placeOf(ACCOUNT)).toMatchObject({ polls: [{ state: 'unheard', heardAt: null }] })
    await noteHeard(intake.db, poll, { hasFindings: false })
    const place = await placeOf(ACCOUNT)
    expect(place).toMatchObject({ polls: [{ name: poll.name, kind: 'guardduty', state: 'heard' }] })
    expect(Date.parse(place.findingAt)).toBeGreaterThan(Date.now() - MINUTE_MS)
    expect(Date.parse(place.polls[0].heardAt)).toBeGreaterThan(Date.now() - MINUTE_MS)
  })

  it('with a gap come first, also those of accounts that nobody registered', async () => {
    await keepCoverage(
      intake.db,
      { account: ACCOUNT, region: REGION },
      { days: [], gaps: [{ account: '999900001111', kind: 'unregistered' }], missing: [], unarchived: [] },
    )
    const [first] = (await read()).places
    expect(first).toMatchObject({ account: '999900001111', name: null, standing: null, mode: null })
    expect(first.gaps).toMatchObject([{ kind: 'unregistered' }])
    expect((await placeOf(ACCOUNT)).comparedAt).not.toBeNull()
  })

  it('of a registered account that is not connected are only observed', async () => {
    await world.owner
      .insertInto('account')
      .values({
        id: '222233334444',
        name: 'new',
        environment: 'production',
        regions: [REGION],
        registered_by: 'operator',
      })
      .execute()
    expect(await placeOf('222233334444')).toMatchObject({ standing: 'registered', mode: { value: 'observe' } })
  })

  it('of a member are polled at its administrator', async () => {
    await sql`update account set administrator = ${ACCOUNT} where id = '222233334444'`.execute(world.owner)
    expect((await placeOf('222233334444')).polls).toMatchObject([{ name: poll.name }])
  })

  it('name their last drill, and how its incident is now', async () => {
    await world.owner
      .insertInto('drill')
      .values({ name: 'stolen-access-key', finding_id: 'one', finding_ids: ['one'], person: 'responder' })
      .execute()
    expect((await placeOf(ACCOUNT)).drill).toMatchObject({ name: 'stolen-access-key', status: 'open' })
  })
})
