import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Furnished, furnish } from './console-furnished.ts'
import { type ConsoleWorld, openConsole } from './console-world.ts'

let the: ConsoleWorld
let made: Furnished
beforeAll(async () => {
  the = await openConsole()
  made = await furnish(the.world, (usual) => usual)
})
afterAll(() => the?.close())

const get = async (path: string) => (await the.world.call('GET', path, 'auditor')).body

describe('triage', () => {
  it('asks whether the rules were right, and counts what was said', async () => {
    const { page } = await the.signedIn('responder', '/triage')
    await page.getByText('0 right, 1 wrong').waitFor()
    await page.getByText('Were the rules right?').first().click()
    await page.getByLabel('Note').fill('Nothing came of it')
    await page.getByRole('button', { name: 'Right' }).click()
    await page.getByText('1 right, 1 wrong').waitFor()
    await page.getByText('50.0 %').waitFor()
    await page.getByText('Nothing waits to be looked at').waitFor()
    expect((await get('/api/triage/reviews')).reviews).toEqual([])
  })

  it('shows what is kept quiet with owner, end, review and what it hid', async () => {
    const { page } = await the.signedIn('auditor', '/suppressions')
    const scan = page.locator('.cards > li', { hasText: 'scan' }).filter({ hasText: 'hid 1 in 90 days' })
    await scan.getByText('security · until 2026-12-24').waitFor()
    await scan.getByText('What it hid, by day').click()
    expect(await scan.getByText(/^\d{4}-\d{2}-\d{2}: 1$/).count()).toBe(1)
  })

  it('has somebody say why something comes again, after which it has an owner', async () => {
    const { page } = await the.signedIn('responder', '/problems')
    const open = page.locator('.cards > li', { hasText: 'Nobody has said why' }).first()
    const subject = await open.getByRole('heading').innerText()
    await open.getByText('Say why it comes again').click()
    await open.getByLabel('Who owns the cause').fill('Team platform')
    await open.getByLabel('Cause', { exact: true }).fill('The image has the key in it')
    await open.getByRole('button', { name: 'Save' }).click()
    await page.locator('.cards > li', { hasText: subject }).getByText('Team platform').waitFor()
    const { problems } = await get('/api/problems')
    expect(problems).toContainEqual(
      expect.objectContaining({ subject, owner: 'Team platform', cause: 'The image has the key in it' }),
    )
  })

  it('lists what people concluded beside what the rules had said', async () => {
    const { page } = await the.signedIn('auditor', '/cases')
    const label = page.locator('.cards > li', { hasText: 'Nobody of ours works there.' })
    await label.getByText('the rules said inconclusive').waitFor()
    await label.getByText('has more by now').waitFor()
    await label.getByRole('link').click()
    expect(new URL(page.url()).pathname).toBe(`/incidents/${made.investigation}`)
  })

  it('shows the context in force, whose each entry is, until when, and of what it said something', async () => {
    const { page } = await the.signedIn('auditor', '/context')
    const scan = page.locator('.cards > li', { hasText: 'scan-*' })
    await scan.getByText('said something of 1 finding').waitFor()
    expect(await scan.innerText()).toContain('until: 2026-12-24')
    await page.getByRole('link', { name: 'by the change' }).click()
    await page.getByRole('heading', { level: 1, name: 'Scans of this quarter' }).waitFor()
  })
})
