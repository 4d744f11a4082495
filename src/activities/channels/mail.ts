import { createTransport } from 'nodemailer'
import type { MailSettings } from '#domain/channel-settings'
import type { Attempt } from '#domain/channels'
import type { PageMessage } from '#domain/page-message'
import { codeOf, type Patience, receiptOf, type Send } from './channel.ts'

/** Mail over SMTP. Its Message-ID is made of the page’s id, so that mailboxes see a repetition as the same mail. */
export const mailChannel =
  (settings: MailSettings): Send =>
  async (message, patience) => {
    const to = settings.to ?? message.to.email
    if (to === undefined) return { kind: 'refused', problem: `${message.to.id} has no e-mail address` }
    try {
      const { response } = await within(patience, send(settings, { message, to, ms: patience.ms }))
      return { kind: 'taken', receipt: receiptOf(response) }
    } catch (error) {
      patience.signal.throwIfAborted()
      return attemptOf(error, patience)
    }
  }

interface Letter {
  readonly message: PageMessage
  readonly to: string
  readonly ms: number
}

function send(settings: MailSettings, { message, to, ms }: Letter): Promise<{ readonly response: string }> {
  const { host, port, isTls, isLocal, login, from } = settings
  const transport = createTransport({
    host,
    port,
    secure: isTls,
    requireTLS: login !== null && !isLocal,
    tls: { rejectUnauthorized: !isLocal },
    ...(login === null ? {} : { auth: login }),
    connectionTimeout: ms,
    greetingTimeout: ms,
    socketTimeout: ms,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return transport.sendMail({
    from: { name: 'Cordon', address: from },
    to: settings.to === null ? { name: message.to.name, address: to } : to,
    subject: message.subject,
    text: message.letter,
    messageId: `<${message.id}@${from.slice(from.indexOf('@') + 1)}>`,
    // Away notices and the like should not answer. Source: RFC 3834, 5.
    headers: { 'auto-submitted': 'auto-generated' },
  })
}

/** The whole conversation gets the time of one answer. */
async function within<Result>({ ms, signal }: Patience, work: Promise<Result>): Promise<Result> {
  const over = AbortSignal.any([signal, AbortSignal.timeout(ms)])
  return Promise.race([
    work,
    new Promise<never>((_, reject) => {
      over.addEventListener('abort', () => reject(over.reason as Error), { once: true })
    }),
  ])
}

function attemptOf(error: unknown, { ms }: Patience): Attempt {
  if (error instanceof Error && error.name === 'TimeoutError')
    return { kind: 'failed', problem: `the mail server did not finish within ${Math.round(ms)} ms` }
  const reply = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : null
  // Replies of the 500s are final. Source: RFC 5321, 4.2.1.
  if (reply !== null && reply >= 500) return { kind: 'refused', problem: `the mail server refused it (${reply})` }
  if (reply !== null) return { kind: 'failed', problem: `the mail server put it off (${reply})` }
  return { kind: 'failed', problem: `the mail server cannot be used (${codeOf(error) ?? 'no reason given'})` }
}
