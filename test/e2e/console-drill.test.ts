import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { demoPolicy } from '../support/demo-policy.ts'
import { ask, incidentOf, plansOf } from './asking.ts'
import { openBrowser } from './console-browser.ts'
import { type Hands, keyboard, mouse } from './console-hands.ts'
import { breaches, picture, plugIn, signIn, type Visit, visitBy } from './console-world.ts'
import { type Home, newHome, prepare, until } from './installation.ts'

const PATIENCE_MS = 60_000
const approvers = ['approver1', 'approver2'] as const
type Approver = (typeof approvers)[number]

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const
const wide = { viewport: { width: 1440, height: 900 } } as const

let home: Home
let browser: Browser
let url: string
/** One window for each person, as they would have it open. */
const visits = new Map<string, Visit>()

beforeAll(async () => {
  prepare()
  home = await newHome()
  await home.start()
  url = home.ready().url
  browser = await openBrowser()
  for (const who of approvers) await enrol(who)
  await askForPasskeys()
})
afterAll(async () => {
  await browser?.close()
  await home?.stop()
  home?.remove()
})

async function open(who: string, options: BrowserContextOptions = {}): Promise<Page> {
  const visit = await visitBy(browser, options)
  visit.page.setDefaultTimeout(PATIENCE_MS)
  await signIn(visit.page, `${url}/`, home.ready().tokens[who] ?? '')
  visits.set(who, visit)
  return visit.page
}

const pageOf = (who: string): Page => {
  const visit = visits.get(who)
  if (visit === undefined) throw new Error(`${who} has no window`)
  return visit.page
}

/** An approver makes a passkey in their own browser, and somebody of another group confirms it. */
async function enrol(who: Approver): Promise<void> {
  const page = await open(who)
  await plugIn(page)
  await page.goto(`${url}/account`)
  await page.getByLabel('Name of the authenticator').fill('in software')
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByText('waits for a second person').waitFor()
  const { changes } = await ask<{ changes: readonly { id: string; kind: string; person: string }[] }>(
    home,
    'admin',
    '/api/people/changes',
  )
  for (const { id } of changes.filter(({ kind }) => kind === 'passkey'))
    await ask(home, 'admin', `/api/people/changes/${id}/confirm`, {})
}

/** From now on plans of production are approved by passkey. */
async function askForPasskeys(): Promise<void> {
  const source = demoPolicy.replace(/passkeyFor: .*/, 'passkeyFor: { production: [R2, R3], nonproduction: [] }')
  const change = await ask<{ id: string; digest: string }>(home, 'admin', '/api/policy', { source })
  for (const who of approvers)
    await ask(home, who, `/api/changes/${change.id}/votes`, { decision: 'approve', digest: change.digest })
}

/** Somebody attacks; the id of what is opened for it. */
async function attack(): Promise<string> {
  const { findingId } = await ask<{ findingId: string }>(home, 'responder', '/api/drills', {
    name: 'stolen-access-key',
    account: '111122223333',
  })
  let id = ''
  await until(async () => {
    const path = `/api/incidents?finding=${encodeURIComponent(findingId)}`
    const { incidents } = await ask<{ incidents: readonly { id: string }[] }>(home, 'responder', path)
    id = incidents[0]?.id ?? ''
    return id !== ''
  })
  return id
}

/** The first plan of the incident with this status, as its own page has it. */
async function planThat(incident: string, status: string, kind: string): Promise<string> {
  let hash = ''
  await until(async () => {
    hash = (await plansOf(home, incident)).find((one) => one.status === status && one.kind === kind)?.hash ?? ''
    return hash !== ''
  })
  return hash
}

/** From the first page to the signed vote. The page was open all the time: it shows the plan by itself. */
async function approve(who: Approver, hash: string, hands: Hands): Promise<void> {
  const page = pageOf(who)
  await hands.press(page.locator(`.approvals a[href="/plans/${hash}"]`))
  await page.getByRole('heading', { name: /^What runs/ }).waitFor()
  await hands.press(page.getByRole('button', { name: 'Approve', exact: true }))
  await hands.press(page.getByRole('button', { name: 'Approve it' }))
  await page.getByText(`${who}: approve`).waitFor()
}

describe.each([
  { how: 'by touch on a phone', hands: mouse, options: phone },
  { how: 'by keyboard alone on a wide screen', hands: keyboard, options: wide },
])('a drill $how', ({ how, hands, options }) => {
  const name = how.replaceAll(' ', '-')
  let incident: string
  let contain: string

  it('is seen without loading anything again, acknowledged and contained by two people with passkeys', async () => {
    for (const who of approvers) {
      await pageOf(who).setViewportSize(options.viewport)
      await pageOf(who).goto(`${url}/`)
      await pageOf(who).getByRole('heading', { name: 'Everything open' }).waitFor()
    }
    const responder = await open('responder', options)
    incident = await attack()
    await hands.press(responder.locator(`section[aria-labelledby="open"] .row-title a[href="/incidents/${incident}"]`))
    await hands.press(responder.getByRole('button', { name: 'Acknowledge' }))
    await responder.getByText('responder looks after it').waitFor()
    expect((await ask<{ acknowledgedBy: string }>(home, 'auditor', `/api/incidents/${incident}`)).acknowledgedBy).toBe(
      'responder',
    )

    contain = await planThat(incident, 'proposed', 'contain')
    await approve('approver1', contain, hands)
    await picture(pageOf('approver1'), `drill-plan-${name}`)
    await approve('approver2', contain, hands)
    // The first one sees on their open page what the second one did.
    await pageOf('approver1').getByText('It was carried out, and every change was read back.').waitFor()
    await responder.getByText('contained', { exact: true }).first().waitFor()
    await picture(responder, `drill-incident-${name}`)
  })

  it('holds longer when a responder says why, on the page of what was done', async () => {
    const page = pageOf('responder')
    await page.locator('#held ~ ul').getByText('To be renewed or released in').first().waitFor()
    await hands.press(page.locator(`#held ~ ul a[href="/plans/${contain}"]`).first())
    await hands.press(page.getByRole('button', { name: 'Renew' }))
    await hands.type(page.getByLabel('Reason'), 'Forensics goes on')
    await hands.press(page.getByRole('dialog').getByRole('button', { name: 'Renew' }))
    await page.getByText('Renewed by responder: Forensics goes on').waitFor()
    await picture(page, `drill-lease-${name}`)
    await hands.press(page.locator('main').getByRole('link', { name: incident }))
    const { lease } = await ask<{ lease: { renewedBy: string } }>(home, 'auditor', `/api/plans/${contain}`)
    expect(lease.renewedBy).toBe('responder')
  })

  it('is undone by the same people, from the page of what was done', async () => {
    const page = pageOf('responder')
    await hands.press(page.locator(`#held ~ ul a[href="/plans/${contain}"]`).first())
    await hands.press(page.getByRole('button', { name: 'Undo it' }))
    await hands.type(page.getByLabel('Reason'), 'It was a test of ours')
    await hands.press(page.getByRole('dialog').getByRole('button', { name: 'Undo it' }))
    await page.getByText('It undoes this plan.').waitFor()
    const undo = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    for (const who of approvers) {
      await hands.press(pageOf(who).getByRole('link', { name: 'Cordon', exact: true }))
      await approve(who, undo, hands)
    }
    await page.getByText('It was carried out, and every change was read back.').waitFor()
    await hands.press(page.locator('main').getByRole('link', { name: incident }))
    await page.getByText('released', { exact: true }).first().waitFor()
    const votes = (await plansOf(home, incident)).find(({ hash }) => hash === undo)?.votes
    expect(votes).toHaveLength(2)
    expect([...visits.values()].flatMap(breaches)).toEqual([])
  })

  it('leaves the record with a signature of each of their votes', async () => {
    const { events } = await ask<{ events: readonly { type: string; refs: Record<string, string> }[] }>(
      home,
      'auditor',
      `/api/incidents/${incident}/timeline`,
    )
    const votes = events.filter(({ type }) => type === 'vote.cast')
    expect(votes).toHaveLength(4)
    for (const { refs } of votes) expect(refs['passkey']).toEqual(expect.any(String))
    expect((await incidentOf(home, incident)).id).toBe(incident)
  })
})

describe('a server that starts again under an open page', () => {
  it('is said to be away and comes back by itself, with what was typed', async () => {
    const incident = await attack()
    const page = await open('responder', wide)
    await page.goto(`${url}/incidents/${incident}`)
    await page.getByLabel('Your comment').fill('Typed before it went away')
    await home.stop()
    await page.getByRole('status').getByText('not connected, trying again').waitFor()
    await page.getByRole('button', { name: 'Add the comment' }).click()
    await page.getByRole('alert').getByText('Nothing was sent').waitFor()
    await home.start()
    await page.getByRole('status').getByText('live', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Add the comment' }).click()
    await page.locator('.talk').getByText('Typed before it went away').waitFor()
    expect(await page.getByLabel('Your comment').inputValue()).toBe('')
    const { comments } = await ask<{ comments: readonly unknown[] }>(home, 'auditor', `/api/incidents/${incident}`)
    expect(comments).toHaveLength(1)
  })
})
