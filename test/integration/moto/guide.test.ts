import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readFindings } from '#intake/read-finding'
import { readEnvironment } from '../../../src/environment.ts'
import { pollEveryIn, producersIn, queuesIn } from '../../../src/source-variables.ts'
import { type RunningMoto, startMoto } from '../../support/moto.ts'
import { asForm } from '../api/forms-made.ts'
import { openWorld, type World } from '../api/world.ts'
import { askMoto, matches } from './guide-wire.ts'

const HUB = '222233334444'
const guide = readFileSync(new URL('../../../docs/guides/sources.md', import.meta.url), 'utf8')
const fences = [...guide.matchAll(/```(\w*)\n([\s\S]*?)```/g)].map(([, language, text = '']) => ({ language, text }))

interface QueuePolicy {
  readonly Statement: readonly {
    readonly Effect: string
    readonly Principal: unknown
    readonly Action: string
    readonly Resource: string
    readonly Condition: { readonly ArnEquals: { readonly 'aws:SourceArn': string } }
  }[]
}

/** The one block of JSON that has the member. */
function blockWith<Block>(member: string): Block {
  const found = fences
    .filter(({ language }) => language === 'json')
    .map(({ text }) => JSON.parse(text) as Record<string, unknown>)
    .filter((block) => Object.hasOwn(block, member))
  expect(found).toHaveLength(1)
  return found[0] as Block
}

const pattern = blockWith<Readonly<Record<string, readonly string[]>>>('detail-type')
const policy = blockWith<QueuePolicy>('Statement')
const connection = blockWith<{
  readonly AuthorizationType: string
  readonly AuthParameters: {
    readonly ApiKeyAuthParameters: { readonly ApiKeyName: string; readonly ApiKeyValue: string }
  }
}>('AuthorizationType')

/** What the guide says to set. */
const settings = Object.fromEntries(
  fences.flatMap(({ text }) =>
    [...text.matchAll(/^(CORDON_[A-Z_]+)=(.+)$/gm)].map(([, name = '', value]) => [name, value]),
  ),
)

const about = {
  account: HUB,
  region: 'eu-central-1',
  time: '2026-11-24T08:00:00Z',
  version: '0',
  id: 'x',
  resources: [],
}
const told = (id: string) => ({ id, user: 'somebody', minute: 1, severity: 8 })
const ocsf = {
  class_uid: 2004,
  time: Date.parse('2026-11-24T08:00:00Z'),
  severity_id: 4,
  metadata: { version: '1.6.0', product: { uid: 'arn:aws:securityhub:eu-central-1::productv2/aws/guardduty' } },
  cloud: { account: { uid: '111122223333' }, region: 'eu-central-1' },
  finding_info: {
    uid: `arn:aws:guardduty:eu-central-1:111122223333:detector/d/finding/${'3'.repeat(32)}`,
    title: 'Seen',
    types: ['Recon:EC2/Portscan'],
    created_time: Date.parse('2026-11-24T08:00:00Z'),
    modified_time: Date.parse('2026-11-24T08:00:00Z'),
  },
  resources: [
    { type: 'AWS::EC2::Instance', uid: 'arn:aws:ec2:eu-central-1:111122223333:instance/i-0abc12345678def01' },
  ],
}

/** Events as their producers send them, with what the intake makes of each. */
const wanted = [
  { ...about, source: 'aws.guardduty', ...asForm.eventBridge(told('1'.repeat(32))) },
  {
    ...about,
    source: 'aws.securityhub',
    'detail-type': 'Security Hub Findings - Imported',
    ...asForm.securityHub(told('2'.repeat(32))),
  },
  { ...about, source: 'aws.securityhub', 'detail-type': 'Findings Imported V2', detail: { findings: [ocsf] } },
]
const others = [
  { ...about, source: 'aws.health', 'detail-type': 'AWS Health Event', detail: {} },
  { ...about, source: 'aws.guardduty', 'detail-type': 'AWS API Call via CloudTrail', detail: {} },
  { ...about, source: 'aws.securityhub', 'detail-type': 'Security Hub Insight Results', detail: {} },
  { ...about, source: 'somebody.else', 'detail-type': 'GuardDuty Finding', detail: {} },
]

describe('the JSON of the guide to sources', () => {
  it('has a rule that takes every form that Cordon reads from EventBridge, and nothing else', () => {
    for (const event of wanted) {
      expect([event['detail-type'], matches(pattern, event)]).toEqual([event['detail-type'], true])
      expect(readFindings(event).map(({ kind }) => kind)).toEqual(['accepted'])
    }
    expect(others.filter((event) => matches(pattern, event))).toEqual([])
  })

  it('has a queue’s policy that lets that rule send, and nobody else do anything', () => {
    const [statement, ...more] = policy.Statement
    expect(more).toEqual([])
    const { queues } = readEnvironment({ CORDON_INTAKE_QUEUES: settings['CORDON_INTAKE_QUEUES'] }, (from) => ({
      queues: queuesIn(from),
    }))
    const [queue] = queues
    expect(statement).toEqual({
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: queue?.arn,
      Condition: {
        ArnEquals: { 'aws:SourceArn': `arn:aws:events:${queue?.region}:${queue?.account}:rule/${queue?.name}` },
      },
    })
  })

  it('has settings that are read as they stand there', () => {
    const read = readEnvironment(settings, (from) => ({
      queues: queuesIn(from).length,
      pollEveryMs: pollEveryIn(from),
      producers: producersIn(from),
    }))
    expect(read).toEqual({
      queues: 1,
      pollEveryMs: 300_000,
      producers: ['guardduty', 'security-hub', 'security-hub-v2'],
    })
  })
})

describe('an API destination as the guide makes it', () => {
  let world: World
  beforeAll(async () => {
    world = await openWorld()
  })
  afterAll(() => world.close())

  it('is let in by the header of its connection', async () => {
    const { ApiKeyName, ApiKeyValue } = connection.AuthParameters.ApiKeyAuthParameters
    expect([connection.AuthorizationType, ApiKeyValue]).toEqual(['API_KEY', '<token>'])
    const made = await world.call('POST', '/api/tokens', 'admin', {
      name: 'eventbridge',
      scopes: ['findings'],
      sources: ['127.0.0.1'],
      days: 30,
    })
    expect(made.status).toBe(201)
    const [, path = ''] = /`POST https:\/\/cordon\.example\.com(\S+)`/.exec(guide) ?? []
    const send = (headers: Readonly<Record<string, string>>) =>
      world.app.inject({ method: 'POST', url: path, headers, payload: { ...wanted[0], account: '111122223333' } })
    expect((await send({ [ApiKeyName]: made.body.token })).statusCode).toBe(202)
    expect((await send({ [ApiKeyName]: 'another' })).statusCode).toBe(401)
  })
})

describe('moto', () => {
  let moto: RunningMoto
  beforeAll(async () => {
    moto = await startMoto(HUB)
  }, 320_000)
  afterAll(() => moto.stop())

  const ask = async (target: string, input: object) => {
    const { status, body } = await askMoto(moto.endpoint, target, input)
    expect([target, status, status === 200 ? '' : JSON.stringify(body)]).toEqual([target, 200, ''])
    return body
  }

  it('takes the queue, its policy, the rule and its target, and brings the events that the rule is for', async () => {
    const [, queue = ''] = /:([\w-]+)$/.exec(policy.Statement[0]?.Resource ?? '') ?? []
    const [, rule = ''] = /rule\/([\w-]+)$/.exec(policy.Statement[0]?.Condition.ArnEquals['aws:SourceArn'] ?? '') ?? []
    const made = await ask('AmazonSQS.CreateQueue', {
      QueueName: queue,
      Attributes: { Policy: JSON.stringify(policy), VisibilityTimeout: '60' },
    })
    const QueueUrl = made.QueueUrl as string
    const { Attributes } = await ask('AmazonSQS.GetQueueAttributes', { QueueUrl, AttributeNames: ['All'] })
    expect([Attributes.QueueArn, JSON.parse(Attributes.Policy)]).toEqual([policy.Statement[0]?.Resource, policy])

    const put = await ask('AWSEvents.PutRule', { Name: rule, EventPattern: JSON.stringify(pattern) })
    expect(put.RuleArn).toBe(policy.Statement[0]?.Condition.ArnEquals['aws:SourceArn'])
    await ask('AWSEvents.PutTargets', { Rule: rule, Targets: [{ Id: 'cordon', Arn: Attributes.QueueArn }] })
    await ask('AWSEvents.PutEvents', {
      Entries: [...wanted, ...others].map((event) => ({
        Source: event.source,
        DetailType: event['detail-type'],
        Detail: JSON.stringify(event.detail),
      })),
    })
    const { Messages = [] } = await ask('AmazonSQS.ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10 })
    const bodies = (Messages as { readonly Body: string }[]).map(({ Body }) => JSON.parse(Body))
    expect(bodies.map((body) => body['detail-type']).toSorted()).toEqual(
      wanted.map((event) => event['detail-type']).toSorted(),
    )
    for (const body of bodies) expect(readFindings(body).map(({ kind }) => kind)).toEqual(['accepted'])
  })

  it('takes the connection and the destination', async () => {
    const made = await ask('AWSEvents.CreateConnection', { Name: 'cordon', ...connection })
    const destination = await ask('AWSEvents.CreateApiDestination', {
      Name: 'cordon',
      ConnectionArn: made.ConnectionArn,
      HttpMethod: 'POST',
      InvocationEndpoint: 'https://cordon.example.com/api/findings',
    })
    expect(destination.ApiDestinationArn).toContain(':api-destination/cordon')
  })
})
