import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { judgedIncident } from '../integration/api/judged.ts'
import { type ConsoleWorld, openConsole } from './console-world.ts'

let the: ConsoleWorld
beforeAll(async () => {
  the = await openConsole()
})
afterAll(() => the?.close())

const PHONE = { viewport: { width: 390, height: 844 } }

const detail = async (id: string) => (await the.world.call('GET', `/api/incidents/${id}`, 'auditor')).body

async function held(user: string): Promise<string> {
  const id = await judgedIncident(the.world, { user })
  await the.world.call('POST', `/api/incidents/${id}/acknowledge`, 'responder')
  return id
}

describe('what people ask of each other', () => {
  it('is help, by one key; who is asked sees it first and comes', async () => {
    const id = await held('helped')
    const { page } = await the.signedIn('responder', `/incidents/${id}`)
    await page.getByRole('button', { name: 'Get help' }).waitFor()
    await page.keyboard.press('h')
    await page.locator('datalist option[value="approver1"]').waitFor({ state: 'attached' })
    await page.locator('datalist option[value="security"]').waitFor({ state: 'attached' })
    await page.getByLabel('Person or group').fill('security')
    await page.getByLabel('What you need them for').fill('two must look')
    await page.getByRole('button', { name: 'Page them' }).click()
    await page.getByText('is asked for help').waitFor()
    const asked = await the.signedIn('approver1', '/', PHONE)
    await asked.page.getByRole('listitem').filter({ hasText: 'two must look' }).getByRole('link').click()
    await asked.page.getByRole('button', { name: 'Accept: I am on it' }).click()
    await page.getByText('is asked for help').waitFor({ state: 'detached' })
    expect((await detail(id)).appeals).toMatchObject([{ status: 'accepted', answeredBy: 'approver1' }])
  })

  it('is to take an incident over, which the page says until somebody does', async () => {
    const id = await held('handed-over')
    const { page } = await the.signedIn('responder', `/incidents/${id}`)
    await page.getByRole('button', { name: 'Hand over', exact: true }).click()
    await page.getByLabel('Person', { exact: true }).fill('approver1')
    await page.getByLabel('What they have to know').fill('my shift ends')
    await page.getByRole('button', { name: 'Page them' }).click()
    await page.getByText('is asked to take it over').waitFor()
    await page.getByRole('button', { name: 'Keep it' }).waitFor()
    const asked = await the.signedIn('approver1', `/incidents/${id}`, PHONE)
    await asked.page.getByRole('button', { name: 'Accept: I am on it' }).click()
    await page.getByText('is asked to take it over').waitFor({ state: 'detached' })
    expect((await detail(id)).acknowledgedBy).toBe('approver1')
  })

  it('is to take over everything, at the end of a shift', async () => {
    const id = await held('shift')
    const { page } = await the.signedIn('responder', '/')
    await page.getByRole('button', { name: 'Hand over everything you look after' }).click()
    await page.getByLabel('Person', { exact: true }).fill('approver2')
    await page.getByLabel('What they have to know').fill('good night')
    await page.getByRole('button', { name: 'Page them' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect((await detail(id)).appeals).toMatchObject([{ of: 'approver2', status: 'open' }])
  })
})

describe('a comment that names somebody', () => {
  it('is under their mentions as text, until they have read it', async () => {
    const id = await held('named')
    const text = '@approver1 <img src=x onerror=alert(1)> look'
    await the.world.call('POST', `/api/incidents/${id}/comments`, 'responder', { text })
    const { page, complaints } = await the.signedIn('approver1', '/')
    const mention = page.getByRole('listitem').filter({ hasText: text })
    await mention.getByRole('button', { name: 'Read', exact: true }).click()
    await mention.waitFor({ state: 'detached' })
    expect(complaints).toEqual([])
    expect((await the.world.call('GET', '/api/waiting', 'approver1')).body.mentions).toEqual([])
  })
})
