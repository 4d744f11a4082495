import { createHmac, createSign, generateKeyPairSync, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SnsMessage, signedText } from '#intake/push/sns-message'
import { finding } from './findings-made.ts'
import { openWorld, tokenOf, type World } from './world.ts'

const SECRET = 'a-secret-of-the-siem-that-nobody-guesses'
const TOPIC = 'arn:aws:sns:eu-central-1:111122223333:findings'
const HOUR_MS = 3_600_000

/** A server in place of SNS’s: its certificates, and the addresses that confirm a subscription. */
async function startSns() {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.end(request.url?.endsWith('.pem') === true ? certificate.pem : '<ConfirmSubscriptionResponse/>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { endpoint, asked, stop: () => server.close() }
}

let sns: Awaited<ReturnType<typeof startSns>>
let world: World
let url: string
beforeAll(async () => {
  sns = await startSns()
  const pushing = { secrets: new Map([['siem', SECRET]]), sns: { topics: [TOPIC], endpoint: sns.endpoint } }
  world = await openWorld({ pushing })
  url = await world.app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  await world.close()
  sns.stop()
})

interface Pushed {
  readonly status: number
  readonly body: {
    readonly accepted?: number
    readonly detail?: string
    readonly quarantined?: readonly { readonly reason: string }[]
  }
}

async function post(path: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<Pushed> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  })
  return { status: response.status, body: (await response.json()) as Pushed['body'] }
}

interface Signing {
  readonly at?: number
  readonly nonce?: string
  readonly secret?: string
}

function signature(
  body: string,
  { at = Date.now(), nonce = randomBytes(16).toString('hex'), secret = SECRET }: Signing = {},
) {
  const time = Math.floor(at / 1000)
  const hex = createHmac('sha256', secret).update(`v1:${time}:${nonce}:${body}`).digest('hex')
  return { 'x-cordon-signature': `t=${time},n=${nonce},v1=${hex}` }
}

const bodyOf = (id: string): string => JSON.stringify(finding({ id, user: id }))
const isKept = async (id: string): Promise<boolean> =>
  (await world.owner.selectFrom('finding').select('key').where('finding_id', '=', id).executeTakeFirst()) !== undefined

describe('a signed push', () => {
  const path = '/api/findings/signed/siem'

  it('is taken in, without a sign-in', async () => {
    const body = bodyOf('signed')
    expect(await post(path, body, signature(body))).toMatchObject({ status: 202, body: { accepted: 1 } })
    expect(await isKept('signed')).toBe(true)
  })

  it('comes once: the same bytes with the same nonce are refused', async () => {
    const body = bodyOf('replayed')
    const headers = signature(body)
    const both = await Promise.all([post(path, body, headers), post(path, body, headers)])
    expect(both.map(({ status }) => status).toSorted()).toEqual([202, 401])
  })

  const good = bodyOf('forged')
  it.each([
    ['with another secret', good, signature(good, { secret: `${SECRET}!` })],
    ['of other bytes', bodyOf('forged-other'), signature(good)],
    ['of the same JSON in other bytes', `${good} `, signature(good)],
    ['of six minutes ago', good, signature(good, { at: Date.now() - 360_000 })],
    ['of six minutes ahead', good, signature(good, { at: Date.now() + 360_000 })],
    [
      'with its time changed',
      good,
      { 'x-cordon-signature': signature(good)['x-cordon-signature'].replace(/^t=\d/, 't=3') },
    ],
    [
      'with its nonce changed',
      good,
      { 'x-cordon-signature': signature(good)['x-cordon-signature'].replace(/n=./, 'n=x') },
    ],
    ['without one', good, {}],
    ['with an empty one', good, { 'x-cordon-signature': '' }],
    ['with half of one', good, { 'x-cordon-signature': signature(good)['x-cordon-signature'].slice(0, -1) }],
  ])('is refused %s', async (_, body, headers) => {
    expect((await post(path, body, headers as Record<string, string>)).status).toBe(401)
    expect(await isKept('forged')).toBe(false)
    expect(await isKept('forged-other')).toBe(false)
  })

  it('of a sender whom nobody named is refused, as is one under another’s name', async () => {
    const body = bodyOf('forged-name')
    expect((await post('/api/findings/signed/other', body, signature(body))).status).toBe(401)
  })
})

/** Of a test’s own: what signs, and what a certificate would hold. */
const pair = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})
const certificate = { pem: pair.publicKey, key: pair.privateKey }

type Draft = Omit<SnsMessage, 'Signature' | 'SigningCertURL'>

const notification = (id: string, more: Partial<Draft> = {}): Draft => ({
  Type: 'Notification',
  MessageId: id,
  TopicArn: TOPIC,
  Message: JSON.stringify({
    'detail-type': 'GuardDuty Finding',
    source: 'aws.guardduty',
    account: '111122223333',
    detail: finding({ id, user: id }),
  }),
  Timestamp: new Date().toISOString(),
  SignatureVersion: '2',
  ...more,
})

function signed(draft: Draft, address = `${sns.endpoint}/SimpleNotificationService-0123.pem`): SnsMessage {
  const message = { ...draft, Signature: '', SigningCertURL: address }
  const signer = createSign(draft.SignatureVersion === '1' ? 'RSA-SHA1' : 'RSA-SHA256')
  return { ...message, Signature: signer.update(signedText(message), 'utf8').sign(certificate.key, 'base64') }
}

const fromTopic = (message: object) =>
  post('/api/findings/sns', JSON.stringify(message), { 'content-type': 'text/plain; charset=UTF-8' })

describe('a message of SNS', () => {
  it.each(['1', '2'] as const)(
    'is taken in with signature version %s, and its topic’s account counts',
    async (version) => {
      const message = signed(notification(`sns-${version}`, { SignatureVersion: version, Subject: 'A finding' }))
      expect(await fromTopic(message)).toMatchObject({ status: 202, body: { accepted: 1 } })
      expect(await isKept(`sns-${version}`)).toBe(true)
    },
  )

  it('confirms the subscription of a topic that is named, at SNS’s own address only', async () => {
    const confirmation = (SubscribeURL: string): SnsMessage =>
      signed(notification('confirmation', { Type: 'SubscriptionConfirmation', Token: 'token', SubscribeURL }))
    expect((await fromTopic(confirmation(`${sns.endpoint}/?Action=ConfirmSubscription&Token=token`))).status).toBe(202)
    expect(sns.asked).toContain('/?Action=ConfirmSubscription&Token=token')
    expect((await fromTopic(confirmation('https://example.org/?Action=ConfirmSubscription'))).status).toBe(401)
  })

  it.each([
    ['of another topic', () => signed(notification('bad-topic', { TopicArn: TOPIC.replace('findings', 'others') }))],
    [
      'of long ago',
      () => signed(notification('bad-old', { Timestamp: new Date(Date.now() - 2 * HOUR_MS).toISOString() })),
    ],
    [
      'of the future',
      () => signed(notification('bad-new', { Timestamp: new Date(Date.now() + HOUR_MS).toISOString() })),
    ],
    ['with another text than was signed', () => ({ ...signed(notification('bad-text')), Message: '{}' })],
    [
      'with a certificate from elsewhere',
      () => signed(notification('bad-host'), 'https://sns.example.org/SimpleNotificationService-1.pem'),
    ],
    [
      'with a certificate at another path',
      () => signed(notification('bad-path'), `${sns.endpoint}/SimpleNotificationService-1.pem/../x`),
    ],
    ['with its version turned down', () => ({ ...signed(notification('bad-version')), SignatureVersion: '1' })],
    ['without a signature', () => ({ ...signed(notification('bad-none')), Signature: '' })],
    ['that is none', () => ({ Type: 'Notification' })],
  ])('is refused %s', async (_, make) => {
    expect((await fromTopic(make())).status).toBe(401)
    expect(
      await world.owner.selectFrom('finding').select('key').where('finding_id', 'like', 'bad-%').execute(),
    ).toEqual([])
  })

  it('about an account that its sender may not speak for is quarantined', async () => {
    const Message = JSON.stringify(finding({ id: 'sns-foreign', user: 'foreign', account: '777788889999' }))
    const { status, body } = await fromTopic(signed(notification('sns-foreign', { Message })))
    expect(status).toBe(202)
    expect(body.quarantined).toEqual([{ index: 0, reason: expect.stringContaining('sent by account 111122223333') }])
    expect(await isKept('sns-foreign')).toBe(false)
  })
})

describe('an API destination of EventBridge', () => {
  const event = (account: string, id: string) =>
    JSON.stringify({
      'detail-type': 'GuardDuty Finding',
      source: 'aws.guardduty',
      account,
      detail: finding({ id, user: id }),
    })

  it('sends its key as it was told, which must be an API token that may hand in findings', async () => {
    const made = await world.call('POST', '/api/tokens', 'admin', {
      name: 'eventbridge',
      scopes: ['findings'],
      sources: ['127.0.0.1'],
      days: 30,
    })
    const key = made.body.token as string
    const headers = { 'x-api-key': key }
    expect(await post('/api/findings', event('111122223333', 'destination'), headers)).toMatchObject({
      status: 202,
      body: { accepted: 1 },
    })
    expect((await post('/api/findings', event('111122223333', 'no-key'), { 'x-api-key': `${key}x` })).status).toBe(401)
    expect(
      (await post('/api/findings', event('111122223333', 'a-session'), { 'x-api-key': tokenOf('intake') })).status,
    ).toBe(401)
    const forged = await post('/api/findings', event('444455556666', 'destination-forged'), headers)
    expect(forged.body.quarantined).toEqual([{ index: 0, reason: expect.stringContaining('444455556666') }])
  })
})
