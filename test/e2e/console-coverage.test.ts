import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Inspector } from '#api/deps'
import { connect } from '#store/database/database'
import { keepCoverage } from '#store/sources/coverage'
import { noteFailure, noteHeard, watchSources } from '#store/sources/sources'
import { finding } from '../integration/api/findings-made.ts'
import type { World } from '../integration/api/world.ts'
import { breaches, type ConsoleWorld, openConsole, picture } from './console-world.ts'

const ACCOUNT = '111122223333'
const REGION = 'eu-central-1'
const DAY_MS = 86_400_000
const poll = { name: `guardduty/${ACCOUNT}/${REGION}`, kind: 'guardduty', account: ACCOUNT, region: REGION } as const
const queue = { name: 'queue/findings', kind: 'queue', account: ACCOUNT, region: REGION } as const

const inspector: Inspector = {
  at: { address: '127.0.0.1:9', namespace: 'cordon' },
  look: async () => ({ kind: 'unreachable', reason: 'nobody listens there' }),
  accounts: () => Promise.reject(new Error('nobody listens there')),
}

let opened: ConsoleWorld
let world: World
let intake: ReturnType<typeof connect>

beforeAll(async () => {
  opened = await openConsole({ inspector })
  world = opened.world
  intake = connect(world.urlOf('intake'), 1)
})
afterAll(async () => {
  await intake?.close()
  await opened?.close()
})

/** A place that is heard, a queue that is silent, a detector that is off, and an account that nobody registered. */
async function makeGaps(): Promise<void> {
  await world.call('POST', '/api/findings', 'intake', finding({ id: 'one', user: 'one' }))
  await watchSources(intake.db, [
    { ...poll, silentAfterMs: DAY_MS },
    { ...queue, silentAfterMs: DAY_MS },
  ])
  await noteHeard(intake.db, poll, { hasFindings: true })
  await noteHeard(intake.db, queue, { hasFindings: true })
  await noteFailure(intake.db, queue, 'AccessDenied: sqs:ReceiveMessage')
  await sql`update source set silent_since = clock_timestamp(), heard_at = clock_timestamp() - interval '2 days'
             where name = ${queue.name}`.execute(world.owner)
  const day = new Date().toISOString().slice(0, 10)
  await keepCoverage(
    intake.db,
    { account: ACCOUNT, region: REGION },
    {
      days: [{ account: ACCOUNT, day, emitted: 12, hidden: 1, missing: 2 }],
      gaps: [
        { account: '777788889999', kind: 'suspended' },
        { account: '999900001111', kind: 'unregistered' },
      ],
      missing: [],
      unarchived: [],
    },
  )
}

describe('the coverage page', () => {
  it('says that there is no gap, when none is known', async () => {
    const { page } = await opened.signedIn('auditor', '/coverage')
    await page.getByText('No gap is known').waitFor()
    const places = page.getByRole('table', { name: 'Places' })
    expect(await places.innerText()).toContain('shop-production')
    expect(await page.locator('.lacking').count()).toBe(0)
  })

  it('shows every gap before anything else, and the rows that lack something', async () => {
    await makeGaps()
    const visit = await opened.signedIn('auditor', '/coverage')
    const { page } = visit
    const gaps = page.getByRole('region', { name: '5 gaps' })
    await gaps.waitFor()
    const text = await gaps.innerText()
    expect(text).toContain('shop-staging eu-central-1 The detector is suspended')
    expect(text).toContain('999900001111 eu-central-1')
    expect(text).toContain('Source queue/findings is silent. AccessDenied: sqs:ReceiveMessage')
    const sources = page.getByRole('table', { name: 'Sources' })
    expect(await sources.getByRole('row', { name: /queue\/findings/ }).innerText()).toContain('2 d ago')
    const lacking = await page.getByRole('table', { name: 'Places' }).locator('tr.lacking').allInnerTexts()
    expect(lacking.join(' ')).toContain('shop-staging')
    expect(breaches(visit)).toEqual([])
    await page.locator('summary', { hasText: 'What GuardDuty made, and what came' }).click()
    const days = page.getByRole('table', { name: 'What GuardDuty made, and what came' })
    expect(await days.getByRole('row').nth(1).getByRole('cell').allInnerTexts()).toEqual([
      new Date().toISOString().slice(0, 10),
      `${ACCOUNT} ${REGION}`,
      '12',
      '9',
      '1',
      '2',
    ])
    await picture(page, 'coverage-wide')
  })

  it('asks the accounts for their roles only when somebody wants to know, and says what to do', async () => {
    const { page } = await opened.signedIn('responder', '/coverage')
    expect(await page.locator('.checks').count()).toBe(0)
    await page.getByRole('button', { name: 'Look at the roles now' }).click()
    await page.locator('.checks').getByText('nobody listens there').waitFor()
  })

  it('offers no look at the roles to those who may not', async () => {
    const { page } = await opened.signedIn('auditor', '/coverage')
    await page.getByText('Responders and operators can look').waitFor()
    expect(await page.getByRole('button', { name: 'Look at the roles now' }).count()).toBe(0)
  })

  it.each([
    ['phone', 390, 844, 'light'],
    ['wide-dark', 1440, 900, 'dark'],
  ] as const)('fits a %s (%i × %i, %s) without scrolling sideways', async (name, width, height, colorScheme) => {
    const { page } = await opened.signedIn('responder', '/coverage', { viewport: { width, height }, colorScheme })
    await page.getByRole('table', { name: 'Sources' }).waitFor()
    await picture(page, `coverage-${name}`)
    // As a text: it is the browser’s program, not ours.
    const overhang = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
    expect(await page.evaluate(overhang)).toBe(0)
  })
})
