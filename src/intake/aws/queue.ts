import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import type { QueueArn } from '#config'

/** The most that SQS gives and deletes at once, and the longest that it waits for a message. Source: SQS ReceiveMessage. */
const BATCH = 10
const WAIT_SECONDS = 20

export interface QueueMessage {
  readonly id: string
  readonly body: string
  readonly receipt: string
  /** How often it was handed out, this time included. */
  readonly received: number
  /** ISO 8601. */
  readonly sentAt: string
}

/** A queue to read from. */
export interface OpenQueue {
  /** After how many receptions the queue gives a message up; null when it never does. */
  readonly givesUpAfter: number | null
  /** At most ten, after at most twenty seconds. Throws the errors of SQS. */
  readonly receive: (signal: AbortSignal) => Promise<readonly QueueMessage[]>
  /** Throws when one of them could not be deleted: it comes again, and changes nothing then. */
  readonly remove: (messages: readonly QueueMessage[]) => Promise<void>
}

/** Finds the queue. Throws the errors of SQS. */
export async function openQueue(sqs: SQSClient, { name, account }: QueueArn): Promise<OpenQueue> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name, QueueOwnerAWSAccountId: account }))
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['RedrivePolicy'] }))
  return {
    givesUpAfter: givesUpAfter(Attributes?.['RedrivePolicy']),
    async receive(signal) {
      const received = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: BATCH,
          WaitTimeSeconds: WAIT_SECONDS,
          MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SentTimestamp'],
        }),
        { abortSignal: signal },
      )
      return (received.Messages ?? []).map(messageOf)
    },
    async remove(messages) {
      if (messages.length === 0) return
      const Entries = messages.map(({ receipt }, index) => ({ Id: String(index), ReceiptHandle: receipt }))
      const { Failed = [] } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))
      const [first] = Failed
      if (first !== undefined) throw new Error(`${Failed.length} messages were not deleted: ${first.Code}`)
    },
  }
}

function messageOf({ MessageId = '', Body = '', ReceiptHandle = '', Attributes }: Message): QueueMessage {
  return {
    id: MessageId,
    body: Body,
    receipt: ReceiptHandle,
    received: Number(Attributes?.ApproximateReceiveCount ?? 1),
    sentAt: new Date(Number(Attributes?.SentTimestamp ?? 0)).toISOString(),
  }
}

/** SQS writes the number as text or as a number, as whoever made the queue did. */
function givesUpAfter(policy: string | undefined): number | null {
  if (policy === undefined) return null
  const { maxReceiveCount } = JSON.parse(policy) as { readonly maxReceiveCount?: number | string }
  const count = Number(maxReceiveCount)
  return Number.isInteger(count) && count > 0 ? count : null
}
