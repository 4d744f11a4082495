import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runbookTable } from '#worker/runbook-table'
import { BUILD } from '../integration/api/world.ts'
import { breaches, type ConsoleWorld, openConsole, picture } from './console-world.ts'

const folder = fileURLToPath(new URL('../../src/runbooks/', import.meta.url))

let opened: ConsoleWorld

beforeAll(async () => {
  opened = await openConsole()
  const { owner } = opened.world
  const manifest = {
    runbooks: runbookTable(folder, readdirSync(folder)),
    authors: { 'compromised-instance': 'ada@example.org' },
  }
  await owner
    .updateTable('build')
    .set({ manifest: JSON.stringify(manifest) })
    .where('id', '=', BUILD)
    .execute()
  await owner.updateTable('person').set({ email: 'ada@example.org' }).where('id', '=', 'approver1').execute()
})
afterAll(() => opened?.close())

describe('the runbooks page', () => {
  it('shows what each runbook handles, may do, needs for it, and who has no vote', async () => {
    const visit = await opened.signedIn('viewer', '/runbooks')
    const { page } = visit
    const runbook = page.locator('#compromised-instance')
    await runbook.waitFor()
    const text = await runbook.innerText()
    expect(text).toContain('CryptoCurrency:EC2/*')
    expect(text).toMatch(/Ada Approver\s+no vote on its plans/)
    const row = runbook.getByRole('row', { name: /isolateInstance/ })
    expect(await row.innerText()).toContain('ec2:ModifyNetworkInterfaceAttribute')
    expect(await page.locator('#compromised-user-credentials').innerText()).toContain('iam:PutUserPolicy')
    expect(await page.getByRole('main').innerText()).toContain(BUILD)
    expect(breaches(visit)).toEqual([])
    await picture(page, 'runbooks-wide')
  })

  it.each([
    ['phone', 390, 844, 'dark'],
    ['wide-dark', 1440, 900, 'dark'],
  ] as const)('fits a %s (%i × %i, %s) without scrolling sideways', async (name, width, height, colorScheme) => {
    const { page } = await opened.signedIn('viewer', '/runbooks', { viewport: { width, height }, colorScheme })
    await page.locator('#compromised-instance').waitFor()
    await picture(page, `runbooks-${name}`)
    // As a text: it is the browser’s program, not ours.
    const overhang = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
    expect(await page.evaluate(overhang)).toBe(0)
  })
})
