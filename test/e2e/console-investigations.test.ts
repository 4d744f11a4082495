import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { judgedIncident } from '../integration/api/judged.ts'
import { type ConsoleWorld, openConsole } from './console-world.ts'

let the: ConsoleWorld
beforeAll(async () => {
  the = await openConsole()
})
afterAll(() => the?.close())

const detail = async (id: string) => (await the.world.call('GET', `/api/incidents/${id}`, 'auditor')).body

/** As if so many answers about users had come. */
const collect = (incident: string, count: number) =>
  the.world.owner
    .insertInto('evidence')
    .values(
      Array.from({ length: count }, (_, at) => ({
        id: `many-${at}`,
        incident,
        kind: 'activityOf',
        key: `${incident}/${at}`,
        question: JSON.stringify({ user: `user-${at}` }),
        body: '{}',
        digest: String(at).padStart(64, '0'),
      })),
    )
    .execute()

describe('the queue of investigations', () => {
  it('is claimed, given back and filtered, and shows what others do without a reload', async () => {
    const id = await judgedIncident(the.world, { user: 'queued' })
    const { page } = await the.signedIn('responder', '/investigations')
    const item = page.getByRole('listitem').filter({ hasText: 'queued' })
    await item.getByText('responder knows about it and holds the fewest').waitFor()
    await item.getByRole('button', { name: 'I look into it' }).click()
    await item.getByText('responder looks into it until').waitFor()
    await page.getByLabel('Show').selectOption('free')
    expect(new URL(page.url()).search).toBe('?whose=free')
    await item.waitFor({ state: 'detached' })
    await page.getByLabel('Show').selectOption('mine')
    await item.getByRole('button', { name: 'Give it back' }).click()
    await item.waitFor({ state: 'detached' })
    expect((await detail(id)).claims).toMatchObject([{ person: 'responder', end: 'released' }])
    await page.getByLabel('Show').selectOption('')
    await the.world.call('POST', `/api/incidents/${id}/claim`, 'approver1', {})
    await item.getByText('approver1 looks into it until').waitFor()
  })

  it('is taken over from whoever had it, with a reason', async () => {
    const id = await judgedIncident(the.world, { user: 'taken-over' })
    await the.world.call('POST', `/api/incidents/${id}/claim`, 'approver1', {})
    const { page } = await the.signedIn('responder', `/investigations/${id}`)
    await page.getByText('Take it over').first().click()
    await page.getByLabel('Why you take it over').fill('Her shift is over')
    await page.getByRole('button', { name: 'Take it over' }).click()
    await page.getByText('responder looks into it until').waitFor()
    expect((await detail(id)).claims).toMatchObject([{ end: 'taken-over' }, { person: 'responder', end: null }])
  })
})

describe('an investigation', () => {
  it('has its brief, with what could not be seen, and asks for what can be read', async () => {
    const id = await judgedIncident(the.world, { user: 'briefed' })
    const { page } = await the.signedIn('responder', `/investigations/${id}`)
    await page.getByRole('heading', { name: 'Brief', exact: true }).waitFor()
    const brief = page.locator('.brief')
    await brief.getByText('198.51.100.23').first().waitFor()
    await brief.getByText('VPC flow logs: not set up').waitFor()
    await brief.getByRole('button', { name: 'Ask for what can be read' }).click()
    await brief.getByRole('status').getByText('asked for').waitFor()
    await brief.getByText('Where this is from').click()
    expect(await brief.getByText('on its way').count()).toBeGreaterThan(0)
  })

  it('keeps questions and their answers', async () => {
    const id = await judgedIncident(the.world, { user: 'asked' })
    const { page } = await the.signedIn('responder', `/investigations/${id}`)
    await page.getByLabel('Your question').fill('Whose key is it?')
    await page.getByRole('button', { name: 'Ask', exact: true }).click()
    await page.getByText('Whose key is it?').waitFor()
    await page.getByRole('button', { name: 'Answer' }).click()
    const dialog = page.getByRole('dialog', { name: 'Answer' })
    await dialog.getByLabel('Your answer').fill('Of the shop')
    await dialog.getByRole('group', { name: 'What it rests on' }).getByRole('checkbox').first().check()
    await dialog.getByRole('button', { name: 'Answer' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByRole('main').getByText('Of the shop').waitFor()
    await page
      .locator('.answer .cited')
      .getByText(/^Finding \S+ .+\/asked$/)
      .waitFor()
    const { questions } = await detail(id)
    expect(questions).toMatchObject([
      { text: 'Whose key is it?', answers: [{ text: 'Of the shop', evidence: [expect.stringContaining('/asked')] }] },
    ])
  })

  it('takes a verdict that cites what it rests on, and no other', async () => {
    const id = await judgedIncident(the.world, { user: 'concluded' })
    const { page } = await the.signedIn('responder', `/investigations/${id}`)
    await page.getByLabel('What is it?').selectOption('benign-expected')
    await page.getByLabel('What you concluded').fill('The deployment of yesterday')
    const give = page.getByRole('button', { name: 'Give the verdict' })
    expect(await give.isDisabled()).toBe(true)
    await page.getByRole('group', { name: 'It rests on' }).getByRole('checkbox').first().check()
    await give.click()
    await page.getByText('stands', { exact: true }).waitFor()
    await page
      .locator('.cited')
      .getByText(/^Finding \S+ .+\/concluded$/)
      .waitFor()
    expect(await detail(id)).toMatchObject({
      verdict: 'benign-expected',
      analystVerdicts: [{ conclusion: 'The deployment of yesterday', stands: true }],
    })
  })

  it('takes the same verdict from the page of the incident, on evidence that is found among much and ticked by keys', async () => {
    const id = await judgedIncident(the.world, { user: 'much' })
    await collect(id, 30)
    const { page } = await the.signedIn('responder', `/incidents/${id}`)
    await page.getByRole('button', { name: 'Give a verdict' }).click()
    const dialog = page.getByRole('dialog', { name: 'Give a verdict' })
    const pieces = dialog.getByRole('group', { name: 'It rests on' }).getByRole('checkbox')
    await dialog.getByText('31 of 31 shown').waitFor()
    await pieces.first().check()
    await dialog.getByLabel('What you concluded').fill('A scanner of ours')
    await dialog.getByLabel('Show only what has these words').fill('user-17 activityOf')
    await dialog.getByText('2 of 31 shown').waitFor()
    const found = pieces.nth(1)
    expect(await found.locator('xpath=..').innerText()).toMatch(/^Evidence activityOf · user-17 · .+ · many-17$/)
    // Enter in the filter looks for nothing more, and sends nothing.
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    expect(await found.isChecked()).toBe(true)
    await page.reload()
    await page.getByRole('button', { name: 'Give a verdict' }).click()
    await dialog.getByText('31 of 31 shown').waitFor()
    expect(await dialog.getByLabel('What you concluded').inputValue()).toBe('A scanner of ours')
    await dialog.getByRole('button', { name: 'Give the verdict' }).click()
    await dialog.waitFor({ state: 'detached' })
    expect((await detail(id)).analystVerdicts).toMatchObject([
      { conclusion: 'A scanner of ours', evidence: [expect.stringContaining('/much'), 'many-17'] },
    ])
  })

  it('offers whoever only reads nothing to press', async () => {
    const id = await judgedIncident(the.world, { user: 'read-only' })
    const { page } = await the.signedIn('auditor', `/investigations/${id}`)
    await page.getByText('Only a responder can say what it is').waitFor()
    expect(await page.getByRole('main').getByRole('button').count()).toBe(0)
  })
})
