import { createHmac } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { webhookChannel } from '#activities/channels/webhook'
import { pageMessage } from '#domain/page-message'
import { type Reply, startWebhookReceiver, type WebhookReceiver } from '../../support/webhook-receiver.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const message = pageMessage(
  {
    id: 'page-1',
    incident: 'inc-1',
    title: 'A key',
    severity: 'high',
    level: 1,
    person: { id: 'ada', name: 'Ada' },
    text: 'threat: “a key”',
    plan: null,
    isDigest: false,
    isMessage: false,
  },
  'https://cordon.example',
)

const opened: WebhookReceiver[] = []
afterEach(async () => {
  for (const receiver of opened.splice(0)) await receiver.stop()
})

async function receiverThat(reply: Reply = () => 200): Promise<WebhookReceiver> {
  const receiver = await startWebhookReceiver(reply)
  opened.push(receiver)
  return receiver
}

const sendTo = (url: string, ms = 5_000) =>
  webhookChannel({ url, secret })(message, { ms, signal: new AbortController().signal })

describe('a webhook', () => {
  it('is signed as Standard Webhooks says: whoever has the secret can prove it without our code', async () => {
    const { url, received } = await receiverThat()
    expect(await sendTo(url)).toEqual({ kind: 'taken', receipt: 'HTTP 200' })
    const [{ headers, body } = { headers: {}, body: '' }] = received
    const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`)
    expect(headers['webhook-id']).toBe('page-1')
    expect(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1000)).toBeLessThan(300)
    expect(headers['content-type']).toBe('application/json')
    expect(JSON.parse(body)).toEqual(message.body)
  })

  it('is tried again after an error of the receiver, and not after a refusal', async () => {
    const kindFor = async (status: number) => (await sendTo((await receiverThat(() => status)).url)).kind
    expect(await Promise.all([200, 204, 500, 503, 429, 408, 400, 401, 404, 410].map(kindFor))).toEqual([
      'taken',
      'taken',
      'failed',
      'failed',
      'failed',
      'failed',
      'refused',
      'refused',
      'refused',
      'refused',
    ])
  })

  it('follows no redirect', async () => {
    const elsewhere = await receiverThat()
    const { url } = await receiverThat(() => ({ redirect: elsewhere.url }))
    expect(await sendTo(url)).toMatchObject({ kind: 'refused', problem: expect.stringContaining('redirects') })
    expect(elsewhere.received).toEqual([])
  })

  it('waits for an answer only so long', async () => {
    const { url } = await receiverThat(() => 'silence')
    expect(await sendTo(url, 200)).toEqual({ kind: 'failed', problem: 'it did not answer within 200 ms' })
  })

  it('says why it cannot be sent without saying where', async () => {
    const { url, stop } = await startWebhookReceiver()
    await stop()
    const attempt = await sendTo(`${url}?token=topsecret`)
    expect(attempt).toEqual({ kind: 'failed', problem: 'it cannot be reached (ECONNREFUSED)' })
  })
})
