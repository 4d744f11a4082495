import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ConsoleWorld, openConsole } from './console-world.ts'

let the: ConsoleWorld
beforeAll(async () => {
  the = await openConsole()
})
afterAll(() => the?.close())

const people = async (): Promise<readonly { id: string; roles: readonly string[] }[]> =>
  (await the.world.call('GET', '/api/people', 'auditor')).body.people
const rolesOf = async (id: string) => (await people()).find((person) => person.id === id)?.roles

describe('people', () => {
  it('are added at once when they decide nothing, with a link that is shown once', async () => {
    const { page } = await the.signedIn('operator', '/people')
    await page.getByText('Add a person').click()
    const form = page.locator('form').first()
    await form.getByLabel('Id', { exact: true }).fill('nina')
    await form.getByLabel('Name', { exact: true }).fill('Nina New')
    await form.getByLabel('Groups').fill('storage, night shift')
    await form.getByRole('button', { name: 'Save' }).click()
    await form.getByRole('status').getByText('/set-up#token=').waitFor()
    await page.getByRole('listitem').filter({ hasText: 'Nina New' }).getByText('storage, night shift').waitFor()
    expect(await rolesOf('nina')).toEqual(['viewer'])
  })

  it('become approvers when a second person of another group has confirmed it, and not before', async () => {
    const { page } = await the.signedIn('operator', '/people')
    const vera = page.getByRole('listitem').filter({ hasText: 'Vera Viewer' })
    await vera.getByText('Change', { exact: true }).click()
    await vera.getByLabel(/^approver/).check()
    await vera.getByLabel('Groups').fill('security')
    await vera.getByRole('button', { name: 'Save' }).click()
    await vera.getByText('It waits for a second person.').waitFor()
    expect(await rolesOf('viewer')).toEqual(['viewer'])
    const waiting = page.getByRole('listitem').filter({ hasText: 'operator wants to change the access of viewer' })
    await waiting.getByText('approver').first().waitFor()
    // Nobody confirms what they asked for.
    await waiting.getByRole('button', { name: 'Confirm' }).click()
    await waiting.getByRole('alert').waitFor()
    const second = await the.signedIn('policy-admin', '/people')
    const same = second.page.getByRole('listitem').filter({ hasText: 'operator wants to change the access of viewer' })
    await same.getByRole('button', { name: 'Confirm' }).click()
    await same.waitFor({ state: 'detached' })
    await waiting.waitFor({ state: 'detached' })
    expect(await rolesOf('viewer')).toContain('approver')
  })

  it('are asked about twice before their access is taken away', async () => {
    const { page } = await the.signedIn('operator', '/people')
    const author = page.getByRole('listitem').filter({ hasText: 'Ari Author' })
    await author.getByText('Take all access away').click()
    expect(await rolesOf('author')).toBeDefined()
    await author.getByRole('button', { name: 'Take it away now' }).click()
    await author.waitFor({ state: 'detached' })
    expect(await rolesOf('author')).toBeUndefined()
  })

  it('are shown to whoever reads, with nothing to press', async () => {
    const { page } = await the.signedIn('auditor', '/people')
    await page.getByText('Rosa Responder').waitFor()
    expect(await page.getByRole('main').getByRole('button').count()).toBe(0)
  })

  it('let somebody stand for them, and end it', async () => {
    const { page } = await the.signedIn('approver1', '/people')
    await page.getByText('Let somebody stand for me').click()
    await page.getByLabel('Who', { exact: true }).fill('approver2')
    await page.getByRole('button', { name: 'Begin' }).click()
    const line = page.getByRole('listitem').filter({ hasText: 'approver2 stands for approver1' })
    await line.getByRole('button', { name: 'End it' }).click()
    await line.waitFor({ state: 'detached' })
    expect((await the.world.call('GET', '/api/delegations', 'auditor')).body.delegations).toEqual([])
  })
})

describe('the account', () => {
  it('makes a token that is shown once, and revokes it', async () => {
    const { page } = await the.signedIn('responder', '/account')
    await page.getByText('Make a token').click()
    await page.getByLabel('Name of the token').fill('dashboard')
    await page.getByLabel('Addresses it may come from').fill('127.0.0.0/8, 10.0.0.0/8')
    await page.getByRole('button', { name: 'Make it' }).click()
    await page.getByText('cordon_pat_').waitFor()
    const item = page.getByRole('listitem').filter({ hasText: 'dashboard' })
    await item.getByText('127.0.0.0/8, 10.0.0.0/8').waitFor()
    await page.reload()
    await item.waitFor()
    expect(await page.getByText('cordon_pat_').count()).toBe(0)
    await item.getByRole('button', { name: 'Revoke' }).click()
    await item.waitFor({ state: 'detached' })
  })

  it('shows one’s own open sign-ins, and ends another one', async () => {
    const { page } = await the.signedIn('responder', '/account')
    const other = await the.signedIn('responder', '/account')
    const items = page.locator('section[aria-labelledby="sessions"] li')
    await page.reload()
    await items.filter({ hasText: 'this one' }).waitFor()
    const before = await items.count()
    await items.filter({ hasText: '127.0.0.1' }).getByRole('button', { name: 'End' }).first().click()
    await items.nth(before - 1).waitFor({ state: 'detached' })
    await other.page.reload()
    await other.page.getByRole('alert').getByText('Sign in to see this page').waitFor()
    expect(await items.count()).toBe(before - 1)
  })
})
