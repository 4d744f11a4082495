import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { build } from 'vite'
import type { ApiDeps } from '#api/deps'
import { freePort } from '#embedded/ports'
import { openWorld, tokenOf, type Who, type World } from '../integration/api/world.ts'
import { madeOnce } from '../support/made-once.ts'
import { openBrowser } from './console-browser.ts'

/** A window of a browser, with nothing of another one in it: cookies, storage and passkeys are its own. */
export interface Visit {
  readonly page: Page
  /** What the page threw, and what the browser wrote as an error: a breach of the Content-Security-Policy is one. */
  readonly complaints: readonly string[]
}

export interface ConsoleWorld {
  readonly world: World
  readonly browser: Browser
  /** `http://localhost:…`: passkeys are for a name, and not for an address of numbers. */
  readonly url: string
  /** Where the built files are. */
  readonly consoleDir: string
  readonly visit: (options?: BrowserContextOptions) => Promise<Visit>
  /** A page of this person who is signed in, once it is live. */
  readonly signedIn: (who: Who, path?: string, options?: BrowserContextOptions) => Promise<Visit>
  readonly close: () => Promise<void>
}

/** Breaches of the Content-Security-Policy and errors of our own program, among the complaints of a visit. */
export const breaches = ({ complaints }: Visit): readonly string[] =>
  complaints.filter((text) => /Content.Security.Policy|Trusted|Uncaught|TypeError|ReferenceError/i.test(text))

/** The console as it is built, served by an api over a database of its own, and a browser. */
export async function openConsole(changed: Partial<ApiDeps> = {}, policySource?: string): Promise<ConsoleWorld> {
  const consoleDir = await madeOnce('console', buildConsole)
  const url = changed.publicUrl ?? (await freeAddress())
  const world = await openWorld({ consoleDir, publicUrl: url, ...changed }, policySource)
  await world.app.listen({ host: '127.0.0.1', port: Number(new URL(url).port) })
  const browser = await openBrowser()
  const visit: ConsoleWorld['visit'] = (options = {}) => visitBy(browser, options)
  return {
    world,
    browser,
    url,
    consoleDir,
    visit,
    signedIn: async (who, path = '/', options = {}) => {
      const visited = await visit(options)
      await signIn(visited.page, `${url}${path}`, tokenOf(who))
      return visited
    },
    close: async () => {
      await browser.close()
      await world.close()
    },
  }
}

/** An address of this machine that nobody listens at. */
export const freeAddress = async (): Promise<string> => `http://localhost:${await freePort()}`

/** Builds the console’s files into an empty folder. */
async function buildConsole(outDir: string): Promise<void> {
  const configFile = fileURLToPath(new URL('../../vite.config.ts', import.meta.url))
  await build({ configFile, logLevel: 'error', build: { outDir } })
}

/** Opens the address with the token in its fragment, and waits until the page hears what happens. */
export async function signIn(page: Page, address: string, token: string): Promise<void> {
  await page.goto(`${address}#token=${token}`)
  await page.getByRole('status').getByText('live', { exact: true }).waitFor()
}

export async function visitBy(browser: Browser, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', ({ name, message }) => complaints.push(`${name}: ${message}`))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  return { page, complaints }
}

/** Writes a picture of the page to the folder `CORDON_SCREENSHOTS`, when one is named. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['CORDON_SCREENSHOTS']
  if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}

/** An authenticator that Chromium has in software, for one page. Source: Chrome DevTools Protocol, domain WebAuthn. */
export async function plugIn(page: Page): Promise<() => Promise<unknown>> {
  const session = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  const options = {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  } as const
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', { options })
  return () => session.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId })
}
