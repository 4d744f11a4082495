import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { targetKey } from '#domain/targets'
import { decidePermit } from '#gate/permits'
import { denying, seen, user } from './steps-made.ts'
import { ACCOUNT, dropDatabase, type GateWorld, openGateWorld, STAGING } from './world.ts'

type Tags = Readonly<Record<string, string>>

const POLICY = `budgets: { tagGroups: [{ tag: service, assets: 2, per: 10m }, { tag: team, assets: 1, per: 1h }] }
mode: { default: approve }
`
const MS_PER_MINUTE = 60_000
const RUNS = 60

let world: GateWorld
afterAll(dropDatabase)

async function ask(name: string, tags: Tags, account = ACCOUNT) {
  const wish = denying(user(name, account))
  const { plan } = await world.propose([wish])
  const steps = plan.steps.map((step) => ({ ...step, tags }))
  const { hash } = await world.approve([wish], { steps })
  return decidePermit(world.db, { plan: hash, step: 0, observed: seen(wish) })
}

describe('a budget of a tag group', () => {
  beforeEach(async () => {
    world = await openGateWorld(POLICY)
  })
  afterEach(() => world.close())

  it('counts the targets of an account that share the value of the tag, and says so', async () => {
    const tags = { service: 'checkout' }
    expect(await ask('one', tags)).toMatchObject({ kind: 'given' })
    expect(await ask('two', tags)).toMatchObject({ kind: 'given' })
    const spent = await ask('three', tags)
    expect(spent).toMatchObject({ kind: 'refused', code: 'budget_spent' })
    expect(spent).toHaveProperty(
      'reason',
      `2 targets of tag service=checkout in account ${ACCOUNT} were changed in the last 10 minutes`,
    )
    expect(await ask('four', { service: 'search' })).toMatchObject({ kind: 'given' })
    expect(await ask('five', {})).toMatchObject({ kind: 'given' })
  })

  it('is not used up by who sets the same tag in another account', async () => {
    for (const name of ['one', 'two']) await ask(name, { service: 'checkout' }, STAGING)
    expect(await ask('three', { service: 'checkout' })).toMatchObject({ kind: 'given' })
  })

  it('counts a target once, and holds for each of its tags', async () => {
    expect(await ask('one', { service: 'checkout', team: 'shop' })).toMatchObject({ kind: 'given' })
    expect(await ask('two', { service: 'checkout', team: 'shop' })).toMatchObject({
      code: 'budget_spent',
      reason: expect.stringContaining('tag team=shop'),
    })
  })
})

interface Permitted {
  readonly target: string
  readonly account: string
  readonly tags: Tags
  readonly minutesAgo: number
}

const tags: fc.Arbitrary<Tags> = fc
  .record(
    { service: fc.constantFrom('checkout', 'search'), team: fc.constantFrom('shop', 'data') },
    { requiredKeys: [] },
  )
  .map((made) => ({ ...made }))
const permitted: fc.Arbitrary<Permitted> = fc.record({
  target: fc.constantFrom('a', 'b', 'c', 'asked'),
  account: fc.constantFrom(ACCOUNT, ACCOUNT, STAGING),
  tags,
  minutesAgo: fc.constantFrom(1, 9, 11, 59, 61),
})

/** Told from the guide alone: for each limited tag of the target, the other targets of the account with its value within the window. */
function isSpent(asked: Tags, permits: readonly Permitted[]): boolean {
  const limits = { service: { assets: 2, minutes: 10 }, team: { assets: 1, minutes: 60 } } as const
  return Object.entries(limits).some(([tag, { assets, minutes }]) => {
    if (asked[tag] === undefined) return false
    const same = permits.filter((one) => one.account === ACCOUNT && one.tags[tag] === asked[tag])
    const others = same.filter((one) => one.target !== 'asked' && one.minutesAgo < minutes)
    return new Set(others.map(({ target }) => target)).size >= assets
  })
}

describe('budgets of tag groups and the oracle', () => {
  beforeAll(async () => {
    world = await openGateWorld(POLICY)
  })
  afterAll(() => world.close())

  it('say the same of any permits', async () => {
    await fc.assert(
      fc.asyncProperty(tags, fc.array(permitted, { maxLength: 6 }), async (asked, permits) => {
        await world.owner.deleteFrom('permit').execute()
        const { hash } = await world.propose([denying()])
        const now = Date.now()
        for (const [index, { target, account, tags: own, minutesAgo }] of permits.entries())
          await world.owner
            .insertInto('permit')
            .values({
              plan: hash,
              step: index,
              target_key: targetKey(user(target, account)),
              account,
              tags: JSON.stringify(own),
              given_values: '{}',
              opened_at: new Date(now - minutesAgo * MS_PER_MINUTE),
            })
            .execute()
        const answer = await ask('asked', asked)
        expect(answer.kind === 'refused' ? answer.code : answer.kind).toBe(
          isSpent(asked, permits) ? 'budget_spent' : 'given',
        )
      }),
      { numRuns: RUNS },
    )
  })
})
