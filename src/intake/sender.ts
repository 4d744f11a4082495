import { isMembers } from './unwrap.ts'

/** What an authenticated channel of AWS brought, and the account that AWS says sent it. */
export type Letter =
  | { readonly kind: 'letter'; readonly sender: string | null; readonly sent: unknown }
  | { readonly kind: 'refused'; readonly reason: string; readonly sent: unknown }

// A queue’s message with an SNS message with an event: what is wrapped deeper is read all the same, and nobody else vouches for it.
const MOST_ENVELOPES = 3
const TOPIC = /^arn:aws[\w-]*:sns:[a-z0-9-]+:(\d{12}):/

/**
 * Opens the envelopes of SNS and EventBridge around what came, and takes the innermost one’s word for who sent it; without any the channel’s
 * own account. Events that AWS did not make itself are refused: anybody may put them into a bus, but under no name of AWS’s.
 */
export function letterOf(sent: unknown, channelAccount: string | null, envelopes = 0): Letter {
  if (!isMembers(sent) || envelopes >= MOST_ENVELOPES) return { kind: 'letter', sender: channelAccount, sent }
  const { TopicArn, Message } = sent
  if (sent['Type'] !== 'Notification' || typeof TopicArn !== 'string' || typeof Message !== 'string')
    return eventOf(sent, channelAccount)
  const [, topicAccount] = TOPIC.exec(TopicArn) ?? []
  return letterOf(parsedOr(Message, sent), topicAccount ?? channelAccount, envelopes + 1)
}

function eventOf(sent: Readonly<Record<string, unknown>>, channelAccount: string | null): Letter {
  const { account, source } = sent
  if (!('detail-type' in sent) || typeof account !== 'string' || typeof source !== 'string')
    return { kind: 'letter', sender: channelAccount, sent }
  if (!source.startsWith('aws.'))
    return { kind: 'refused', reason: `an event of ${source.slice(0, MOST_SHOWN)}, which is no source of AWS’s`, sent }
  return { kind: 'letter', sender: account, sent }
}

const MOST_SHOWN = 64

function parsedOr(text: string, otherwise: unknown): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The reader says what is wrong with it.
    return otherwise
  }
}
