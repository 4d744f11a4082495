import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { personNamed } from '#store/people/people'
import { makeSetUpLink } from '#store/people/set-up-links'
import { finding } from '../integration/api/findings-made.ts'
import { proposePlan } from '../integration/api/plans-made.ts'
import { tokenOf, type World } from '../integration/api/world.ts'
import { demoPolicy } from '../support/demo-policy.ts'
import { type ConsoleWorld, openConsole, plugIn } from './console-world.ts'

const asking = demoPolicy.replace(/passkeyFor: .*/, 'passkeyFor: { production: [R2, R3] }')
const PASSWORD = 'a password of my own'

let opened: ConsoleWorld
let world: World
let url: string
let page: Page

beforeAll(async () => {
  opened = await openConsole({}, asking)
  ;({ world, url } = opened)
})
afterAll(() => opened?.close())
beforeEach(async () => {
  page = (await opened.visit()).page
})

const decide = async (): Promise<void> => {
  await page.getByRole('button', { name: 'Approve', exact: true }).click()
  await page.getByRole('button', { name: 'Approve it' }).click()
}

async function linkFor(who: string): Promise<string> {
  const token = await world.owner.transaction().execute(async (tx) => {
    const person = await personNamed(tx, who)
    if (person === undefined) throw new Error(`There is no ${who}`)
    return makeSetUpLink(tx, person, { kind: 'cordon', id: 'setup' })
  })
  return `${url}/set-up#token=${token}`
}

const changes = async (): Promise<readonly { id: string; kind: string }[]> =>
  (await world.call('GET', '/api/people/changes', 'auditor')).body.changes

describe('an approver in a browser', () => {
  it('sets a password, enrols a passkey, and votes with it after a second person confirmed it', async () => {
    const unplug = await plugIn(page)
    await page.goto(await linkFor('approver1'))
    // The token is gone from the address before anything is typed.
    await page.waitForURL(`${url}/set-up`)
    await page.getByLabel('New password').fill(PASSWORD)
    await page.getByRole('main').getByRole('button', { name: 'Set your password' }).click()

    await page.getByRole('heading', { name: 'Your passkeys' }).waitFor()
    expect(await page.getByRole('main').innerText()).toContain('Two on different devices are recommended')
    await page.getByLabel('Name of the authenticator').fill('laptop')
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await page.getByText('waits for a second person').waitFor()
    const [enrolment] = (await changes()).filter(({ kind }) => kind === 'passkey')
    expect(await page.getByRole('alert').innerText()).toContain(`cordon people confirm ${enrolment?.id}`)

    const { hash } = await proposePlan(world)
    await page.goto(`${url}/plans/${hash}`)
    await decide()
    await page.getByRole('alert').getByText('You have no passkey that counts').waitFor()
    await world.call('POST', `/api/people/changes/${enrolment?.id}/confirm`, 'operator')
    await page.getByRole('button', { name: 'Approve it' }).click()
    await page.getByText('1 of 2').waitFor()

    const vote = await world.owner.selectFrom('vote').selectAll().where('plan', '=', hash).executeTakeFirstOrThrow()
    expect(vote.assertion).toMatchObject({ assertion: { response: { signature: expect.any(String) } } })

    await page.getByRole('link', { name: 'Freeze' }).click()
    await page.getByLabel('Reason').fill('Something is off')
    await page.getByRole('button', { name: 'Freeze changes now' }).click()
    await page.getByText('Everywhere: Something is off').waitFor()
    await page.getByRole('button', { name: 'Ask for the lift' }).click()
    await page.getByText('approver1 asked for the lift').waitFor()
    const told = await world.owner.selectFrom('audit_entry').select('body').where('type', 'like', 'freeze.%').execute()
    for (const { body } of told) expect(JSON.parse(body.toString()).text).toContain('Signed by their passkey')
    expect(told).toHaveLength(2)
    await unplug()
  })

  it('signs in with a password, and cannot vote from a device that has no passkey', async () => {
    const { hash } = await proposePlan(world)
    await page.goto(`${url}/sign-in`)
    await page.getByLabel('Your id').fill('approver1')
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('heading', { name: 'Now', exact: true }).waitFor()
    const unplug = await plugIn(page)
    await page.goto(`${url}/plans/${hash}`)
    await decide()
    await page.getByRole('alert').waitFor()
    expect((await world.call('GET', `/api/plans/${hash}`, 'auditor')).body.votes).toEqual([])
    await unplug()
  })
})

describe('a page', () => {
  it('shows what a name hides', async () => {
    await world.call('POST', '/api/findings', 'intake', finding({ id: 'hidden-1', user: 'user-\u202Enimda' }))
    await page.goto(`${url}/#token=${tokenOf('responder')}`)
    await page.getByText('user-‹U+202E›nimda').first().waitFor()
    expect(await page.content()).not.toContain('\u202E')
  })

  it('decides nothing when a scanner follows every link of it', async () => {
    const { hash, incident } = await proposePlan(world)
    await page.goto(`${url}/plans/${hash}#token=${tokenOf('approver1')}`)
    await page.getByRole('button', { name: 'Approve', exact: true }).waitFor()
    const links = await page
      .locator('a[href]')
      .evaluateAll((found) => found.map((link) => String(link.getAttribute('href'))))
    expect(links).toContain(`/incidents/${incident}`)
    const before = await world.owner
      .selectFrom('audit_entry')
      .select((one) => one.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    for (const link of links) expect((await page.request.get(new URL(link, url).href)).status()).toBeLessThan(500)
    const setUp = await linkFor('approver2')
    for (let time = 0; time < 3; time += 1) await fetch(setUp)
    expect((await world.call('GET', `/api/plans/${hash}`, 'auditor')).body.votes).toEqual([])
    const after = await world.owner
      .selectFrom('audit_entry')
      .select((one) => one.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    // The set-up link was made, and nothing else happened.
    expect(after.count - before.count).toBe(1)
    const used = await world.call('POST', '/api/sign-in/set-up', undefined, {
      token: setUp.split('#token=')[1],
      password: PASSWORD,
    })
    expect(used.status).toBe(200)
  })
})
