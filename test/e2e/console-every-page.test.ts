import axe, { type AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { partsInTurn, turnSaid } from '../support/turn.ts'
import { addressOf, openPlaces, places, settled, unfolded } from './console-addresses.ts'
import { EVERYTHING, type Furnished, furnish } from './console-furnished.ts'
import { breaches, type ConsoleWorld, openConsole, picture, signIn, type Visit } from './console-world.ts'

const sizes = { phone: { width: 390, height: 844 }, wide: { width: 1440, height: 900 } } as const
/** In this order two pages in a row, and two days, have both sizes and both schemes. */
const looks = [
  { size: 'phone', colorScheme: 'light' },
  { size: 'wide', colorScheme: 'dark' },
  { size: 'phone', colorScheme: 'dark' },
  { size: 'wide', colorScheme: 'light' },
] as const
process.stdout.write(`Each page on one kind of screen by day and on all at night: ${turnSaid}\n`)

let the: ConsoleWorld
let made: Furnished
let everything: Visit
/** Where nobody is signed in. */
let nobody: Visit
/** A machine, which may read nothing. */
let machine: Visit

beforeAll(async () => {
  the = await openConsole()
  made = await furnish(the.world, (usual) => usual)
  everything = await the.visit()
  await signIn(everything.page, the.url, EVERYTHING)
  nobody = await the.visit()
  machine = await the.visit()
  await machine.page.goto(`${the.url}/#token=token-of-intake`)
  await machine.page.getByRole('alert').first().waitFor()
})
afterAll(() => the?.close())

/** Opens the address anew, and waits until everything of it was read. */
async function open({ page }: Visit, address: string): Promise<void> {
  await page.goto(`${the.url}${address}`)
  await settled(page)
}

// As a text: it is the browser’s program, not ours.
const overhang = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'

/** What axe finds wrong, in words. */
async function violations(page: Page): Promise<readonly string[]> {
  const found = (await page.evaluate(`${axe.source}; axe.run(document, { resultTypes: ['violations'] })`)) as AxeResults
  return found.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary = '' }) => `${id}: ${help}: ${html} ${failureSummary}`),
  )
}

describe.each(places.map((place, nth) => ({ place, nth })))('the page $place', ({ place, nth }) => {
  it('answers to its address, with one heading of the first rank, a title of its own and no errors', async () => {
    const { page } = everything
    const before = everything.complaints.length
    await open(everything, addressOf(place, made))
    expect(await page.locator('h1').count()).toBe(1)
    expect(await page.title()).toMatch(/^\S.* · Cordon$/)
    expect(await page.locator('main').innerText()).not.toContain('There is no such page')
    expect(everything.complaints.slice(before)).toEqual([])
  })

  it.each(partsInTurn(looks, nth))(
    'is for everybody on a $size screen, $colorScheme, with everything unfolded',
    async ({ size, colorScheme }) => {
      const { page } = everything
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize(sizes[size])
      await open(everything, addressOf(place, made))
      await picture(page, `${place}-${size}-${colorScheme}`)
      await unfolded(page)
      expect(await page.evaluate(overhang)).toBe(0)
      expect(await violations(page)).toEqual([])
    },
  )

  it('says what to do without a session', async () => {
    await open(nobody, addressOf(place, made))
    const main = nobody.page.locator('main')
    if (openPlaces.has(place)) expect(await main.locator('form').count()).toBeGreaterThan(0)
    else expect(await main.getByRole('alert').locator('a[href^="/sign-in"]').count()).toBeGreaterThan(0)
    expect(breaches(nobody)).toEqual([])
  })

  it('says what is missing without the permission', async () => {
    await open(machine, addressOf(place, made))
    const alert = machine.page.locator('main').getByRole('alert').first()
    if (!openPlaces.has(place)) expect(await alert.innerText()).toMatch(/may not do this: .+ may/)
    expect(breaches(machine)).toEqual([])
  })
})

describe('an address that no page has', () => {
  it('is said to be none', async () => {
    const response = await everything.page.goto(`${the.url}/nothing`)
    expect(response?.status()).toBe(404)
  })
})
