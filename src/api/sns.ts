import { isAtSns, isSignedBy, refusalOf, type SnsMessage, snsMessageIn } from '#intake/push/sns-message'
import { refusal } from '#store/database/refusal'

const ANSWER_TIMEOUT_MS = 5_000
const MOST_CERTIFICATE = 16 * 1024
const MOST_KEPT = 20

export interface SnsSettings {
  /** ARNs of the only topics whose messages are read. */
  readonly topics: readonly string[]
  /** In place of AWS’s own hosts. */
  readonly endpoint?: string | undefined
}

/** What is done with messages of SNS. */
export interface Sns {
  /** The message, when SNS signed it for one of the topics, now. Throws `not_authenticated` with the reason, and `unavailable` without its certificate. */
  readonly opened: (sent: unknown, now: number) => Promise<SnsMessage>
  /** Tells SNS that the topic may send here. */
  readonly confirm: (message: SnsMessage) => Promise<void>
}

export function createSns({ topics, endpoint }: SnsSettings): Sns {
  const certificates = new Map<string, string>()

  /** Addresses are SNS’s own: how many there are is SNS’s to say. */
  async function certificateAt(address: string): Promise<string> {
    const known = certificates.get(address)
    if (known !== undefined) return known
    const text = await answerOf(address)
    const [oldest] = certificates.keys()
    if (certificates.size >= MOST_KEPT && oldest !== undefined) certificates.delete(oldest)
    certificates.set(address, text)
    return text
  }

  return {
    async opened(sent, now) {
      const message = snsMessageIn(sent)
      if (message === null) throw refusal('not_authenticated', 'This is no signed message of SNS')
      const reason = refusalOf(message, { topics, now, endpoint })
      if (reason !== null) throw refusal('not_authenticated', reason)
      if (!isSignedBy(await certificateAt(message.SigningCertURL), message))
        throw refusal('not_authenticated', 'SNS did not sign this message')
      return message
    },
    async confirm({ SubscribeURL = '', TopicArn }) {
      if (!isAtSns(SubscribeURL, TopicArn, endpoint))
        throw refusal('not_authenticated', 'The address of the confirmation is not SNS’s')
      await answerOf(SubscribeURL)
    },
  }
}

/** What is there, without following it elsewhere. Throws `unavailable`. */
async function answerOf(address: string): Promise<string> {
  try {
    const response = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) })
    const text = await response.text()
    if (response.ok && text.length <= MOST_CERTIFICATE) return text
    throw new Error(`it answered ${response.status}`)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw refusal('unavailable', `SNS cannot be asked for what its message names: ${why}`)
  }
}
