import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect } from '#store/database/database'
import { sealPending } from '#store/log/seal'
import { finding } from '../integration/api/findings-made.ts'
import type { World } from '../integration/api/world.ts'
import { sign } from '../integration/audit/log.ts'
import { breaches, type ConsoleWorld, openConsole, picture } from './console-world.ts'

let opened: ConsoleWorld
let world: World
let incident: string

beforeAll(async () => {
  opened = await openConsole()
  world = opened.world
  for (let at = 0; at < 30; at += 1) {
    const user = `user-${at}`
    const { body } = await world.call('POST', '/api/findings', 'intake', finding({ id: user, user }))
    incident = body.incidents[0].incident
  }
  await world.call('POST', `/api/incidents/${incident}/acknowledge`, 'responder')
  await world.call('POST', `/api/incidents/${incident}/comments`, 'approver1', { text: 'right\u202Eleft <b>bold</b>' })
  const sealer = connect(world.urlOf('sealer'), 1)
  await sealPending(sealer.db, sign)
  await sealer.close()
})
afterAll(() => opened?.close())

describe('the audit page', () => {
  it('finds events by who, what and incident, and keeps the search in the address', async () => {
    const { page } = await opened.signedIn('auditor', '/audit')
    await page.getByText('are under a signed checkpoint').waitFor()
    await page.getByLabel('Who').fill('responder')
    await page.getByLabel('What').selectOption('incident.acknowledged')
    await page.getByLabel('Incident', { exact: true }).fill(incident)
    await page.getByRole('button', { name: 'Search' }).click()
    const table = page.getByRole('table', { name: 'Events' })
    await expect.poll(() => table.getByRole('row').count()).toBe(2)
    expect(page.url()).toBe(`${opened.url}/audit?actor=responder&type=incident.acknowledged&incident=${incident}`)
    await page.reload()
    await expect.poll(() => table.getByRole('row').count()).toBe(2)
    expect(await page.getByLabel('Who').inputValue()).toBe('responder')
    await picture(page, 'audit-search')
    await page.getByRole('link', { name: 'Clear' }).click()
    await expect.poll(() => table.getByRole('row').count()).toBe(51)
  })

  it('finds events by time, by the reader’s own clock', async () => {
    const { page } = await opened.signedIn('auditor', '/audit', { timezoneId: 'Asia/Tokyo' })
    await page.getByLabel('From').fill('2030-01-01T09:00')
    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByText('Nothing in the log fits').waitFor()
    expect(new URL(page.url()).searchParams.get('from')).toBe('2030-01-01T00:00:00.000Z')
    expect(await page.getByLabel('From').inputValue()).toBe('2030-01-01T09:00')
  })

  it('goes to older events and back', async () => {
    const { page } = await opened.signedIn('auditor', '/audit')
    const first = page.getByRole('table').getByRole('row').nth(1).getByRole('link').first()
    const newest = await first.getAttribute('href')
    await page.getByRole('link', { name: 'Older events' }).click()
    await page.getByRole('link', { name: 'Back to the newest' }).waitFor()
    await expect.poll(() => first.getAttribute('href')).not.toBe(newest)
    const older = Number((await first.getAttribute('href'))?.split('/').at(-1))
    expect(older).toBeLessThan(Number(newest?.split('/').at(-1)) - 49)
    await page.getByRole('link', { name: 'Back to the newest' }).click()
    await page.getByRole('link', { name: 'Older events' }).waitFor()
  })

  it('opens the exact entry of a row, with its hash and seal, and nothing in it is active or hidden', async () => {
    const visit = await opened.signedIn('auditor', `/audit?type=incident.commented&incident=${incident}`)
    const { page } = visit
    await page.getByRole('table').getByRole('link').first().click()
    await page.getByRole('heading', { name: /^Entry \d+$/ }).waitFor()
    const id = page.url().split('/').at(-1) ?? ''
    const { body } = await world.call('GET', `/api/audit/events/${id}`, 'auditor')
    const text = await page.getByRole('main').innerText()
    expect(text).toContain(body.hash)
    expect(text).toContain('sealed')
    expect(text).toContain(`checkpoint of ${body.checkpoint} entries`)
    const shown = (await page.locator('pre.entry').textContent()) ?? ''
    expect(shown).toContain('<b>bold</b>')
    expect(shown).not.toContain('\u202E')
    expect(await page.locator('main b').count()).toBe(0)
    expect(breaches(visit)).toEqual([])
    await picture(page, 'audit-entry')
  })

  it('says who may look, to those who may not', async () => {
    const { page } = await opened.signedIn('viewer', '/audit')
    const alert = page.getByRole('alert')
    await alert.waitFor()
    expect(await alert.innerText()).toContain('auditor')
    expect(await page.getByRole('table').count()).toBe(0)
  })

  it.each([
    ['phone', 390, 844, 'light'],
    ['wide', 1440, 900, 'dark'],
  ] as const)('fits a %s (%i × %i, %s) without scrolling sideways', async (name, width, height, colorScheme) => {
    const { page } = await opened.signedIn('auditor', '/audit', { viewport: { width, height }, colorScheme })
    await page.getByRole('link', { name: 'Older events' }).waitFor()
    await picture(page, `audit-${name}`)
    // As a text: it is the browser’s program, not ours.
    const overhang = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
    expect(await page.evaluate(overhang)).toBe(0)
  })
})
