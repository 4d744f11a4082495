import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readApiConfig } from '#config'
import { finding } from '../integration/api/findings-made.ts'
import { type Account, CLIENT, type IdentityProvider, startIdentityProvider } from '../support/identity-provider.ts'
import { breaches, type ConsoleWorld, freeAddress, openConsole, type Visit } from './console-world.ts'

const ada: Account = { sub: 'subject-of-ada', name: 'Ada Lovelace', email: 'ada@example.com', groups: ['responders'] }

let provider: IdentityProvider
let opened: ConsoleWorld
let incident: string
beforeAll(async () => {
  const publicUrl = await freeAddress()
  provider = await startIdentityProvider(`${publicUrl}/api/sign-in/oidc/callback`)
  const { oidc } = readApiConfig({
    DATABASE_URL: 'postgres://127.0.0.1/cordon',
    TEMPORAL_ADDRESS: '127.0.0.1:7233',
    CORDON_OIDC_ISSUER: provider.issuer,
    CORDON_OIDC_CLIENT_ID: CLIENT.id,
    CORDON_OIDC_CLIENT_SECRET: CLIENT.secret,
    CORDON_OIDC_ROLES: 'responders=responder@response',
  })
  opened = await openConsole({ publicUrl, oidc })
  const { body } = await opened.world.call('POST', '/api/findings', 'intake', finding())
  incident = body.incidents[0].incident
})
afterAll(async () => {
  await opened?.close()
  await provider?.stop()
})

let visit: Visit
let page: Page
beforeEach(async () => {
  provider.become(ada)
  visit = await opened.visit()
  ;({ page } = visit)
})

const byProvider = () => page.getByRole('link', { name: 'Sign in with your organisation’s account' })

async function openIncident(): Promise<void> {
  await page.goto(`${opened.url}/incidents/${incident}`)
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click()
}

const isOnIncident = async (): Promise<void> => {
  await page.waitForURL(`${opened.url}/incidents/${incident}`)
  await page.getByRole('status').getByText('live', { exact: true }).waitFor()
}

describe('somebody who signs in by the identity provider in a browser', () => {
  it('comes back to the page that they wanted, as who the provider says they are', async () => {
    await openIncident()
    await byProvider().click()
    await isOnIncident()
    await page.goto(`${opened.url}/account`)
    await page.getByText('Ada Lovelace').first().waitFor()
    expect(breaches(visit)).toEqual([])
  })

  it('goes on with what they were writing after their sign-in ended in the middle', async () => {
    await openIncident()
    await byProvider().click()
    await isOnIncident()
    await page.getByLabel('Your comment').first().fill('The key is that of the build server')
    await opened.world.owner.deleteFrom('session').where('person', 'like', 'oidc-%').execute()
    // Not by the mouse: what the page reads by itself may have asked to sign in again already, above the button.
    await page.getByRole('button', { name: 'Add the comment' }).first().dispatchEvent('click')
    await page.getByRole('dialog').locator(byProvider()).click()
    await isOnIncident()
    expect(await page.getByLabel('Your comment').first().inputValue()).toBe('The key is that of the build server')
  })

  it('reads in words why the provider’s account does not let them in', async () => {
    provider.become({ ...ada, sub: 'stranger', groups: ['visitors'] })
    await page.goto(`${opened.url}/sign-in`)
    await byProvider().click()
    await page.waitForURL(`${opened.url}/sign-in?refused=not_permitted`)
    expect(await page.getByRole('alert').innerText()).toContain('has no place here')
  })

  it('reads in words that a way through the provider which somebody else began is none of theirs', async () => {
    await page.goto(`${opened.url}/api/sign-in/oidc/callback?state=of-somebody-else`)
    await page.waitForURL(`${opened.url}/sign-in?refused=not_authenticated`)
    expect(await page.getByRole('alert').innerText()).toContain('begun elsewhere')
    await byProvider().click()
    await page.getByRole('status').getByText('live', { exact: true }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/')
  })
})
