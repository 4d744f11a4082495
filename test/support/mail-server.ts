import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

export interface ReceivedMail {
  readonly to: readonly string[]
  /** Of the header lines, by name in small letters. */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

export interface MailServer {
  /** For CORDON_SMTP_URL, and the same for settings. */
  readonly host: string
  readonly port: number
  readonly received: readonly ReceivedMail[]
  readonly stop: () => Promise<void>
}

export interface MailServerOptions {
  /** Whether it offers encryption, with a certificate that nobody can trust. */
  readonly encrypts?: boolean
  /** Code and text of a refusal of every recipient. */
  readonly refuses?: { readonly responseCode: number; readonly message: string }
}

/** An SMTP server of its own on a free port of this machine; nothing leaves it. */
export async function startMailServer({ refuses, encrypts = false }: MailServerOptions = {}): Promise<MailServer> {
  const received: ReceivedMail[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: encrypts ? ['AUTH'] : ['STARTTLS', 'AUTH'],
    onRcptTo: (_address, _session, done) =>
      done(
        refuses === undefined
          ? null
          : Object.assign(new Error(refuses.message), { responseCode: refuses.responseCode }),
      ),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => void chunks.push(chunk))
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({ address }) => address)
        received.push({ to, ...readMail(Buffer.concat(chunks).toString('utf8')) })
        done(null, 'queued as TEST')
      })
    },
  })
  // A client that gives up in the middle is not a failure of the server.
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.server.address() as AddressInfo
  return {
    host: '127.0.0.1',
    port,
    received,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
      }),
  }
}

/** Headers and text of a mail of one part. Source: RFC 5322, 2.2.3; RFC 2045, 6.7 and 6.8; RFC 2047. */
function readMail(raw: string): Pick<ReceivedMail, 'headers' | 'text'> {
  const end = raw.indexOf('\r\n\r\n')
  const lines = raw
    .slice(0, end)
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
  const headers = Object.fromEntries(
    lines.map((line) => {
      const [name = '', ...rest] = line.split(': ')
      return [name.toLowerCase(), words(rest.join(': '))]
    }),
  )
  const body = raw.slice(end + 4)
  const encoding = headers['content-transfer-encoding']
  const text =
    encoding === 'base64'
      ? Buffer.from(body, 'base64').toString('utf8')
      : encoding === 'quoted-printable'
        ? printable(body)
        : body
  return { headers, text: text.replaceAll('\r\n', '\n') }
}

const printable = (text: string): string => bytesOf(text.replaceAll(/=\r\n/g, ''))

const bytesOf = (text: string): string =>
  Buffer.from(
    text.replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8')

const words = (text: string): string =>
  text
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind: string, encoded: string) =>
      kind.toLowerCase() === 'b'
        ? Buffer.from(encoded, 'base64').toString('utf8')
        : bytesOf(encoded.replaceAll('_', ' ')),
    )
