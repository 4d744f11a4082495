import { durationMs } from '#domain/durations'
import { type ProducerKind, producerKinds } from '#domain/source'
import type { Source } from './environment.ts'

/** A queue by its ARN: where it is, and whose. */
export interface QueueArn {
  readonly arn: string
  readonly region: string
  readonly account: string
  readonly name: string
}

/** Who may push findings without a sign-in. */
export interface PushSettings {
  /** What each sender signs with, by its name. */
  readonly secrets: ReadonlyMap<string, string>
  /** ARNs of the only topics whose messages are read. */
  readonly topics: readonly string[]
}

const QUEUE_ARN = /^arn:aws[\w-]*:sqs:([a-z0-9-]+):(\d{12}):([\w-]{1,80})$/
const TOPIC_ARN = /^arn:aws[\w-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/
const LEAST_SECRET = 32
const USUAL_POLL = '5m'
const LEAST_POLL_MS = 1000

const listed = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split(/[,\n]/)
    .map((one) => one.trim())
    .filter((one) => one !== '')

/** `arn:aws:sqs:eu-central-1:111122223333:cordon-findings`, several with commas. */
export const queuesIn = (from: Source): readonly QueueArn[] =>
  listed(from.text('CORDON_INTAKE_QUEUES')).map((arn) => {
    const parts = QUEUE_ARN.exec(arn)
    if (parts === null)
      from.wrong(
        `CORDON_INTAKE_QUEUES has “${arn}”: write the queue’s ARN, arn:aws:sqs:eu-central-1:111122223333:name.`,
      )
    const [, region = '', account = '', name = ''] = parts ?? []
    return { arn, region, account, name }
  })

/** How often what push may have missed is looked for; `off` for never. */
export function pollEveryIn(from: Source): number | undefined {
  const text = from.text('CORDON_INTAKE_POLL_EVERY') ?? USUAL_POLL
  if (text === 'off') return undefined
  const ms = durationMs(text)
  if (ms === null || ms < LEAST_POLL_MS)
    from.wrong(`CORDON_INTAKE_POLL_EVERY is “${text}”: write a duration of 1s or more such as 5m, or off.`)
  return ms ?? undefined
}

/** Security Hub’s findings in OCSF are those of its findings in ASFF, in a poorer form, where both are enabled. */
const USUAL_PRODUCERS: readonly ProducerKind[] = ['guardduty', 'security-hub']

const isProducerKind = (name: string): name is ProducerKind => (producerKinds as readonly string[]).includes(name)

/** Which producers are polled, with commas between. */
export function producersIn(from: Source): readonly ProducerKind[] {
  const names = listed(from.text('CORDON_INTAKE_PRODUCERS'))
  if (names.length === 0) return USUAL_PRODUCERS
  const stranger = names.find((name) => !isProducerKind(name))
  if (stranger !== undefined)
    from.wrong(`CORDON_INTAKE_PRODUCERS has “${stranger}”: write some of ${producerKinds.join(', ')}.`)
  return producerKinds.filter((kind) => names.includes(kind))
}

export const pushIn = (from: Source): PushSettings => ({ secrets: secretsIn(from), topics: topicsIn(from) })

/** `name:secret`, one a line or with commas. What is wrong is said without the secret. */
function secretsIn(from: Source): ReadonlyMap<string, string> {
  const entries = listed(from.text('CORDON_PUSH_SECRETS')).map((entry) => {
    const [, name = '', secret = ''] = /^([\w-]{1,64}):(\S+)$/.exec(entry) ?? []
    if (secret.length < LEAST_SECRET)
      from.wrong(
        `CORDON_PUSH_SECRETS has an entry that is no name:secret with a secret of ${LEAST_SECRET} characters or more.`,
      )
    return [name, secret] as const
  })
  const secrets = new Map(entries)
  if (secrets.size < entries.length) from.wrong('CORDON_PUSH_SECRETS names a sender twice.')
  return secrets
}

const topicsIn = (from: Source): readonly string[] =>
  listed(from.text('CORDON_SNS_TOPICS')).map((arn) => {
    if (!TOPIC_ARN.test(arn))
      from.wrong(`CORDON_SNS_TOPICS has “${arn}”: write the topic’s ARN, arn:aws:sns:eu-central-1:111122223333:name.`)
    return arn
  })
