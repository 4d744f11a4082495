import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const INSTALLING_MS = 300_000

/** The system's Chromium, without talking to anybody; installed first where that is possible. */
export function openBrowser(): Promise<Browser> {
  const executablePath = found() ?? installed()
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ]
  return chromium.launch({ executablePath, headless: true, args })
}

const found = (): string | undefined => PLACES.find(existsSync)

function installed(): string {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    throw new Error('These tests need Chromium: install it so that /usr/bin/chromium exists')
  const quiet = {
    stdio: 'ignore',
    timeout: INSTALLING_MS,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  } as const
  execFileSync('apt-get', ['update'], quiet)
  execFileSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], quiet)
  const path = found()
  if (path === undefined) throw new Error('apt-get installed chromium, and it is not at /usr/bin/chromium')
  return path
}
