import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import type { ChannelSettings } from '#domain/channel-settings'
import type { PageBody } from '#domain/page-message'
import { phraseOf } from '#domain/phrase'
import { quickPolicy } from '../support/demo-policy.ts'
import { type MailServer, startMailServer } from '../support/mail-server.ts'
import { type Reply, startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts'
import { approve, type Document, incidentOf, openPlan, planThat, stealKey, timelineOf } from './incident.ts'
import { eventually, openWorld, PUBLIC_URL, type World } from './world.ts'

/** Longer than a test: a level that is left before was left for another reason. */
const FOR_EVER = '1h'

interface Ladder {
  readonly first?: string
  readonly wait?: string
  readonly failOver?: string
  readonly channels?: string
}

const policyWith = ({
  first = 'responder, approver1, approver2',
  wait = FOR_EVER,
  failOver = '2s',
  channels,
}: Ladder = {}): string =>
  quickPolicy.replace(
    /^ladder:\n(?: {2}- .*\n)+repeat: .*\nfailOver: .*\n/m,
    `ladder:
  - { level: 1, people: [${first}], wait: ${wait}${channels === undefined ? '' : `, channels: [${channels}]`} }
  - { level: 2, people: [approver1, approver2, admin], wait: ${wait} }
repeat: 1
failOver: ${failOver}
`,
  )

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

let world: World
let receiver: WebhookReceiver
let mailbox: MailServer
afterEach(async () => {
  await world.close()
  await receiver.stop()
  await mailbox.stop()
})

interface Opening extends Ladder {
  readonly reply?: Reply
  readonly has?: readonly (keyof ChannelSettings)[]
}

async function open({ reply, has = ['webhook', 'mail'], ...ladder }: Opening = {}): Promise<void> {
  receiver = await startWebhookReceiver(reply)
  mailbox = await startMailServer()
  const all: Required<ChannelSettings> = {
    webhook: { url: receiver.url, secret },
    mail: {
      host: mailbox.host,
      port: mailbox.port,
      isTls: false,
      isLocal: true,
      login: null,
      from: 'cordon@cordon.example',
      to: null,
    },
  }
  const channels = Object.fromEntries(has.map((name) => [name, all[name]]))
  world = await openWorld({ policy: policyWith(ladder), channels })
}

const bodies = (): readonly PageBody[] => receiver.received.map(({ body }) => JSON.parse(body) as PageBody)
const ids = (): readonly string[] => receiver.received.map(({ headers }) => String(headers['webhook-id']))
const mailed = (): readonly string[] => mailbox.received.flatMap(({ to }) => to).toSorted()

const typesOf = async (id: string, type: string): Promise<readonly string[]> =>
  (await timelineOf(world, id)).filter((event) => event.type === type).map(({ text }) => String(text))

const pagesOf = async (id: string): Promise<readonly Document[]> => (await incidentOf(world, id)).pages

/** Waits until every page is delivered or given up. */
const settled = (id: string, atLeast: number): Promise<readonly Document[]> =>
  eventually(`${atLeast} pages at their end`, async () => {
    const pages = await pagesOf(id)
    return pages.length >= atLeast && pages.every(({ status }) => status !== 'sending') && pages
  })

describe('a page', () => {
  it('reaches everybody on the level by webhook and by mail, with a receipt of each in the record', async () => {
    await open()
    const id = await stealKey(world)
    const { hash } = await openPlan(world, id)
    const pages = await settled(id, 6)
    expect(
      bodies()
        .filter(({ plan }) => plan === undefined)
        .map(({ person }) => person)
        .toSorted(),
    ).toEqual(['approver1', 'approver2', 'responder'])
    const about = bodies().find(({ plan }) => plan === hash)
    expect(about).toMatchObject({ link: `${PUBLIC_URL}/plans/${hash}`, phrase: phraseOf(hash), incident: id, level: 1 })
    expect(bodies().find(({ plan }) => plan === undefined)?.link).toBe(`${PUBLIC_URL}/incidents/${id}`)
    expect(new Set(mailed())).toEqual(
      new Set(['approver1@cordon.example', 'approver2@cordon.example', 'responder@cordon.example']),
    )
    for (const { status, deliveries, id: page } of pages) {
      expect(status).toBe('delivered')
      expect(deliveries.map(({ channel, status: of }: Document) => `${channel} ${of}`).toSorted()).toEqual([
        'console delivered',
        'mail delivered',
        'webhook delivered',
      ])
      expect(ids().filter((one) => one === page)).toHaveLength(1)
    }
    expect(await typesOf(id, 'page.delivered')).toHaveLength(12)
    expect(JSON.stringify(await timelineOf(world, id))).not.toContain(secret)
  })

  it('is signed with the secret, which is in no history', async () => {
    await open({ has: ['webhook'] })
    const id = await stealKey(world)
    await settled(id, 3)
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
    for (const { headers, body } of receiver.received) {
      const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`
      expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`)
    }
    const history = await world.temporal.client.workflow.getHandle(`incident/${id}`).fetchHistory()
    expect(JSON.stringify(history)).not.toContain(secret)
  })

  it('that is answered with 500 twice is sent again as the same message', async () => {
    const asked = new Map<string, number>()
    await open({
      has: ['webhook'],
      failOver: '20s',
      reply: ({ headers }) => {
        const id = String(headers['webhook-id'])
        asked.set(id, (asked.get(id) ?? 0) + 1)
        return (asked.get(id) ?? 0) <= 2 ? 500 : 200
      },
    })
    const id = await stealKey(world)
    const pages = await settled(id, 3)
    for (const { id: page, status, deliveries } of pages) {
      expect(status).toBe('delivered')
      expect(deliveries.find(({ channel }: Document) => channel === 'webhook')).toMatchObject({ attempts: 3 })
      expect(ids().filter((one) => one === page)).toHaveLength(3)
    }
    expect(new Set(ids()).size).toBe(pages.length)
  })

  it('whose preferred channel is down goes by the others', async () => {
    await open({ channels: 'webhook', reply: () => 503 })
    const id = await stealKey(world)
    const pages = await settled(id, 3)
    expect(pages.every(({ status, level }) => status === 'delivered' && level === 1)).toBe(true)
    expect(new Set(mailed()).size).toBe(3)
    expect((await typesOf(id, 'page.failed')).length).toBeGreaterThanOrEqual(3)
    expect((await typesOf(id, 'page.failed')).join()).toContain('HTTP 503')
  })

  it('goes by the preferred channel alone while that works', async () => {
    await open({ channels: 'mail', first: 'responder, approver1, approver2' })
    const id = await stealKey(world)
    await settled(id, 3)
    expect(mailed().length).toBeGreaterThanOrEqual(3)
    expect(receiver.received).toEqual([])
  })

  it('that no channel takes calls the next level at once, and says so', async () => {
    await open({ has: ['webhook'], reply: () => 401 })
    const id = await stealKey(world)
    await eventually('the next level', async () => (await pagesOf(id)).some(({ level }) => level === 2))
    expect((await typesOf(id, 'page.unheard')).join()).toContain('No channel but the console took the page')
    // The top of the ladder is not left early: the rounds keep their length.
    await settled(id, 12)
    await pause(2000)
    expect(await pagesOf(id)).toHaveLength(12)
  })
})

describe('the ladder with channels', () => {
  it('climbs to the next level for an unanswered approval, to webhook and mailbox', async () => {
    await open({ wait: '2s' })
    const id = await stealKey(world)
    const { hash } = await openPlan(world, id)
    const levels = () => bodies().flatMap(({ plan, level }) => (plan === hash ? [level] : []))
    await eventually('webhooks about the plan to both levels', async () => levels().length >= 6)
    await eventually('a mail to level 2', async () => mailed().includes('admin@cordon.example'))
    expect(levels().slice(0, 6).toSorted()).toEqual([1, 1, 1, 2, 2, 2])
  })

  it('stops when somebody says that they look after it', async () => {
    await open({ wait: '6s' })
    const id = await stealKey(world)
    await openPlan(world, id)
    await settled(id, 6)
    await world.call('POST', `/api/incidents/${id}/acknowledge`, 'responder')
    await pause(8000)
    expect(bodies().every(({ level }) => level === 1)).toBe(true)
  })

  it('is not begun again by progress', async () => {
    await open({ wait: '6s' })
    const id = await stealKey(world)
    const { hash } = await openPlan(world, id)
    await world.call('POST', `/api/incidents/${id}/acknowledge`, 'responder')
    await settled(id, 6)
    const before = bodies().filter(({ plan }) => plan === undefined || plan === hash).length
    await approve(world, hash)
    await planThat(world, id, 'is done', ({ status }) => status === 'done')
    expect(bodies().filter(({ plan }) => plan === undefined || plan === hash)).toHaveLength(before)
  })
})

describe('votes that the people who were paged cannot give', () => {
  it('call the next level at once', async () => {
    await open({ first: 'responder, approver1' })
    const id = await stealKey(world)
    const { hash } = await openPlan(world, id)
    await eventually('level 2 about the plan', async () =>
      bodies().some(({ plan, level, person }) => plan === hash && level === 2 && person === 'approver2'),
    )
    expect(bodies().some(({ plan, level }) => plan === undefined && level === 2)).toBe(false)
    expect(await typesOf(id, 'plan.unreachable')).toEqual([])
  })

  it('call the next level when a page does not arrive', async () => {
    await open({
      has: ['webhook'],
      first: 'responder, approver1, approver2',
      reply: ({ body }) => (body.includes('"person":"approver2"') && body.includes('"level":1') ? 410 : 200),
    })
    const id = await stealKey(world)
    const { hash } = await openPlan(world, id)
    await eventually('level 2 about the plan', async () =>
      bodies().some(({ plan, level, person }) => plan === hash && level === 2 && person === 'approver2'),
    )
    expect(bodies().some(({ plan, level }) => plan === undefined && level === 2)).toBe(false)
  })

  it('are told, with a task that says what is missing, when nobody on the ladder can give them', async () => {
    await open()
    await world.owner
      .updateTable('person')
      .set({ roles: ['responder'] })
      .where('id', '=', 'approver2')
      .execute()
    const id = await stealKey(world)
    await openPlan(world, id)
    await eventually('the event', async () => (await typesOf(id, 'plan.unreachable')).length === 1)
    const { tasks } = await incidentOf(world, id)
    const missing = '2 approvers are needed, and 1 can be reached (approver1)'
    expect(tasks.map(({ text }: Document) => text).filter((text: string) => text.includes(missing))).toHaveLength(2)
  })
})

describe('a worker that dies', () => {
  it('between sending and recording sends the same message again, and loses no page', async () => {
    let isDown = false
    let stopped: Promise<void> | undefined
    await open({
      has: ['webhook'],
      failOver: '60s',
      reply: (_received, nth) => {
        // The first message arrives; nobody lives to write that down.
        if (nth === 1) {
          isDown = true
          stopped = world.workers.stop()
        }
        return isDown ? 'silence' : 200
      },
    })
    const id = await stealKey(world)
    await eventually('the end of the worker', async () => stopped?.then(() => true))
    const lost = ids()[0]
    isDown = false
    await world.workers.start()
    const pages = await settled(id, 3)
    expect(pages.every(({ status }) => status === 'delivered')).toBe(true)
    expect(ids().filter((one) => one === lost).length).toBeGreaterThanOrEqual(2)
    const known = new Set(pages.map(({ id: page }) => String(page)))
    expect(ids().every((one) => known.has(one))).toBe(true)
    expect(new Set(ids())).toEqual(known)
  })

  it('is followed by a workflow that starts over and calls nobody under another id', async () => {
    await open({ has: ['webhook'] })
    const id = await stealKey(world)
    await openPlan(world, id)
    await world.temporal.client.workflow.getHandle(`incident/${id}`).terminate('test')
    const pages = await settled(id, 6)
    expect(pages.every(({ status }) => status === 'delivered')).toBe(true)
    expect(pages).toHaveLength(6)
    expect(new Set(ids())).toEqual(new Set(pages.map(({ id: page }) => String(page))))
  })
})

describe('pages on their way', () => {
  it('arrive though their call was answered before a workflow that starts over asks again', async () => {
    let isMute = true
    await open({ has: ['webhook'], failOver: '60s', reply: () => (isMute ? 'silence' : 200) })
    const id = await stealKey(world)
    const { hash } = await openPlan(world, id)
    const ofPlan = async () => (await pagesOf(id)).filter(({ plan }) => plan === hash)
    await eventually('the pages about the plan', async () => (await ofPlan()).length === 3)
    await world.workers.stop()
    await world.temporal.client.workflow.getHandle(`incident/${id}`).terminate('test')
    await approve(world, hash)
    isMute = false
    await world.workers.start()
    await eventually('the pages', async () => (await ofPlan()).every(({ status }) => status === 'delivered'))
    expect(await ofPlan()).toHaveLength(3)
  })

  it('are taken back, and that is told, when the incident is closed', async () => {
    await open({ has: ['webhook'], failOver: '60s', reply: () => 'silence' })
    const id = await stealKey(world)
    await openPlan(world, id)
    await eventually('an attempt', async () => receiver.received.length > 0)
    const { body } = await world.call('POST', `/api/incidents/${id}/close`, 'responder', { code: 'false-positive' })
    expect(body).toMatchObject({ status: 'closed' })
    const pages = await pagesOf(id)
    expect(new Set(pages.map(({ status }) => status))).toEqual(new Set(['recorded']))
    const outside = pages.flatMap(({ deliveries }) => deliveries).filter(({ channel }) => channel === 'webhook')
    expect(outside.length).toBeGreaterThan(0)
    expect(new Set(outside.map(({ status }) => status))).toEqual(new Set(['failed']))
    expect(await typesOf(id, 'page.failed')).toHaveLength(outside.length)
  })
})

const pagingRunbook = `
import { defineRunbook } from 'cordon/runbook'

export const callForHelp = defineRunbook({
  id: 'call-for-help',
  title: 'Ours: call for help',
  handles: ['UnauthorizedAccess:IAMUser/*'],
  async respond(incident, { page, handOver }) {
    await page('Come and look')
    await handOver('Look at it')
  },
})
`

describe('the page of a runbook', () => {
  it('does not hold up the runbook, and is delivered by a run that starts over', async () => {
    let isMute = true
    await open({
      has: ['webhook'],
      failOver: '60s',
      reply: ({ body }) => (isMute && body.includes('Come and look') ? 'silence' : 200),
    })
    const folder = mkdtempSync(join(tmpdir(), 'cordon-authored-'))
    writeFileSync(join(folder, 'call-for-help.ts'), pagingRunbook)
    await world.publish(folder)
    rmSync(folder, { recursive: true })
    const id = await stealKey(world)
    await eventually(
      'what the runbook does after it',
      async () => (await typesOf(id, 'incident.handed-over')).length > 0,
    )
    const called = async () => (await pagesOf(id)).filter(({ text }) => text === 'Come and look')
    expect((await called()).every(({ status }) => status === 'sending')).toBe(true)
    await world.workers.stop()
    await world.temporal.client.workflow.getHandle(`incident/${id}`).terminate('test')
    isMute = false
    await world.workers.start()
    await eventually('its pages', async () => (await called()).every(({ status }) => status === 'delivered'))
    expect(await called()).toHaveLength(3)
  })
})
