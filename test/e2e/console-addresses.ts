import type { Page } from 'playwright-core'
import { type ConsolePlace, consolePlaces } from '#domain/console-place'
import type { Furnished } from './console-furnished.ts'

/** What the pages with `:id` are shown with. A new one gets its line here. */
const about: Readonly<Partial<Record<ConsolePlace, keyof Furnished>>> = {
  incident: 'investigation',
  plan: 'plan',
  change: 'change',
  investigation: 'investigation',
  finding: 'finding',
  drill: 'drill',
  auditEntry: 'auditEntry',
}

/** Pages for whoever is not signed in yet. */
export const openPlaces: ReadonlySet<ConsolePlace> = new Set<ConsolePlace>(['signIn', 'setUp'])

export const places = Object.keys(consolePlaces) as ConsolePlace[]

/** The page’s address, about something real. */
export function addressOf(place: ConsolePlace, made: Furnished): string {
  const path: string = consolePlaces[place]
  if (!path.includes(':id')) return path
  const thing = about[place]
  if (thing === undefined)
    throw new Error(`The page ${place} (${path}) is about one thing: say which in test/e2e/console-addresses.ts`)
  return path.replace(':id', encodeURIComponent(made[thing]))
}

/** Opens everything that can be opened in the page; a text: it is the browser’s program, not ours. */
const unfold = `for (const one of document.querySelectorAll('main details')) one.open = true`

/** Waits until everything of the page was read, also of what is folded. */
export async function unfolded(page: Page): Promise<void> {
  await page.evaluate(unfold)
  await settled(page)
}

/** Waits until everything of the page that can be seen was read. */
export async function settled(page: Page): Promise<void> {
  await page.locator('main :is(h1, [role="alert"])').first().waitFor()
  await page.getByText('Reading …').filter({ visible: true }).first().waitFor({ state: 'detached' })
}
