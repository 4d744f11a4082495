import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type {
  CreateQueueRequest,
  CreateQueueResult,
  DeleteMessageBatchRequest,
  DeleteMessageBatchResult,
  DeleteMessageRequest,
  GetQueueAttributesRequest,
  GetQueueAttributesResult,
  GetQueueUrlRequest,
  GetQueueUrlResult,
  Message as MessageShape,
  QueueAttributeName,
  ReceiveMessageRequest,
  ReceiveMessageResult,
  SendMessageRequest,
  SendMessageResult,
} from '@aws-sdk/client-sqs'
import type { Message, Queue } from '#simulator/state/tables'
import { notImplemented } from '#simulator/wire/fault'
import { fault } from './absent.ts'
import { type Call, reading, type Service, writing } from './service.ts'

const DEFAULTS: Readonly<Record<string, string>> = {
  VisibilityTimeout: '30',
  DelaySeconds: '0',
  MaximumMessageSize: '1048576',
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
  SqsManagedSseEnabled: 'true',
}
const MS_PER_SECOND = 1000
const MOST_MESSAGES = 10
const NAME = /^[\w-]{1,80}$/
/** How our receipt handles look: 48 bytes in base64. */
const RECEIPT = /^[\w+/]{64}$/

interface ByUrl {
  readonly QueueUrl?: string | undefined
}

const nameIn = (url = ''): string => url.slice(url.lastIndexOf('/') + 1)
const queueArn = ({ account, region }: Pick<Call, 'account' | 'region'>, name: string): string =>
  `arn:aws:sqs:${region}:${account}:${name}`
const byUrl = (input: ByUrl, call: Call): readonly string[] => [queueArn(call, nameIn(input.QueueUrl))]
const byName = (input: { readonly QueueName?: string | undefined }, call: Call): readonly string[] => [
  queueArn(call, input.QueueName ?? ''),
]

export const sqs: Service = {
  signingName: 'sqs',
  protocol: 'awsJson1_0',
  xmlNamespace: '',
  eventSource: 'sqs.amazonaws.com',
  scope: 'regional',
  load: () => import('@aws-sdk/client-sqs'),
  operations: {
    CreateQueue: writing<CreateQueueRequest, CreateQueueResult>({ resources: byName, run: createQueue }),
    GetQueueUrl: reading<GetQueueUrlRequest, GetQueueUrlResult>({
      resources: byName,
      // Queues of other accounts are not simulated.
      mayIgnore: ['QueueOwnerAWSAccountId'],
      run: (input, call) => ({ QueueUrl: urlOf(call, requireQueue(call, input.QueueName ?? '').name) }),
    }),
    GetQueueAttributes: reading<GetQueueAttributesRequest, GetQueueAttributesResult>({
      resources: byUrl,
      run: getQueueAttributes,
    }),
    SendMessage: writing<SendMessageRequest, SendMessageResult>({ resources: byUrl, event: 'data', run: sendMessage }),
    ReceiveMessage: writing<ReceiveMessageRequest, ReceiveMessageResult>({
      resources: byUrl,
      event: 'data',
      mayIgnore: ['WaitTimeSeconds', 'MessageAttributeNames'],
      run: receiveMessage,
    }),
    DeleteMessage: writing<DeleteMessageRequest, Record<string, never>>({
      resources: byUrl,
      event: 'data',
      run(input, call) {
        const queue = requireQueue(call, nameIn(input.QueueUrl))
        const { ReceiptHandle: handle = '' } = input
        if (!RECEIPT.test(handle)) throw fault('ReceiptHandleIsInvalid', invalidReceipt(handle))
        deleteMessage(call, queue, handle)
        return {}
      },
    }),
    DeleteMessageBatch: writing<DeleteMessageBatchRequest, DeleteMessageBatchResult>({
      actions: ['sqs:DeleteMessage'],
      resources: byUrl,
      event: 'data',
      run: deleteMessages,
    }),
  },
}

const invalidReceipt = (handle: string): string => `The input receipt handle "${handle}" is not a valid receipt handle.`

/** A handle of another message, or of an earlier receipt, deletes nothing and is no error. */
function deleteMessage(call: Call, queue: Queue, handle: string): void {
  const message = messagesOf(call, queue).find(({ receipt }) => receipt === handle)
  if (message) call.state.remove('message', messageKey(queue, message.id))
}

function deleteMessages(input: DeleteMessageBatchRequest, call: Call): DeleteMessageBatchResult {
  const queue = requireQueue(call, nameIn(input.QueueUrl))
  const entries = input.Entries ?? []
  if (entries.length === 0 || entries.length > MOST_MESSAGES)
    throw fault(
      entries.length === 0
        ? 'AWS.SimpleQueueService.EmptyBatchRequest'
        : 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
      `A batch has 1 to ${MOST_MESSAGES} entries.`,
    )
  const isGood = ({ ReceiptHandle = '' }: (typeof entries)[number]): boolean => RECEIPT.test(ReceiptHandle)
  for (const { ReceiptHandle = '' } of entries.filter(isGood)) deleteMessage(call, queue, ReceiptHandle)
  return {
    Successful: entries.filter(isGood).map(({ Id }) => ({ Id })),
    Failed: entries
      .filter((entry) => !isGood(entry))
      .map(({ Id, ReceiptHandle = '' }) => ({
        Id,
        SenderFault: true,
        Code: 'ReceiptHandleIsInvalid',
        Message: invalidReceipt(ReceiptHandle),
      })),
  }
}

const queueKey = ({ account, region }: Pick<Call, 'account' | 'region'>, name: string): string =>
  `${account}/${region}/${name}`
const messageKey = (queue: Queue, id: string): string => `${queueKey(queue, queue.name)}/${id}`
const messagesOf = (call: Call, queue: Queue): readonly Message[] =>
  call.state.list('message', `${queueKey(queue, queue.name)}/`)

function requireQueue(call: Call, name: string): Queue {
  const queue = call.state.get('queue', queueKey(call, name))
  if (!queue) throw fault('AWS.SimpleQueueService.NonExistentQueue', 'The specified queue does not exist.')
  return queue
}

function createQueue(input: CreateQueueRequest, call: Call): CreateQueueResult {
  const { QueueName: name = '', Attributes: attributes } = input
  if (name.endsWith('.fifo')) throw notImplemented('FIFO queues')
  if (!NAME.test(name)) {
    const message = 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.'
    throw fault('InvalidParameterValue', message)
  }
  const existing = call.state.get('queue', queueKey(call, name))
  if (existing) requireSame(existing, attributes)
  else {
    const { account, region, at } = call
    const queue = { name, account, region, attributes: { ...DEFAULTS, ...attributes }, createdAt: at }
    call.state.put('queue', queueKey(call, name), queue)
  }
  return { QueueUrl: urlOf(call, name) }
}

/** Making a queue again is no error, unless it asks for another queue than the one that is there. */
function requireSame(queue: Queue, attributes: CreateQueueRequest['Attributes'] = {}): void {
  const other = Object.entries(attributes).find(([name, value]) => queue.attributes[name] !== value)
  if (other) {
    const message = `A queue already exists with the same name and a different value for attribute ${other[0]}`
    throw fault('QueueAlreadyExists', message)
  }
}

/** The address is where the simulator listens now; it may have another port after a restart. */
const urlOf = ({ endpoint, account }: Call, name: string): string => `${endpoint}/${account}/${name}`

function getQueueAttributes(input: GetQueueAttributesRequest, call: Call): GetQueueAttributesResult {
  const queue = requireQueue(call, nameIn(input.QueueUrl))
  const messages = messagesOf(call, queue)
  const hidden = messages.filter(({ visibleAt }) => visibleAt > call.at)
  const delayed = hidden.filter(({ received }) => received === 0)
  const all: Partial<Record<QueueAttributeName, string>> = {
    ...queue.attributes,
    QueueArn: queueArn(queue, queue.name),
    CreatedTimestamp: String(Math.floor(queue.createdAt / MS_PER_SECOND)),
    LastModifiedTimestamp: String(Math.floor(queue.createdAt / MS_PER_SECOND)),
    ApproximateNumberOfMessages: String(messages.length - hidden.length),
    ApproximateNumberOfMessagesNotVisible: String(hidden.length - delayed.length),
    ApproximateNumberOfMessagesDelayed: String(delayed.length),
  }
  const wanted: readonly string[] = input.AttributeNames ?? []
  return {
    Attributes: wanted.includes('All')
      ? all
      : Object.fromEntries(Object.entries(all).filter(([name]) => wanted.includes(name))),
  }
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex')

function sendMessage(input: SendMessageRequest, call: Call): SendMessageResult {
  if (input.MessageAttributes && Object.keys(input.MessageAttributes).length > 0)
    throw notImplemented('message attributes')
  const queue = requireQueue(call, nameIn(input.QueueUrl))
  const { MessageBody: body = '' } = input
  if (Buffer.byteLength(body) > Number(queue.attributes['MaximumMessageSize'])) {
    throw fault(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${queue.attributes['MaximumMessageSize']} bytes.`,
    )
  }
  const id = randomUUID()
  const delay = (input.DelaySeconds ?? Number(queue.attributes['DelaySeconds'])) * MS_PER_SECOND
  call.state.put('message', messageKey(queue, id), {
    id,
    body,
    sentAt: call.at,
    visibleAt: call.at + delay,
    received: 0,
  })
  return { MessageId: id, MD5OfMessageBody: md5(body) }
}

/** What the service itself knows of a message, as far as it was asked for. */
function systemAttributes({ sentAt, received }: Message, wanted: readonly string[]): Pick<MessageShape, 'Attributes'> {
  const all = { SentTimestamp: String(sentAt), ApproximateReceiveCount: String(received) }
  const given = Object.entries(all).filter(([name]) => wanted.includes('All') || wanted.includes(name))
  return given.length > 0 ? { Attributes: Object.fromEntries(given) } : {}
}

/** Answers at once: long polling is up to the client's next call. */
function receiveMessage(input: ReceiveMessageRequest, call: Call): ReceiveMessageResult {
  const queue = requireQueue(call, nameIn(input.QueueUrl))
  const hiddenMs = (input.VisibilityTimeout ?? Number(queue.attributes['VisibilityTimeout'])) * MS_PER_SECOND
  const { MaxNumberOfMessages: most = 1 } = input
  if (most < 1 || most > MOST_MESSAGES) {
    const message = `Value ${most} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and ${MOST_MESSAGES}, if provided.`
    throw fault('InvalidParameterValue', message)
  }
  const wanted: readonly string[] = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])]
  const visible = messagesOf(call, queue).filter(({ visibleAt }) => visibleAt <= call.at)
  const ready = giveUpSpent(call, queue, visible)
  const taken = ready.toSorted((left, right) => left.sentAt - right.sentAt).slice(0, most)
  const messages = taken.map((message): MessageShape => {
    const receipt = randomBytes(48).toString('base64')
    const received = message.received + 1
    call.state.put('message', messageKey(queue, message.id), {
      ...message,
      receipt,
      received,
      visibleAt: call.at + hiddenMs,
    })
    return {
      MessageId: message.id,
      ReceiptHandle: receipt,
      Body: message.body,
      MD5OfBody: md5(message.body),
      ...systemAttributes({ ...message, received }, wanted),
    }
  })
  return messages.length > 0 ? { Messages: messages } : {}
}

const QUEUE_OF_ARN = /^arn:[\w-]+:sqs:([\w-]+):(\d{12}):([\w-]+)$/

/** Moves what was received as often as it may be into the dead-letter queue, and answers the rest. Source: SQS, dead-letter queues. */
function giveUpSpent(call: Call, queue: Queue, visible: readonly Message[]): readonly Message[] {
  const { maxReceiveCount, deadLetterTargetArn = '' } = JSON.parse(queue.attributes['RedrivePolicy'] ?? '{}') as {
    readonly maxReceiveCount?: number | string
    readonly deadLetterTargetArn?: string
  }
  const [, region = '', account = '', name = ''] = QUEUE_OF_ARN.exec(deadLetterTargetArn) ?? []
  const target = call.state.get('queue', queueKey({ account, region }, name))
  if (maxReceiveCount === undefined || target === undefined) return visible
  const isSpent = ({ received }: Message): boolean => received >= Number(maxReceiveCount)
  for (const message of visible.filter(isSpent)) {
    call.state.remove('message', messageKey(queue, message.id))
    call.state.put('message', messageKey(target, message.id), message)
  }
  return visible.filter((message) => !isSpent(message))
}
