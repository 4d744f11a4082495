import { setTimeout as pause } from 'node:timers/promises'
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openQueue } from '#intake/aws/queue'
import { pullQueue, queueSource } from '#intake/pull-queue'
import { createIntake } from '#intake/take-in'
import { connect } from '#store/database/database'
import { HUB, PAYMENTS_PRODUCTION, SHOP_PRODUCTION } from '../../support/simulator.ts'
import { until } from '../../support/until.ts'
import { finding } from '../api/findings-made.ts'
import { type IntakeWorld, keptIn, openIntakeWorld } from './world.ts'

const REGION = 'eu-central-1'
const place = { arn: `arn:aws:sqs:${REGION}:${HUB}:findings`, region: REGION, account: HUB, name: 'findings' }
const CHANNEL = queueSource(place).name

let world: IntakeWorld
let sqs: SQSClient
beforeEach(async () => {
  world = await openIntakeWorld()
  sqs = new SQSClient({ ...world.simulator.client(HUB, REGION), useQueueUrlAsEndpoint: false })
})
afterEach(() => world.close())

const makeQueue = async (name: string, attributes: Readonly<Record<string, string>> = {}): Promise<string> =>
  (await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }))).QueueUrl ?? ''

const send = (QueueUrl: string, body: unknown) =>
  sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: typeof body === 'string' ? body : JSON.stringify(body) }))

const event = (account: string, detail: object, source = 'aws.guardduty') => ({
  version: '0',
  id: 'event',
  'detail-type': 'GuardDuty Finding',
  source,
  account,
  time: '2026-03-01T00:00:00Z',
  region: REGION,
  resources: [],
  detail,
})

async function lengthOf(QueueUrl: string): Promise<number> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  )
  return Object.values(Attributes ?? {}).reduce((sum, count) => sum + Number(count), 0)
}

/** Lets an intake read the queue while the work goes on. */
async function whilePulling(work: () => Promise<unknown>, databaseUrl = world.database.urlOf('intake')): Promise<void> {
  const { db, close } = connect(databaseUrl, 5)
  const stopping = new AbortController()
  const pulling = pullQueue(
    {
      db,
      intake: createIntake(db),
      log: pino({ level: 'silent' }),
      open: () => openQueue(world.aws.queueIn(REGION), place),
      looked: () => undefined,
    },
    place,
    stopping.signal,
  )
  try {
    await work()
  } finally {
    stopping.abort()
    await pulling
    await close()
  }
}

const emptied = (url: string): Promise<true> =>
  until('the queue is empty', async () => ((await lengthOf(url)) === 0 ? true : undefined))

const gone = async (text: string): Promise<void> => {
  const { quarantined } = await keptIn(world.owner)
  expect(quarantined.map(({ reason }) => reason)).toEqual([expect.stringContaining(text)])
}

describe('a queue that EventBridge feeds', () => {
  it('is emptied into the record: each message is deleted when its finding is committed', async () => {
    const url = await makeQueue('findings')
    for (let count = 0; count < 25; count++)
      await send(url, event(SHOP_PRODUCTION, finding({ id: `queued-${count}`, user: 'queued' })))
    await whilePulling(() => emptied(url))
    const { versions } = await keptIn(world.owner)
    expect(versions).toHaveLength(25)
    expect(new Set(versions.map(({ channel }) => channel))).toEqual(new Set([CHANNEL]))
  })

  it('believes an account about itself, and its registered administrator, and nobody else', async () => {
    const url = await makeQueue('findings')
    await world.owner.updateTable('account').set({ administrator: HUB }).where('id', '=', SHOP_PRODUCTION).execute()
    await send(url, event(HUB, finding({ id: 'from-administrator', user: 'one' })))
    await send(url, event(PAYMENTS_PRODUCTION, finding({ id: 'forged', user: 'two' })))
    await whilePulling(() => emptied(url))
    const { versions } = await keptIn(world.owner)
    expect(versions.map(({ id }) => id)).toEqual(['from-administrator'])
    await gone(`sent by account ${PAYMENTS_PRODUCTION}`)
  })

  it('takes an event of somebody’s own making for none of AWS’s', async () => {
    const url = await makeQueue('findings')
    await send(url, event(SHOP_PRODUCTION, finding({ id: 'own', user: 'own' }), 'shop.guardduty'))
    await whilePulling(() => emptied(url))
    expect((await keptIn(world.owner)).versions).toEqual([])
    await gone('no source of AWS’s')
  })

  it('opens one incident for what AWS sent and nobody can read, however often it comes, and deletes it', async () => {
    const url = await makeQueue('findings')
    for (const body of ['{"broken', event(SHOP_PRODUCTION, { type: 'Future:Thing/Unknown' }), '{"broken'])
      await send(url, body)
    await whilePulling(() => emptied(url))
    const { versions } = await keptIn(world.owner)
    expect(new Set(versions.map(({ type }) => type))).toEqual(new Set(['Intake:Cordon/Unreadable']))
    const incidents = await world.owner.selectFrom('incident').select(['title', 'account']).execute()
    expect(incidents.toSorted((one, other) => (one.account < other.account ? -1 : 1))).toEqual([
      { account: SHOP_PRODUCTION, title: `A finding of account ${SHOP_PRODUCTION} that cannot be read` },
      { account: HUB, title: `A finding of account ${HUB} that cannot be read` },
    ])
  })

  it('keeps its messages while the database is down, without using up their receptions', async () => {
    const url = await makeQueue('findings', { VisibilityTimeout: '0' })
    await send(url, event(SHOP_PRODUCTION, finding({ id: 'later', user: 'later' })))
    const nowhere = new URL(world.database.urlOf('intake'))
    nowhere.port = '9'
    await whilePulling(() => pause(2_500), nowhere.href)
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: url, MessageSystemAttributeNames: ['ApproximateReceiveCount'] }),
    )
    expect(Messages?.[0]?.Attributes?.ApproximateReceiveCount).toBe('1')
    await whilePulling(() => emptied(url))
    expect((await keptIn(world.owner)).versions.map(({ id }) => id)).toEqual(['later'])
  })

  it('quarantines a message before the queue would put it where nobody reads, and says why', async () => {
    const dead = await makeQueue('dead')
    const url = await makeQueue('findings', {
      VisibilityTimeout: '0',
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: `arn:aws:sqs:${REGION}:${HUB}:dead`,
        maxReceiveCount: '3',
      }),
    })
    const many = Array.from({ length: 20_001 }, (_, index) => index)
    await send(url, many)
    await whilePulling(() => emptied(url))
    expect(await lengthOf(dead)).toBe(0)
    await gone('could not be taken in 3 times: More than 20000 findings in one call')
  })
})
