import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { finding } from '../integration/api/findings-made.ts'
import { proposePlan } from '../integration/api/plans-made.ts'
import { openWorld, tokenOf, type World } from '../integration/api/world.ts'
import { openBrowser } from './console-browser.ts'

const consoleDir = mkdtempSync(join(tmpdir(), 'cordon-console-'))
const LIMIT_BYTES = 60_000

let world: World
let browser: Browser
let url: string
let page: Page
let complaints: string[]

beforeAll(async () => {
  const configFile = fileURLToPath(new URL('../../vite.config.ts', import.meta.url))
  await build({ configFile, logLevel: 'error', build: { outDir: consoleDir } })
  world = await openWorld({ consoleDir })
  await world.app.listen({ host: '127.0.0.1', port: 0 })
  url = `http://127.0.0.1:${(world.app.server.address() as AddressInfo).port}`
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await world?.close()
  rmSync(consoleDir, { recursive: true, force: true })
})

beforeEach(async () => {
  page = await browser.newPage()
  complaints = []
  page.on('pageerror', ({ message }) => complaints.push(message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
})
afterEach(() => page.close())

const signedIn = async (path = '/') => {
  await page.goto(`${url}${path}#token=${tokenOf('responder')}`)
  await page.getByRole('status').getByText('live', { exact: true }).waitFor()
}

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
    await page.getByRole('heading', { name: 'Incidents' }).waitFor()
    expect(page.url()).toBe(`${url}/`)
  })

  it('asks to sign in on any page without a session, and shows nothing else', async () => {
    await page.goto(`${url}/incidents/INC-1`)
    expect(await page.getByRole('alert').textContent()).toContain('Sign in to see this page.')
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
    await page.getByText(`cordon approve ${hash}`).waitFor()
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
    expect(complaints.filter((text) => /Content Security Policy|Uncaught/i.test(text))).toEqual([])
  })

  it.each([320, 768, 1280])('fits a window of %i pixels without scrolling sideways', async (width) => {
    const { incident } = await proposePlan(world)
    await page.setViewportSize({ width, height: 800 })
    await signedIn(`/incidents/${incident}`)
    await page.getByText('Everything is denied').waitFor()
    // As a text: it is the browser’s program, not ours.
    const overhang = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
    expect(await page.evaluate(overhang)).toBe(0)
    const folder = process.env['CORDON_SCREENSHOTS']
    if (folder !== undefined) await page.screenshot({ path: join(folder, `incident-${width}.png`), fullPage: true })
  })

  it('shows a name of the account as text, whatever is in it', async () => {
    await world.call('POST', '/api/findings', 'intake', finding({ id: 'evil-1', user: '<img src=x onerror=alert(1)>' }))
    await signedIn()
    await page.getByRole('heading', { name: 'Incidents' }).waitFor()
    expect(await page.locator('main img').count()).toBe(0)
  })

  it('carries at most 60 kB to its first screen, compressed', async () => {
    const weights: Promise<number>[] = []
    page.on('response', (response) => {
      const { pathname } = new URL(response.url())
      if (!pathname.startsWith('/api/')) weights.push(response.body().then((body) => gzipSync(body).length))
    })
    await signedIn()
    await page.getByRole('heading', { name: 'Incidents' }).waitFor()
    const bytes = (await Promise.all(weights)).reduce((sum, size) => sum + size, 0)
    expect(weights.length).toBeGreaterThan(3)
    expect(bytes).toBeLessThan(LIMIT_BYTES)
  })
})
