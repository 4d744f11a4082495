import type { ConfiguredChannel, OutsideChannel } from './channels.ts'

export interface WebhookSettings {
  readonly url: string
  /** `whsec_` and base64. A secret. */
  readonly secret: string
}

export interface MailSettings {
  readonly host: string
  readonly port: number
  /** TLS from the first byte; otherwise STARTTLS when the server has it. */
  readonly isTls: boolean
  /** The way does not leave this machine: it may be unencrypted even with a password, and a certificate proves nothing. */
  readonly isLocal: boolean
  /** Holds a secret. */
  readonly login: { readonly user: string; readonly pass: string } | null
  readonly from: string
  /** One mailbox for everybody’s pages instead of people’s own addresses. */
  readonly to: string | null
}

/** Every channel of this installation with what it needs. Holds secrets. */
export interface ChannelSettings {
  readonly webhook?: WebhookSettings
  readonly mail?: MailSettings
}

/** What the record may know of them: no secret. */
export const configuredChannels = ({ webhook, mail }: ChannelSettings): readonly ConfiguredChannel[] => [
  ...(webhook === undefined ? [] : [{ name: 'webhook' satisfies OutsideChannel, isByAddress: false } as const]),
  ...(mail === undefined ? [] : [{ name: 'mail' satisfies OutsideChannel, isByAddress: mail.to === null } as const]),
]

/** What an operator says about channels. */
export interface ChannelWishes {
  readonly webhookUrl: string | undefined
  readonly webhookSecret: string | undefined
  readonly smtpUrl: string | undefined
  /** The start of every link. */
  readonly publicUrl: string
}

/** Reads the settings of every channel, and everything that is wrong with them. A problem never repeats what was said, which may hold a secret. */
export function readChannels(wishes: ChannelWishes): {
  readonly settings: ChannelSettings
  readonly problems: readonly string[]
} {
  const read = [webhookFrom(wishes), mailFrom(wishes)]
  return {
    settings: Object.assign({}, ...read.filter((one) => typeof one !== 'string')) as ChannelSettings,
    problems: read.filter((one) => typeof one === 'string'),
  }
}

function webhookFrom({ webhookUrl, webhookSecret }: ChannelWishes): Pick<ChannelSettings, 'webhook'> | string {
  if (webhookUrl === undefined)
    return webhookSecret === undefined ? {} : 'CORDON_WEBHOOK_URL is missing: where webhooks are sent.'
  if (webhookSecret === undefined)
    return 'CORDON_WEBHOOK_SECRET is missing: whsec_ and the base64 of what webhooks are signed with.'
  const at = urlIn(webhookUrl)
  if (at === null || !/^https?:$/.test(at.protocol))
    return 'CORDON_WEBHOOK_URL is no http address such as https://hooks.example.com/cordon.'
  if (at.username !== '' || at.password !== '')
    return 'CORDON_WEBHOOK_URL has a user in it: the signature is what tells the receiver who sends.'
  if (!SECRET.test(webhookSecret)) return 'CORDON_WEBHOOK_SECRET is not whsec_ and base64: make one of 32 random bytes.'
  return { webhook: { url: webhookUrl, secret: webhookSecret } }
}

const SECRET = /^whsec_(?=.)(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

const PORTS: Readonly<Record<string, number>> = { 'smtp:': 587, 'smtps:': 465 }
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** `smtp://user:password@host:587?from=cordon@example.com`; without `from` mail comes from `cordon` at the host of links. */
function mailFrom({ smtpUrl, publicUrl }: ChannelWishes): Pick<ChannelSettings, 'mail'> | string {
  if (smtpUrl === undefined) return {}
  const at = urlIn(smtpUrl)
  if (at === null || !Object.hasOwn(PORTS, at.protocol) || at.hostname === '')
    return 'CORDON_SMTP_URL is no address of a mail server such as smtp://user:password@mail.example.com:587.'
  const mailboxes = mailboxesIn(at, new URL(publicUrl).hostname)
  if (mailboxes === null) return 'CORDON_SMTP_URL takes only from and to after its ?, each with one e-mail address.'
  const login = loginIn(at)
  if (login === 'unreadable') return 'CORDON_SMTP_URL has a % in its user or password that should be %25.'
  return { mail: { ...serverIn(at), login, ...mailboxes } }
}

const serverIn = ({ hostname, port, protocol }: URL): Pick<MailSettings, 'host' | 'port' | 'isTls' | 'isLocal'> => ({
  host: hostname.replaceAll(/^\[|\]$/g, ''),
  port: Number(port || PORTS[protocol]),
  isTls: protocol === 'smtps:',
  isLocal: LOOPBACK.test(hostname),
})

const urlIn = (text: string): URL | null => (URL.canParse(text) ? new URL(text) : null)

const ADDRESS = /^[^\s<>@,;:"\\]+@[^\s<>@,;:"\\]+$/

function mailboxesIn(at: URL, host: string): Pick<MailSettings, 'from' | 'to'> | null {
  const options = new URLSearchParams(at.search)
  const from = options.get('from') ?? `cordon@${host}`
  const to = options.get('to')
  const areKnown = [...options.keys()].every((name) => name === 'from' || name === 'to')
  return areKnown && ADDRESS.test(from) && (to === null || ADDRESS.test(to)) ? { from, to } : null
}

function loginIn({ username, password }: URL): MailSettings['login'] | 'unreadable' {
  if (username === '') return null
  try {
    return { user: decodeURIComponent(username), pass: decodeURIComponent(password) }
  } catch {
    return 'unreadable'
  }
}
