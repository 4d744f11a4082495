import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ConsoleWorld, openConsole } from './console-world.ts'

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const

let the: ConsoleWorld
beforeAll(async () => {
  the = await openConsole()
})
afterAll(() => the?.close())

const newest = async () => (await the.world.call('GET', '/api/incidents?limit=1', 'auditor')).body.incidents[0]

describe('the form for whoever thinks that something is wrong', () => {
  it('takes plain words on a phone, about anything anywhere, and answers with the incident’s address', async () => {
    const { page } = await the.signedIn('viewer', '/report', phone)
    await page.getByLabel('What happened?').fill('My laptop asks for a ransom')
    await page.getByLabel('Where?').fill('the office in Kiel')
    await page.getByRole('button', { name: 'Call for help' }).tap()
    await page.getByRole('heading', { name: 'Thank you. Somebody is being called.' }).waitFor()
    const incident = await newest()
    expect(incident).toMatchObject({ account: 'elsewhere', title: 'Vera Viewer reports: My laptop asks for a ransom' })
    const link = page.getByRole('link', { name: `${the.url}/incidents/${incident.id}` })
    await link.tap()
    await page.getByRole('heading', { level: 1, name: /My laptop asks for a ransom/ }).waitFor()
  })

  it('takes the account and Region of AWS from whoever knows them', async () => {
    const { page } = await the.signedIn('responder', '/report')
    await page.getByLabel('What happened?').fill('A bucket is open')
    await page.getByText('I know the AWS account').click()
    await page.getByLabel('Account, 12 digits').fill('111122223333')
    await page.getByLabel('Region').fill('eu-central-1')
    await page.getByRole('button', { name: 'Call for help' }).click()
    await page.getByRole('heading', { name: /Thank you/ }).waitFor()
    expect(await newest()).toMatchObject({ account: '111122223333', region: 'eu-central-1' })
  })

  it('sends nothing without words, and keeps what was written when it is refused', async () => {
    const { page } = await the.signedIn('responder', '/report')
    const before = await newest()
    await page.getByRole('button', { name: 'Call for help' }).click()
    expect((await newest()).id).toBe(before.id)
    await page.getByLabel('What happened?').fill('   ')
    await page.getByRole('button', { name: 'Call for help' }).click()
    await page.getByRole('alert').waitFor()
    expect(await page.getByLabel('What happened?').inputValue()).toBe('   ')
  })
})
