import { afterAll, beforeAll, expect, it } from 'vitest'
import { decidePermit } from '#gate/permits'
import { demoPolicy } from '../../support/demo-policy.ts'
import { arnOf, denying, seen, user } from './steps-made.ts'
import { ACCOUNT, dropDatabase, type GateWorld, openGateWorld, STAGING } from './world.ts'

/** T05: whoever can make findings has everything contained. Few plans by day, and many at night. */
const isNight = process.env['CORDON_FAULTS'] === 'night'
const PLANS = isNight ? 1000 : 60
const BUDGET = PLANS / 10
const AT_ONCE = 6
const TIMEOUT_MS = 1_800_000

const ACCOUNTS = [ACCOUNT, STAGING] as const
/** Every third one is protected: by its whole name, or by how it begins. Its id tells the test, and nobody else. */
const KINDS = [
  (index: number) => ({ name: `person-${index}`, userId: `AIDAPERSON${index}` }),
  (index: number) => ({ name: `service-${index}`, userId: `AIDASERVICE${index}` }),
  (index: number) => ({
    name: index % 2 === 0 ? 'break-glass-admin' : `cordon-${index}`,
    userId: `AIDAPROTECTED${index}`,
  }),
] as const

let world: GateWorld
beforeAll(async () => {
  world = await openGateWorld(
    demoPolicy.replace('approved: { assets: 100, per: 10m }', `approved: { assets: ${BUDGET}, per: 8h }`),
  )
})
afterAll(async () => {
  await world.close()
  await dropDatabase()
})

function targetAt(index: number) {
  const account = ACCOUNTS[Math.floor(index / KINDS.length) % ACCOUNTS.length]
  return { ...user('', account), ...KINDS[index % KINDS.length]?.(index) }
}

/** What the gate answers when people approve it all, since it all looks genuine. */
async function containedAt(index: number): Promise<string> {
  const target = targetAt(index)
  const step = { ...denying(target), arn: arnOf(target) }
  const plan = await world.approve([step])
  const answer = await decidePermit(world.db, { plan: plan.hash, step: 0, observed: seen(step) })
  return answer.kind === 'refused' ? answer.code : answer.kind
}

it(`T05: ${PLANS} approved plans change no more than the budget of each account, and nothing that is protected`, {
  timeout: TIMEOUT_MS,
}, async () => {
  const answers: string[] = []
  for (let begin = 0; begin < PLANS; begin += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, PLANS - begin) }, (_, index) => containedAt(begin + index))
    answers.push(...(await Promise.all(some)))
  }
  expect(new Set(answers)).toEqual(new Set(['given', 'target_protected', 'budget_spent']))
  const permits = await world.owner.selectFrom('permit').select(['account', 'target_key']).execute()
  for (const account of ACCOUNTS) expect(permits.filter((permit) => permit.account === account)).toHaveLength(BUDGET)
  expect(permits.filter(({ target_key }) => target_key.includes('PROTECTED'))).toEqual([])
  expect(answers.filter((answer) => answer === 'given')).toHaveLength(permits.length)
})
