import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { finding } from '../integration/api/findings-made.ts'
import { proposePlan } from '../integration/api/plans-made.ts'
import { tokenOf, type World } from '../integration/api/world.ts'
import { breaches, type ConsoleWorld, openConsole, picture, signIn, type Visit } from './console-world.ts'

const LIMIT_BYTES = 60_000
/** Less would be a page out of the cache. */
const LEAST_BYTES = 20_000

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

const signedIn = (path = '/') => signIn(page, `${url}${path}`, tokenOf('responder'))

describe('the console', () => {
  it('signs in with the token of the address, and cleans the address', async () => {
    await signedIn('/sign-in')
    expect(page.url()).toBe(`${url}/`)
    const cookies = await page.context().cookies()
    expect(cookies).toEqual([expect.objectContaining({ httpOnly: true, sameSite: 'Strict' })])
    expect(await page.content()).not.toContain(tokenOf('responder'))
  })

  it('signs in with a pasted token, and says when it is not valid', async () => {
    await page.goto(`${url}/sign-in`)
    await page.getByLabel('Token').fill('wrong')
    await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').getByText('This token is not valid').waitFor()
    await page.getByLabel('Token').fill(tokenOf('responder'))
    await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Now', exact: true }).waitFor()
    expect(page.url()).toBe(`${url}/`)
  })

  it('asks to sign in on any page without a session, shows nothing else, and goes on with that page', async () => {
    await page.goto(`${url}/incidents/INC-1`)
    await page.getByRole('alert').getByText('Sign in to see this page.').waitFor()
    expect(await page.getByRole('navigation').count()).toBe(0)
    await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click()
    await page.getByLabel('Token').fill(tokenOf('responder'))
    await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').getByText('There is no incident INC-1').waitFor()
    expect(page.url()).toBe(`${url}/incidents/INC-1`)
  })

  it('shows a new incident without being asked again', async () => {
    await signedIn()
    await world.call('POST', '/api/findings', 'intake', finding({ id: 'live-1', user: 'live-user' }))
    const { body } = await world.call('GET', '/api/incidents?finding=live-1', 'responder')
    const link = page.locator(`a[href="/incidents/${body.incidents[0].id}"]`)
    await link.waitFor()
    expect(await link.textContent()).toContain('live-user')
  })

  it('shows an incident by its address: what it waits for, its plan before and after, its timeline', async () => {
    const { hash, incident } = await proposePlan(world)
    await signedIn(`/incidents/${incident}`)
    await page.getByText('Everything is denied').waitFor()
    const text = await page.getByRole('main').innerText()
    for (const part of [
      'votes of',
      'Stop the user',
      'iam:PutUserPolicy',
      'Before',
      'After',
      'Sessions of roles live on',
      'One user',
      '0 of 2',
      'finding.received',
    ])
      expect(text).toContain(part)
    await page.locator(`.plan a[href="/plans/${hash}"]`).click()
    await page.getByRole('heading', { name: 'Stop the user' }).waitFor()
    expect(page.url()).toBe(`${url}/plans/${hash}`)
    await page.goBack()
    await page.getByText('Everything is denied').waitFor()
  })

  it('shows a vote on the open page of its plan', async () => {
    const { hash } = await proposePlan(world)
    await signedIn(`/plans/${hash}`)
    await page.getByText('0 of 2').waitFor()
    await world.call('POST', `/api/plans/${hash}/votes`, 'approver1', { decision: 'approve' })
    await page.getByText('1 of 2').waitFor()
    expect(await page.getByRole('main').innerText()).toContain('approver1: approve')
  })

  it('says that there is no such incident', async () => {
    await signedIn('/incidents/none')
    const alert = page.getByRole('alert')
    await alert.getByText('There is no incident none').waitFor()
    expect(await alert.count()).toBe(1)
  })

  it('needs nothing that the strict content security policy forbids', async () => {
    const { incident } = await proposePlan(world)
    const response = await page.goto(`${url}/`)
    expect(response?.headers()['content-security-policy']).toContain("script-src 'self'")
    await signedIn(`/incidents/${incident}`)
    await page.getByText('Everything is denied').waitFor()
    expect(breaches(visit)).toEqual([])
  })

  it.each([320, 768, 1280])('fits a window of %i pixels without scrolling sideways', async (width) => {
    const { incident } = await proposePlan(world)
    await page.setViewportSize({ width, height: 800 })
    await signedIn(`/incidents/${incident}`)
    await page.getByText('Everything is denied').waitFor()
    // As a text: it is the browser’s program, not ours.
    const overhang = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
    expect(await page.evaluate(overhang)).toBe(0)
    await picture(page, `incident-${width}`)
  })

  it('shows a name of the account as text, whatever is in it', async () => {
    await world.call('POST', '/api/findings', 'intake', finding({ id: 'evil-1', user: '<img src=x onerror=alert(1)>' }))
    await signedIn()
    await page.getByRole('heading', { name: 'Now', exact: true }).waitFor()
    expect(await page.locator('main img').count()).toBe(0)
  })

  it('asks what it shows first before it has its script, and once', async () => {
    await world.call('POST', '/api/findings', 'intake', finding({ id: 'first-row' }))
    await signedIn()
    await page.addInitScript(`new MutationObserver((_changes, observer) => {
      if (document.querySelector('[data-row]') === null) return
      observer.disconnect()
      globalThis.askedByThen = performance.getEntriesByType('resource').map(({ name, startTime, responseEnd }) => [name, startTime, responseEnd])
    }).observe(document, { childList: true, subtree: true })`)
    await page.goto(`${url}/incidents`)
    await page.locator('[data-row]').first().waitFor()
    const asked: [string, number, number][] = await page.evaluate('globalThis.askedByThen')
    const of = (part: string) => asked.filter(([name]) => name.includes(part))
    const [script] = of('/assets/first-')
    for (const question of ['/api/me', '/api/incidents?limit=50&sort=newest']) {
      const times = of(question)
      expect(times).toHaveLength(1)
      expect(times[0]?.[1]).toBeLessThan(script?.[2] ?? 0)
    }
  })

  it('shows to whom a token signs in nothing that was asked as somebody else', async () => {
    await signedIn()
    await page.addInitScript(`globalThis.shownTo = []
    new MutationObserver(() => {
      for (const { value } of document.querySelectorAll('option'))
        if (['responder', 'approver1'].includes(value) && !shownTo.includes(value)) shownTo.push(value)
    }).observe(document, { childList: true, subtree: true })`)
    await page.goto('about:blank')
    await signIn(page, `${url}/`, tokenOf('approver1'))
    await page.locator('option[value="approver1"]').first().waitFor({ state: 'attached' })
    expect(await page.evaluate('globalThis.shownTo')).toEqual(['approver1'])
  })

  it('says nothing of where it was built', () => {
    const files = readdirSync('dist/console/assets').filter((file) => file.endsWith('.js'))
    expect(files.length).toBeGreaterThan(3)
    for (const file of files) expect(readFileSync(join('dist/console/assets', file), 'utf8')).not.toMatch(/\.tsx?\b/)
  })

  it('carries at most 60 kB to its first screen, compressed', async () => {
    const weights: Promise<number>[] = []
    page.on('requestfinished', (request) => {
      const { pathname } = new URL(request.url())
      if (!pathname.startsWith('/api/')) weights.push(request.sizes().then(({ responseBodySize }) => responseBodySize))
    })
    await signedIn()
    await page.getByRole('heading', { name: 'Everything open' }).waitFor()
    const bytes = (await Promise.all(weights)).reduce((sum, size) => sum + size, 0)
    expect(weights.length).toBeGreaterThan(3)
    expect(bytes).toBeGreaterThan(LEAST_BYTES)
    expect(bytes).toBeLessThan(LIMIT_BYTES)
  })
})
