import type { Browser } from 'playwright-core'
import type { MeasuredHome } from './home.ts'

interface Looks {
  readonly path: string
  readonly looks: number
}

/** Milliseconds from asking for the page to its first row, each in a browser that has nothing of it yet but a sign-in. */
export async function firstRows(
  browser: Browser,
  { home }: MeasuredHome,
  { path, looks }: Looks,
): Promise<readonly number[]> {
  const { url: baseURL, tokens } = home.ready()
  const first = await browser.newContext({ baseURL })
  // Once: sign-ins are limited.
  const signedIn = await first.request.post('/api/sign-in', { data: { token: tokens['responder'] } })
  if (!signedIn.ok()) throw new Error(`Signing in was answered ${signedIn.status()}`)
  const storageState = await first.storageState()
  const times: number[] = []
  for (let look = 0; look < looks; look++) {
    const context = await browser.newContext({ baseURL, storageState })
    const page = await context.newPage()
    const began = performance.now()
    await page.goto(path, { waitUntil: 'commit' })
    await page.locator('[data-row]').first().waitFor()
    times.push(performance.now() - began)
    await context.close()
  }
  await first.close()
  return times
}
