import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'
import { type FindingSource, pulledSource } from '#domain/source'
import { quarantine } from '#store/findings/quarantine'
import { activeBuild } from '#store/numbers/metrics'
import { administratorsOf, noteFailure, noteHeard } from '#store/sources/sources'
import type { OpenQueue, QueueMessage } from './aws/queue.ts'
import { type Mail, type MailRoom, takeInMail, tellUnreadable } from './take-in-letter.ts'

/** A place of the configuration that messages come from. */
export interface QueuePlace {
  readonly region: string
  readonly account: string
  readonly name: string
}

export interface QueueDeps extends Omit<MailRoom, 'administrators'> {
  readonly log: Logger
  /** Finds the queue anew: after a failure it may be another one under the same name. */
  readonly open: () => Promise<OpenQueue>
  /** A look at the queue ended, with or without a failure. */
  readonly looked: () => void
}

/** A queue that answers at once instead of waiting, as emulators do, is not asked without a rest. */
const LEAST_LOOK_MS = 1_000
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 30_000
/** Of a queue that never gives a message up by itself. */
const USUAL_PATIENCE = 10

export const queueSource = ({ account, region, name }: QueuePlace): FindingSource =>
  pulledSource('queue', { account, region, name })

/** Takes in what comes to the queue until the signal is aborted. A message is deleted after its findings are committed, and no earlier. */
export async function pullQueue(deps: QueueDeps, place: QueuePlace, signal: AbortSignal): Promise<void> {
  const source = queueSource(place)
  for (let wait = FIRST_PAUSE_MS; !signal.aborted; wait = Math.min(wait * 2, LONGEST_PAUSE_MS)) {
    const began = performance.now()
    const error = await untilFailure({ ...deps, source, place }, signal)
    if (signal.aborted) return
    // It went well for a while.
    if (performance.now() - began > LONGEST_PAUSE_MS) wait = FIRST_PAUSE_MS
    deps.log.warn({ err: error, source: source.name }, 'The queue could not be read; it is tried again')
    deps.looked()
    await tellFailure(deps, source, error)
    await pause(wait, undefined, { signal }).catch(() => undefined)
  }
}

/** Looks at the queue again and again; answers what ended that. */
async function untilFailure(looking: Omit<Looking, 'queue'>, signal: AbortSignal): Promise<unknown> {
  try {
    const queue = await looking.open()
    while (!signal.aborted) await lookOnce({ ...looking, queue }, signal)
    return undefined
  } catch (error) {
    return error
  }
}

async function tellFailure({ db, log }: QueueDeps, source: FindingSource, error: unknown): Promise<void> {
  try {
    await noteFailure(db, source, error instanceof Error ? error.message : String(error))
  } catch (unnoted) {
    // Without a database nothing is received either; the age of the last word tells it.
    log.warn({ err: unnoted, source: source.name }, 'The failure could not be written down')
  }
}

type Looking = QueueDeps & {
  readonly queue: OpenQueue
  readonly source: FindingSource
  readonly place: QueuePlace
}

async function lookOnce(looking: Looking, signal: AbortSignal): Promise<void> {
  const { db, queue, source, looked } = looking
  // Each reception counts against a message: none is received while it could not be kept.
  await activeBuild(db)
  const began = performance.now()
  const messages = await queue.receive(signal)
  const administrators = await administratorsOf(db)
  const outcomes = await Promise.all(messages.map((message) => keep({ ...looking, administrators }, message)))
  await queue.remove(messages.filter((_, index) => outcomes[index] === 'kept'))
  await noteHeard(db, source, { hasFindings: messages.length > 0 })
  looked()
  const rest = LEAST_LOOK_MS - (performance.now() - began)
  if (messages.length === 0 && rest > 0) await pause(rest, undefined, { signal }).catch(() => undefined)
}

/** Whether what the message says is in the record, so that it may be deleted. Throws nothing: the other messages go on. */
async function keep(room: Looking & MailRoom, message: QueueMessage): Promise<'kept' | 'left'> {
  const { log, source, place } = room
  const mail = { sent: sentIn(message.body), source, channelAccount: place.account, sentAt: message.sentAt }
  try {
    await takeInMail(room, mail)
    return 'kept'
  } catch (error) {
    log.warn({ err: error, source: source.name, message: message.id }, 'A message could not be taken in')
    return isLastTime(message, room.queue) ? giveUp(room, { mail, message, error }) : 'left'
  }
}

/** The text itself, when it is no JSON: the reader says so. */
function sentIn(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}

/** The next reception would be one too many: the queue would put it where nobody reads. */
const isLastTime = ({ received }: QueueMessage, { givesUpAfter }: OpenQueue): boolean =>
  received >= (givesUpAfter ?? USUAL_PATIENCE)

interface GivenUp {
  readonly mail: Mail & { readonly channelAccount: string }
  readonly message: QueueMessage
  readonly error: unknown
}

async function giveUp(room: Looking & MailRoom, { mail, message, error }: GivenUp): Promise<'kept' | 'left'> {
  const { db, log, source } = room
  const why = error instanceof Error ? error.message : String(error)
  const reason = `could not be taken in ${message.received} times: ${why}`
  try {
    await quarantine(db, [{ reason, raw: mail.sent, channel: source.name }])
    await tellUnreadable(room, { ...mail, sender: mail.channelAccount }, [reason])
    return 'kept'
  } catch (unkept) {
    // It stays in the queue, or in the queue for what was given up: nothing is deleted that is not in the record.
    log.error({ err: unkept, source: source.name, message: message.id }, 'A message could not be kept at all')
    return 'left'
  }
}
