import type { Browser } from 'playwright-core'
import type { MeasuredHome } from './home.ts'

interface Looks {
  readonly path: string
  readonly looks: number
}

const FIRST_ROW = 'first row'
/** The page says when it has painted a first row, by the clock of the machine: somebody who waits for that from outside makes the browser work meanwhile. */
const SAYS_FIRST_ROW = `new MutationObserver((_changes, observer) => {
  if (document.querySelector('[data-row]') === null) return
  observer.disconnect()
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => console.info('${FIRST_ROW}', performance.timeOrigin + performance.now())
    port2.postMessage(null)
  })
}).observe(document, { childList: true, subtree: true })`

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
    await page.addInitScript(SAYS_FIRST_ROW)
    const saying = page.waitForEvent('console', (message) => message.text().startsWith(FIRST_ROW))
    const began = performance.timeOrigin + performance.now()
    await page.goto(path, { waitUntil: 'commit' })
    const said = await saying
    times.push(Number(said.text().slice(FIRST_ROW.length)) - began)
    await context.close()
  }
  await first.close()
  return times
}
