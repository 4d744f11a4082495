import { createVerify } from 'node:crypto'
import { isMembers } from '#intake/unwrap'

/** What SNS sends to an HTTPS endpoint. Source: SNS, HTTP/HTTPS notification JSON format. */
export interface SnsMessage {
  readonly Type: 'Notification' | 'SubscriptionConfirmation' | 'UnsubscribeConfirmation'
  readonly MessageId: string
  readonly TopicArn: string
  readonly Message: string
  readonly Timestamp: string
  readonly SignatureVersion: '1' | '2'
  readonly Signature: string
  readonly SigningCertURL: string
  readonly Subject?: string
  /** Of a confirmation. */
  readonly Token?: string
  readonly SubscribeURL?: string
}

/** How old a message may be: SNS tries an endpoint for less than that. */
export const SNS_WINDOW_MS = 60 * 60_000
const MOST_AHEAD_MS = 5 * 60_000

const types: readonly unknown[] = ['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation']
const needed = ['MessageId', 'TopicArn', 'Message', 'Timestamp', 'Signature', 'SigningCertURL']

/** The message, or null when it is none. */
export function snsMessageIn(sent: unknown): SnsMessage | null {
  if (!isMembers(sent)) return null
  const isWhole =
    types.includes(sent['Type']) &&
    ['1', '2'].includes(String(sent['SignatureVersion'])) &&
    needed.every((name) => typeof sent[name] === 'string') &&
    ['Subject', 'Token', 'SubscribeURL'].every((name) =>
      ['string', 'undefined'].includes(typeof (sent[name] ?? undefined)),
    )
  // Its members were looked at one by one.
  return isWhole ? (sent as unknown as SnsMessage) : null
}

interface Expected {
  readonly topics: readonly string[]
  /** Milliseconds since 1970. */
  readonly now: number
  /** The start of every address, in place of AWS’s own hosts; undefined for AWS. */
  readonly endpoint: string | undefined
}

/** Why the message is not to be looked at, before its signature is; null when it is. */
export function refusalOf(message: SnsMessage, { topics, now, endpoint }: Expected): string | null {
  const sent = Date.parse(message.Timestamp)
  if (!topics.includes(message.TopicArn)) return 'The topic is not one of CORDON_SNS_TOPICS'
  if (Number.isNaN(sent) || now - sent > SNS_WINDOW_MS || sent - now > MOST_AHEAD_MS)
    return `The message is of another time: it counts for ${SNS_WINDOW_MS / 60_000} minutes`
  if (!isOfSns(message.SigningCertURL, message.TopicArn, endpoint)) return 'The certificate is not at an address of SNS'
  return null
}

const CERTIFICATE = /^\/SimpleNotificationService-[\w-]{1,128}\.pem$/
/** Where SNS answers, by partition. Source: SNS endpoints and quotas. */
const suffixes: Readonly<Record<string, string>> = {
  aws: 'amazonaws.com',
  'aws-us-gov': 'amazonaws.com',
  'aws-cn': 'amazonaws.com.cn',
}

/** Whether the certificate is where the topic’s own Region keeps it. */
function isOfSns(address: string, topic: string, endpoint: string | undefined): boolean {
  return URL.canParse(address) && CERTIFICATE.test(new URL(address).pathname) && isAtSns(address, topic, endpoint)
}

/** Whether the address is SNS’s in the topic’s Region and partition, and nothing else is in it. */
export function isAtSns(address: string, topic: string, endpoint: string | undefined): boolean {
  if (!URL.canParse(address)) return false
  const { origin, username, password } = new URL(address)
  const [, partition = '', , region = ''] = topic.split(':')
  const wanted = endpoint ?? `https://sns.${region}.${suffixes[partition] ?? 'invalid'}`
  return origin === new URL(wanted).origin && username === '' && password === ''
}

const SIGNED = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
} as const

/** What is signed: a line for the name and a line for the value of each member that there is. Source: SNS, verifying signatures. */
export const signedText = (message: SnsMessage): string =>
  SIGNED[message.Type]
    .flatMap((name) => (message[name] === undefined || message[name] === null ? [] : [`${name}\n${message[name]}\n`]))
    .join('')

const algorithms = { '1': 'RSA-SHA1', '2': 'RSA-SHA256' } as const

/** Whether the holder of the certificate (PEM) signed the message. */
export function isSignedBy(certificate: string, message: SnsMessage): boolean {
  try {
    return createVerify(algorithms[message.SignatureVersion])
      .update(signedText(message), 'utf8')
      .verify(certificate, message.Signature, 'base64')
  } catch {
    // No certificate, or none of this algorithm: nobody signed it.
    return false
  }
}
