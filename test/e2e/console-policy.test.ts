import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runbookRow } from '#domain/runbook-row'
import { proposePlan } from '../integration/api/plans-made.ts'
import { BUILD, type World } from '../integration/api/world.ts'
import { demoPolicy } from '../support/demo-policy.ts'
import { breaches, type ConsoleWorld, openConsole, picture } from './console-world.ts'

const ACCOUNT = '111122223333'
const DAY_MS = 86_400_000
const changed = demoPolicy
  .replace('decideBy: 30m', 'decideBy: 20m')
  .replace('accounts: {}', `accounts: { "${ACCOUNT}": automatic }`)

let opened: ConsoleWorld
let world: World

beforeAll(async () => {
  opened = await openConsole()
  world = opened.world
  const row = runbookRow('stop', 'defineRunbook({ title: "Stop", handles: ["A:B/*"] }) denyUser isolateInstance')
  await world.owner
    .updateTable('build')
    .set({ manifest: JSON.stringify({ runbooks: [row] }) })
    .where('id', '=', BUILD)
    .execute()
  await decide((await world.call('POST', '/api/policy', 'admin', { source: changed, reason: 'Faster' })).body.id)
})
afterAll(() => opened?.close())

/** Two people of two groups approve the change. */
async function decide(change: string): Promise<void> {
  for (const who of ['approver1', 'approver2'] as const)
    await world.call('POST', `/api/changes/${change}/votes`, who, { decision: 'approve' })
}

describe('the policy page', () => {
  it('shows what is in force, readable and as it was written', async () => {
    const visit = await opened.signedIn('viewer', '/policy')
    const { page } = visit
    await page.getByText('Version 2 is in force since').waitFor()
    const votes = page.getByRole('table', { name: 'How many people must approve' })
    expect(
      await votes
        .getByRole('row', { name: /^production/ })
        .getByRole('cell')
        .allInnerTexts(),
    ).toEqual(['production', '0: nobody is asked', '0: nobody is asked', '2', '2'])
    expect(await page.locator('.card', { hasText: 'What Cordon may do' }).innerText()).toContain(
      `${ACCOUNT}: automatic`,
    )
    expect(await page.locator('.card', { hasText: 'Clocks' }).innerText()).toContain('20 min')
    await page.locator('#source > summary').click()
    expect(await page.locator('#line-1').innerText()).toContain('# The policy of the simulated organisation')
    expect(breaches(visit)).toEqual([])
  })

  it('explains which rule decides, by its line, and keeps the question in the address', async () => {
    const { page } = await opened.signedIn('viewer', '/policy')
    await page.getByLabel('Account', { exact: true }).fill(ACCOUNT)
    await page.getByLabel('Action', { exact: true }).fill('denyUser')
    await page.getByRole('button', { name: 'Explain' }).click()
    const answer = page.getByRole('table', { name: 'Explain' })
    const mode = answer.getByRole('row', { name: /^Mode/ })
    await mode.waitFor()
    expect(await mode.innerText()).toContain(`mode.accounts.${ACCOUNT}`)
    const line = changed.split('\n').findIndex((text) => text.includes(`"${ACCOUNT}": automatic`)) + 1
    expect(await mode.getByRole('link').getAttribute('href')).toBe(`#line-${line}`)
    expect(await answer.getByRole('row', { name: /^Votes/ }).innerText()).toContain('2 people')
    expect(page.url()).toBe(`${opened.url}/policy?account=${ACCOUNT}&action=denyUser`)
    await page.reload()
    await mode.waitFor()
    await mode.getByRole('link').click()
    expect(await page.locator(`#line-${line}`).isVisible()).toBe(true)
    await picture(page, 'policy-wide')
  })

  it('says what is wrong with a question, as the api does', async () => {
    const { page } = await opened.signedIn('viewer', `/policy?account=${ACCOUNT}&action=dropEverything`)
    const alert = page.getByRole('alert')
    await alert.waitFor()
    expect(await alert.innerText()).toContain('There is no action dropEverything')
  })

  it('shows every version, and what each made different', async () => {
    const { page } = await opened.signedIn('viewer', '/policy')
    const second = page.locator('details.past', { hasText: 'Version 2' })
    await second.locator('> summary').click()
    await second.locator('li', { hasText: 'clocks.decideByMs' }).waitFor()
    expect(await second.locator('li', { hasText: 'clocks.decideByMs' }).innerText()).toBe(
      'clocks.decideByMs: 1800000 → 1200000',
    )
    const first = page.locator('details.past', { hasText: 'Version 1' })
    await first.locator('> summary').click()
    await first.getByText('The first one of this installation').waitFor()
  })

  it('lists what is approved beforehand', async () => {
    const body = {
      runbook: 'compromised-user-credentials',
      actions: ['denyUser'],
      accounts: [ACCOUNT],
      assets: 2,
      per: '1h',
      expiresAt: new Date(Date.now() + DAY_MS).toISOString(),
    }
    const wish = { kind: 'standing-approval', title: 'Stolen keys', body }
    const { page } = await opened.signedIn('viewer', '/policy')
    await page.getByText('Nothing is approved beforehand').waitFor()
    await decide((await world.call('POST', '/api/changes', 'admin', wish)).body.id)
    const row = page.getByRole('table', { name: 'Approved beforehand' }).getByRole('row', { name: /Stolen keys/ })
    await row.waitFor()
    expect(await row.innerText()).toContain('2 assets in 1 h')
  })

  it('lets a responder propose to close a breaker, and leads to the change; others only see it', async () => {
    const { hash } = await proposePlan(world)
    await world.owner
      .insertInto('breaker')
      .values({ account: ACCOUNT, plan: hash, reason: '3 assets in 10 minutes' })
      .execute()
    const { page: seen } = await opened.signedIn('viewer', '/policy')
    await seen.getByText('3 assets in 10 minutes').waitFor()
    expect(await seen.getByRole('button', { name: 'Propose to close it' }).count()).toBe(0)
    const { page } = await opened.signedIn('responder', '/policy')
    await page.getByLabel('Why Cordon may act by itself there again').fill('The storm is over')
    await picture(page, 'policy-breaker')
    await page.getByRole('button', { name: 'Propose to close it' }).click()
    await page.getByRole('heading', { name: 'The storm is over' }).waitFor()
    expect(page.url()).toMatch(/\/changes\/[^/]+$/)
  })

  it.each([
    ['phone', 390, 844, 'light'],
    ['wide-dark', 1440, 900, 'dark'],
  ] as const)('fits a %s (%i × %i, %s) without scrolling sideways', async (name, width, height, colorScheme) => {
    const { page } = await opened.signedIn('responder', `/policy?account=${ACCOUNT}&action=denyUser`, {
      viewport: { width, height },
      colorScheme,
    })
    await page.getByRole('table', { name: 'Explain' }).waitFor()
    await picture(page, `policy-${name}`)
    // As a text: it is the browser’s program, not ours.
    const overhang = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
    expect(await page.evaluate(overhang)).toBe(0)
  })
})
