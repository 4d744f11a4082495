import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { finding } from '../integration/api/findings-made.ts'
import { type ConsoleWorld, openConsole } from './console-world.ts'

let the: ConsoleWorld
beforeAll(async () => {
  the = await openConsole()
})
afterAll(() => the?.close())

const send = (...findings: readonly object[]) => the.world.call('POST', '/api/findings', 'intake', findings)

describe('findings', () => {
  it('are found by words and by how they are answered, in an address that can be handed on', async () => {
    await send(finding({ id: 'sought', user: 'sought-user' }), finding({ id: 'other', user: 'other-user' }))
    const { page } = await the.signedIn('auditor', '/findings')
    await page.getByLabel('Search').fill('sought-u')
    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByText('other-user').waitFor({ state: 'detached' })
    expect(new URL(page.url()).search).toBe('?q=sought-u')
    await page.reload()
    await page.getByRole('link', { name: /sought-user/ }).waitFor()
    expect(await page.getByLabel('Search').inputValue()).toBe('sought-u')
    await page.getByLabel('Answered as').selectOption('folded')
    await page.getByText('No finding fits').waitFor()
  })

  it('are shown page after page', async () => {
    await send(...Array.from({ length: 55 }, (_, n) => finding({ id: `many-${n}`, user: `many-${n}` })))
    const { page } = await the.signedIn('auditor', '/findings?q=many-')
    const items = page.locator('.cards > li')
    await items.nth(49).waitFor()
    await page.getByRole('link', { name: 'Older ones' }).click()
    await items.nth(5).waitFor({ state: 'detached' })
    expect(await items.count()).toBe(5)
    await page.getByRole('link', { name: 'Back to the newest' }).click()
    await items.nth(49).waitFor()
  })

  it('have all their versions, as they came and as they are read', async () => {
    await send(finding({ id: 'versioned', user: 'versioned' }))
    await send(finding({ id: 'versioned', user: 'versioned', count: 7, updatedAt: '2026-11-25T08:00:00.000Z' }))
    const { page } = await the.signedIn('auditor', '/findings/versioned')
    await page.getByText('seen 7 times').waitFor()
    await page.getByText('seen 1 time').waitFor()
    await page.locator('pre', { hasText: '"schemaVersion": "2.0"' }).first().waitFor()
    expect(await page.locator('pre', { hasText: '"severityMilli": 8000' }).count()).toBe(2)
  })
})

describe('the quarantine', () => {
  it('says why, shows what came, and reads it again', async () => {
    const raw = JSON.stringify(finding({ id: 'read-after-all', user: 'read-after-all' }))
    const rows = [
      { digest: 'q1', reason: 'an older version could not read it', raw, channel: 'queue' },
      { digest: 'q2', reason: 'nothing at all', raw: '{"id":"nothing"}', channel: 'queue' },
    ]
    await the.world.owner.insertInto('quarantine').values(rows).execute()
    const { page } = await the.signedIn('responder', '/quarantine')
    const hopeless = page.getByRole('listitem').filter({ hasText: 'nothing at all' })
    await hopeless.getByRole('button', { name: 'Read it again' }).click()
    await hopeless.getByText('It still cannot be read: ').waitFor()
    const readable = page.getByRole('listitem').filter({ hasText: 'an older version' })
    await readable.getByRole('link', { name: 'Look at what came' }).click()
    await page.locator('pre', { hasText: 'read-after-all' }).waitFor()
    await page.getByRole('button', { name: 'Read it again' }).click()
    await page.getByRole('status').getByText('It could be read:').waitFor()
    const { body } = await the.world.call('GET', '/api/findings/read-after-all', 'auditor')
    expect(body.state).toBe('accepted')
  })
})

describe('the accounting', () => {
  it('adds up, by the numbers of the API, and leads to the findings of each class', async () => {
    const { page } = await the.signedIn('auditor', '/accounting?days=1')
    const since = new Date(Date.now() - 86_400_000).toISOString()
    const { body } = await the.world.call('GET', `/api/findings/accounting?since=${since}`, 'auditor')
    const { received, incidents, folded, quarantined } = body.total
    const equation = await page.locator('.equation p').first().innerText()
    expect(equation).toContain(`${received} received =`)
    expect(equation).toContain(`${incidents} opened an incident`)
    expect(equation).toContain(`${folded} folded into one`)
    expect(equation).toContain(`${quarantined} in quarantine`)
    await page.getByText('The two sides agree').waitFor()
    await page.getByText('The counters of AWS').click()
    expect(await page.locator('dt').count()).toBe(11)
    await page.getByRole('link', { name: 'in quarantine' }).click()
    expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/findings?answer=quarantined')
  })
})
