import { readFileSync } from 'node:fs'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { finding } from '../integration/api/findings-made.ts'
import { judgedIncident } from '../integration/api/judged.ts'
import { proposePlan } from '../integration/api/plans-made.ts'
import type { World } from '../integration/api/world.ts'
import { breaches, type ConsoleWorld, openConsole, picture } from './console-world.ts'

let opened: ConsoleWorld
let world: World

beforeAll(async () => {
  opened = await openConsole()
  world = opened.world
  await answerSome()
  await judgeSome()
})
afterAll(() => opened?.close())

const HOUR = 3600
const DAY_MS = 24 * HOUR * 1000

/** Yesterday at an hour of its clock in UTC, so that what is night is so whenever the test runs. */
const yesterdayAt = (hour: number): Date => new Date(new Date(Date.now() - DAY_MS).setUTCHours(hour, 10, 0, 0))

async function send(user: string, count = 1): Promise<string> {
  const { body } = await world.call('POST', '/api/findings', 'intake', finding({ id: user, user, count }))
  return body.incidents[0].incident
}

/** Incidents that people acknowledged within half a minute to a day, one that is noise, and plans that were decided, one of them too late. */
async function answerSome(): Promise<void> {
  for (const [at, seconds] of [25, 40, 70, 90, 130, 200, 400, 900, 3000, 30 * HOUR].entries()) {
    const incident = await send(`user-${at}`)
    await world.call('POST', `/api/incidents/${incident}/acknowledge`, at % 3 === 0 ? 'approver1' : 'responder')
    await sql`update incident set opened_at = entry.at - make_interval(secs => ${seconds}) from audit_entry entry
       where entry.stream = incident.id and entry.type = 'incident.acknowledged' and incident.id = ${incident}`.execute(
      world.owner,
    )
    await world.owner
      .insertInto('page')
      .values({
        incident,
        key: 'k',
        person: 'responder',
        level: 1,
        text: 'Look',
        status: 'delivered',
        sent_at: yesterdayAt(at < 4 ? 3 : 12),
      })
      .execute()
  }
  const noise = await send('scanner')
  await send('scanner', 2)
  await world.call('POST', `/api/incidents/${noise}/close`, 'responder', { code: 'false-positive' })
  for (const hours of [0.2, 0.5, 21]) {
    const { hash } = await proposePlan(world, { required: 1 })
    await world.call('POST', `/api/plans/${hash}/votes`, 'approver1', { decision: 'approve' })
    await sql`update plan set proposed_at = approved_at - make_interval(secs => ${hours * HOUR}) where hash = ${hash}`.execute(
      world.owner,
    )
  }
  const { hash } = await proposePlan(world)
  await sql`update plan set status = 'expired', closed_at = clock_timestamp() where hash = ${hash}`.execute(world.owner)
}

/** Two that a rule judged, and a person contradicts it about one. */
async function judgeSome(): Promise<void> {
  const wrong = await judgedIncident(world, { user: 'judged-wrong', kind: 'threat' })
  await judgedIncident(world, { user: 'judged', kind: 'threat' })
  const said = { verdict: 'benign-expected', confidence: 'high', conclusion: 'Ours', evidence: ['judged-wrong'] }
  await world.call('POST', `/api/incidents/${wrong}/verdict`, 'responder', said)
}

describe('the numbers', () => {
  it('show how long it took, beside the case that it is held against, with its source', async () => {
    const visit = await opened.signedIn('auditor', '/numbers')
    const { page } = visit
    const decide = page.locator('.card', { hasText: 'To decide' })
    await decide.getByText('3 counted').waitFor()
    expect(await decide.innerText()).toContain('1 ran out undecided')
    expect(await decide.innerText()).toContain('30 min')
    expect(await decide.locator('svg text.reference').textContent()).toBe('19 h: what it took there')
    // What took longer than the case is told apart.
    expect(await decide.locator('rect.over title').allTextContents()).toContain('1 up to 2 d')
    expect(await page.getByRole('main').innerText()).toContain('Source: AWS re:Invent 2024, SEC360')
    expect(await page.title()).toBe('Numbers · Cordon')
    expect(breaches(visit)).toEqual([])
    await picture(page, 'numbers-wide')
  })

  it('rank what was noise, and who was called', async () => {
    const { page } = await opened.signedIn('auditor', '/numbers')
    const noise = page.getByRole('table', { name: 'Where noise comes from' })
    await noise.waitFor()
    expect(await noise.innerText()).toContain('UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom')
    const load = page.getByRole('table', { name: 'Load of people' })
    const cells = await load.getByRole('row').nth(1).getByRole('cell').allInnerTexts()
    expect(cells).toEqual(['Rosa Responder', '10', '4', '1', '6', '0'])
  })

  it('say of each rule how often it was right, with how many were looked at', async () => {
    const { page } = await opened.signedIn('auditor', '/numbers')
    const rules = page.getByRole('table', { name: 'Precision of the rules' })
    const cells = await rules.getByRole('row').nth(1).getByRole('cell').allInnerTexts()
    expect(cells.slice(1)).toEqual(['2', '1', '0', '1', '0 % of 1'])
  })

  it('keep the window in the address, and bring it back', async () => {
    const { page } = await opened.signedIn('auditor', '/numbers')
    await page.getByRole('link', { name: '7 days', exact: true }).click()
    await page.locator('a[aria-current="true"]', { hasText: '7 days' }).waitFor()
    expect(page.url()).toBe(`${opened.url}/numbers?days=7`)
    await page.reload()
    await page.locator('a[aria-current="true"]', { hasText: '7 days' }).waitFor()
    await page.goBack()
    await page.locator('a[aria-current="true"]', { hasText: '30 days' }).waitFor()
  })

  it('are a file for a spreadsheet', async () => {
    const { page } = await opened.signedIn('auditor', '/numbers?days=90')
    const link = page.getByRole('link', { name: 'Download as CSV' })
    await link.waitFor()
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()])
    expect(download.suggestedFilename()).toMatch(/^cordon-numbers-.*-90-days\.csv$/)
    const text = readFileSync(await download.path(), 'utf8')
    expect(text).toContain('time-to-decide,,count,3\r\n')
  })

  it('count anew when somebody acknowledges, without being asked again', async () => {
    const { page } = await opened.signedIn('auditor', '/numbers')
    const card = page.locator('.card', { hasText: 'To acknowledge' })
    await card.getByText('10 counted').waitFor()
    const incident = await send('one-more')
    await world.call('POST', `/api/incidents/${incident}/acknowledge`, 'responder')
    await card.getByText('11 counted').waitFor()
    expect(await card.innerText()).toContain('6 waiting now')
  })

  it.each([
    ['phone', 390, 844, 'light'],
    ['phone', 390, 844, 'dark'],
    ['wide', 1440, 900, 'dark'],
  ] as const)('fit a %s (%i × %i, %s) without scrolling sideways', async (name, width, height, colorScheme) => {
    const { page } = await opened.signedIn('auditor', '/numbers', { viewport: { width, height }, colorScheme })
    await page.getByRole('table', { name: 'Load of people' }).waitFor()
    await picture(page, `numbers-${name}-${colorScheme}`)
    // As a text: it is the browser’s program, not ours.
    const overhang = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
    expect(await page.evaluate(overhang)).toBe(0)
  })
})
