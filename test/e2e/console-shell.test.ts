import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { record } from '#store/log/events'
import { tokenHash } from '#store/people/people'
import { finding } from '../integration/api/findings-made.ts'
import { proposePlan } from '../integration/api/plans-made.ts'
import { tokenOf, type Who, type World } from '../integration/api/world.ts'
import { breaches, type ConsoleWorld, openConsole, signIn, type Visit } from './console-world.ts'

let opened: ConsoleWorld
let world: World
let url: string
let visit: Visit
let page: Page

beforeAll(async () => {
  opened = await openConsole()
  ;({ world, url } = opened)
})
afterAll(() => opened?.close())
beforeEach(async () => {
  visit = await opened.visit()
  page = visit.page
})
afterEach(() => page.context().close())

const signedIn = (path = '/', who: Who = 'responder') => signIn(page, `${url}${path}`, tokenOf(who))

async function openIncident(user: string, wish: object = {}): Promise<string> {
  const { body } = await world.call('POST', '/api/findings', 'intake', finding({ id: user, user, ...wish }))
  return body.incidents[0].incident
}

/** Every sign-in of a browser of theirs is over, as it is by its time; their token is good. */
const endSessions = (person: Who) =>
  world.owner
    .updateTable('session')
    .set({ expires_at: sql<Date>`clock_timestamp()` })
    .where('person', '=', person)
    .where('token_hash', '<>', tokenHash(tokenOf(person)))
    .execute()

describe('the keyboard', () => {
  it('shows its keys, goes to other pages, and never takes a letter that somebody types', async () => {
    await signedIn()
    await page.keyboard.press('?')
    const dialog = page.getByRole('dialog', { name: 'Keys' })
    await dialog.getByText('Go to Incidents').waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('i')
    expect(page.url()).toBe(`${url}/`)
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await page.keyboard.press('g')
    await page.keyboard.press('i')
    await page.getByRole('heading', { name: 'Incidents', exact: true }).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('gi?j')
    expect(await page.getByLabel('Search').inputValue()).toBe('gi?j')
    expect(await page.getByRole('dialog').count()).toBe(0)
  })

  it('walks the rows of a list, the page’s own ones as well as plans, and opens one', async () => {
    const { hash } = await proposePlan(world, { decideInMs: 5_000 })
    await signedIn('/', 'approver1')
    await page.locator(`.approvals a[href="/plans/${hash}"]`).waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('k')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Stop the user' }).waitFor()
    expect(page.url()).toContain('/plans/')
  })
})

describe('the menu', () => {
  it('opens over the page of a phone, and closes when it led somewhere', async () => {
    await page.setViewportSize({ width: 390, height: 844 })
    await signedIn()
    const menu = page.getByRole('navigation', { name: 'Menu' })
    expect(await menu.isVisible()).toBe(false)
    await page.getByRole('button', { name: 'Menu' }).click()
    await menu.getByRole('link', { name: 'Freeze' }).click()
    await page.getByRole('heading', { name: 'Freeze' }).waitFor()
    await menu.waitFor({ state: 'hidden' })
  })

  it('stands beside the page of a wide screen', async () => {
    await page.setViewportSize({ width: 1440, height: 900 })
    await signedIn()
    await page.getByRole('navigation', { name: 'Menu' }).getByRole('link', { name: 'Incidents' }).waitFor()
    expect(await page.getByRole('button', { name: 'Menu' }).isVisible()).toBe(false)
  })
})

describe('a sign-in that ends under an open page', () => {
  it('is said at once, keeps the address and what was typed, and goes on after signing in again', async () => {
    const id = await openIncident('expiring')
    await signedIn(`/incidents/${id}`)
    await page.getByLabel('Your comment').fill('Half a thought')
    await endSessions('responder')
    await openIncident('something-happens')
    const dialog = page.getByRole('dialog', { name: 'Your sign-in has ended' })
    await dialog.waitFor()
    await page.getByRole('status').getByText('signed out').waitFor()
    for (const key of ['Escape', 'Escape', 'Escape']) await page.keyboard.press(key)
    expect(await dialog.isVisible()).toBe(true)
    await dialog.getByLabel('Token').fill(tokenOf('responder'))
    await dialog.getByRole('button', { name: 'Sign in' }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(page.url()).toBe(`${url}/incidents/${id}`)
    expect(await page.getByLabel('Your comment').inputValue()).toBe('Half a thought')
    await page.getByRole('button', { name: 'Add the comment' }).click()
    await page.locator('.talk').getByText('Half a thought').waitFor()
    await page.getByRole('status').getByText('live', { exact: true }).waitFor()
  })
})

describe('what somebody types', () => {
  it('stays when sending fails, and when the page is loaded again', async () => {
    const id = await openIncident('typing')
    await signedIn(`/incidents/${id}`)
    await page.route('**/comments', (route) => route.abort())
    await page.getByLabel('Your comment').fill('Not to be lost')
    await page.getByRole('button', { name: 'Add the comment' }).click()
    await page.getByRole('alert').getByText('Nothing was sent').waitFor()
    await page.reload()
    await page.getByText('Nothing is judged yet').waitFor()
    expect(await page.getByLabel('Your comment').inputValue()).toBe('Not to be lost')
    await page.unroute('**/comments')
    await page.getByRole('button', { name: 'Add the comment' }).click()
    await page.locator('.talk').getByText('Not to be lost').waitFor()
    await page.reload()
    await page.locator('.talk').getByText('Not to be lost').waitFor()
    expect(await page.getByLabel('Your comment').inputValue()).toBe('')
  })
})

describe('a notice', () => {
  it('marks the title when the person is paged and chose so, until they touch the page', async () => {
    const incident = await openIncident('paged')
    const pageSent = (person: string) =>
      world.owner.transaction().execute((tx) =>
        record(tx, {
          stream: incident,
          type: 'page.sent',
          actor: { kind: 'cordon', id: 'worker' },
          text: `Look at it, ${person}`,
          refs: { person },
        }),
      )
    await signedIn()
    await page.getByLabel('When I am paged').selectOption('mark the title')
    await pageSent('approver1')
    const later = await openIncident('after-the-page')
    await page.locator(`a[href="/incidents/${later}"]`).waitFor()
    expect(await page.title()).not.toContain('●')
    await pageSent('responder')
    await expect.poll(() => page.title()).toMatch(/^● /)
    await page.keyboard.press('Shift')
    await expect.poll(() => page.title()).not.toContain('●')
    await page.goto(`${url}/incidents/${incident}`)
    await page.getByText('Look at it, approver1').waitFor()
    expect(await page.title()).not.toContain('●')
  })
})

describe('the list of incidents', () => {
  it('is filtered by its address, which another window shows alike', async () => {
    await openIncident('filtered-one', { severity: 2 })
    await openIncident('filtered-two', { severity: 8.5 })
    await signedIn('/incidents')
    await page.getByLabel('Search').fill('filtered-')
    await page.getByLabel('Severity').selectOption('low')
    await page.waitForURL(/severity=low/)
    await page.getByText('filtered-two').waitFor({ state: 'detached' })
    await page.getByText('filtered-one').waitFor()
    const other = await opened.visit({ storageState: await page.context().storageState() })
    await other.page.goto(page.url())
    await other.page.getByText('filtered-one').waitFor()
    expect(await other.page.locator('.rows > li').count()).toBe(1)
    expect(await other.page.getByLabel('Search').inputValue()).toBe('filtered-')
    await other.page.context().close()
  })

  it('is shown page by page, each at an address of its own', async () => {
    for (let one = 0; one < 60; one += 1) await openIncident(`paged-${one}`)
    await signedIn('/incidents?q=paged-')
    await page.locator('.rows > li').nth(49).waitFor()
    await page.getByRole('link', { name: 'Next page' }).click()
    await page.getByRole('link', { name: 'From the beginning' }).waitFor()
    await expect.poll(() => page.locator('.rows > li').count()).toBe(10)
    await page.goBack()
    await expect.poll(() => page.locator('.rows > li').count()).toBe(50)
  })

  it('shows only what waits for me, when that is asked', async () => {
    const { incident } = await proposePlan(world, { proposer: 'approver2' })
    await openIncident('waits-for-cordon')
    await signedIn('/?q=planned', 'approver1')
    await page.getByLabel('Waiting for').selectOption('me')
    await page.waitForURL(/whom=approver1/)
    const rows = page.locator('section[aria-labelledby="open"] .rows > li')
    await rows.locator(`a[href="/incidents/${incident}"]`).waitFor()
    await expect.poll(async () => (await rows.allInnerTexts()).filter((row) => !row.includes('approver1'))).toEqual([])
  })
})

describe('the page', () => {
  it('lets nothing make markup of text: Trusted Types refuse it', async () => {
    await signedIn()
    const refused = await page.evaluate(`(() => {
      try { document.createElement('div').innerHTML = '<b>x</b>'; return 'made' } catch (error) { return error.name }
    })()`)
    expect(refused).toBe('TypeError')
    const policy = await page.evaluate(`(() => {
      try { trustedTypes.createPolicy('any', {}); return 'made' } catch (error) { return error.name }
    })()`)
    expect(policy).toBe('TypeError')
    expect(breaches(visit).length).toBeGreaterThan(0)
  })
})

const ANSWER_MS = 300
const RESTS = 3
/** What the clocks of two programs may differ by. */
const UNCERTAIN_MS = 50

describe('a page in a storm', () => {
  it('asks what waits no more than a quarter of the time', async () => {
    await signedIn()
    const rounds: { readonly from: number; readonly to: number }[] = []
    await page.route('**/api/waiting', async (route) => {
      const from = performance.now()
      await pause(ANSWER_MS)
      rounds.push({ from, to: performance.now() })
      await route.continue()
    })
    for (let at = 0; rounds.length < 4; at++) {
      await openIncident(`storm-${at}`)
      await pause(ANSWER_MS / 2)
    }
    const rests = rounds.slice(1).map(({ from }, at) => from - (rounds[at]?.to ?? from))
    expect(Math.min(...rests)).toBeGreaterThan(RESTS * ANSWER_MS - UNCERTAIN_MS)
    await page.unrouteAll({ behavior: 'ignoreErrors' })
  })
})
