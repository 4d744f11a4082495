import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { record } from '#store/log/events'
import { finding } from '../integration/api/findings-made.ts'
import type { World } from '../integration/api/world.ts'
import { type RunningSimulator, startSimulator } from '../support/simulator.ts'
import { breaches, type ConsoleWorld, openConsole, picture } from './console-world.ts'

let simulator: RunningSimulator
let opened: ConsoleWorld
let world: World

beforeAll(async () => {
  simulator = await startSimulator()
  opened = await openConsole({ simulator: { url: simulator.endpoint, controlToken: simulator.controlToken } })
  world = opened.world
})
afterAll(async () => {
  await opened?.close()
  await simulator?.stop()
})

/** As the worker would write it. */
const reach = (incident: string, status: 'contained' | 'recovered') =>
  world.owner.transaction().execute(async (tx) => {
    await tx.updateTable('incident').set({ status }).where('id', '=', incident).execute()
    const text = `The incident is ${status}`
    const actor = { kind: 'cordon', id: 'worker' } as const
    await record(tx, { stream: incident, type: `incident.${status}`, actor, text, refs: {} })
  })

describe('the drills page', () => {
  it('starts a drill in the simulated accounts, and follows it to its end without being asked again', async () => {
    const visit = await opened.signedIn('responder', '/drills')
    const { page } = visit
    await page.getByText('None was played yet').waitFor()
    await page.locator('.offered', { hasText: 'stolen-access-key' }).getByRole('button').click()
    await page.getByRole('heading', { name: 'stolen-access-key' }).waitFor()
    const id = page.url().split('/').at(-1) ?? ''
    expect(page.url()).toBe(`${opened.url}/drills/${id}`)
    const status = page.getByRole('main').getByRole('status')
    expect(await status.innerText()).toContain('Under way')
    const reached = page.locator('.steps .reached')
    expect(await reached.count()).toBe(1)

    const run = (await world.call('GET', `/api/drills/${id}`, 'viewer')).body
    await world.call('POST', '/api/findings', 'intake', finding({ id: run.findingId, user: 'deploy-bot' }))
    await page.locator('.timeline').getByText('finding.received').waitFor()
    const { incident } = (await world.call('GET', `/api/drills/${id}`, 'viewer')).body
    expect(await page.locator(`main a[href="/incidents/${incident}"]`).count()).toBe(1)
    await reach(incident, 'contained')
    await page.locator('.steps .reached', { hasText: 'Contained' }).waitFor()
    await picture(page, 'drill-under-way')
    await reach(incident, 'recovered')
    await status.getByText('This drill is over').waitFor()
    await expect.poll(() => reached.count()).toBe(4)
    expect(breaches(visit)).toEqual([])
    await picture(page, 'drill-over')

    await page.getByRole('link', { name: 'All drills' }).click()
    const row = page.getByRole('table', { name: 'Played so far' }).getByRole('row').nth(1)
    await row.waitFor()
    expect(await row.innerText()).toContain('recovered')
  })

  it('plays it in the account that is chosen', async () => {
    const { page } = await opened.signedIn('responder', '/drills')
    await page.getByLabel('Account').selectOption('payments-production (444455556666)')
    const asked = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/api/drills'))
    await page.locator('.offered', { hasText: 'stolen-access-key' }).getByRole('button').click()
    expect((await asked).postDataJSON()).toEqual({ name: 'stolen-access-key', account: '444455556666' })
    await page.getByRole('heading', { name: 'stolen-access-key' }).waitFor()
  })
  it('offers no start to those who may not', async () => {
    const { page } = await opened.signedIn('viewer', '/drills')
    await page.getByText('Responders, approvers and operators can start a drill').waitFor()
    expect(await page.getByRole('button', { name: /Start/ }).count()).toBe(0)
  })

  it.each([
    ['phone', 390, 844, 'dark'],
    ['wide', 1440, 900, 'light'],
  ] as const)('fits a %s (%i × %i, %s) without scrolling sideways', async (name, width, height, colorScheme) => {
    const { page } = await opened.signedIn('responder', '/drills', { viewport: { width, height }, colorScheme })
    await page.getByRole('table', { name: 'Played so far' }).waitFor()
    await picture(page, `drills-${name}`)
    // As a text: it is the browser’s program, not ours.
    const overhang = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
    expect(await page.evaluate(overhang)).toBe(0)
  })
})

describe('the drills page where accounts are real', () => {
  it('says why no drill can be played there', async () => {
    const real = await openConsole()
    try {
      const { page } = await real.signedIn('responder', '/drills')
      await page.getByText('These accounts are real').waitFor()
      expect(await page.getByRole('button', { name: /Start/ }).count()).toBe(0)
    } finally {
      await real.close()
    }
  })
})
