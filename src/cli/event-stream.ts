import { setTimeout as pause } from 'node:timers/promises'
import type { TimelineEvent } from './answers.ts'
import type { Api } from './api.ts'

const AGAIN_AFTER_MS = 1000

export interface StreamWish {
  readonly incident?: string | undefined
  readonly after?: string | undefined
  readonly signal: AbortSignal
  /** Called when the connection stands. */
  readonly opened?: () => void
}

/** Everything that happens, as it happens; takes up again after a break where it was. Ends with the signal. */
export async function* eventStream(
  api: Api,
  { incident, after, signal, opened }: StreamWish,
): AsyncGenerator<TimelineEvent> {
  const path = `/api/stream${incident === undefined ? '' : `?incident=${encodeURIComponent(incident)}`}`
  let last = after
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    const body = await connect(api, { path, last, signal, isFirst })
    if (isFirst) opened?.()
    for await (const event of eventsIn(body)) {
      last = String(event.id)
      // What a shown document is made of stays as it was.
      yield api.shown(event) as TimelineEvent
    }
    await pause(AGAIN_AFTER_MS, undefined, { signal }).catch(() => undefined)
  }
}

interface Place {
  readonly path: string
  readonly last: string | undefined
  readonly signal: AbortSignal
  readonly isFirst: boolean
}

/** The first connection must succeed; a later one is tried again by the caller's loop. */
async function connect(api: Api, { path, last, signal, isFirst }: Place): Promise<AsyncIterable<Uint8Array>> {
  try {
    const { body } = await api.open(path, last === undefined ? {} : { 'last-event-id': last }, signal)
    return body ?? nothing()
  } catch (error) {
    if (isFirst && !signal.aborted) throw error
    return nothing()
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

async function* eventsIn(body: AsyncIterable<Uint8Array>): AsyncGenerator<TimelineEvent> {
  for await (const block of blocksIn(body)) {
    const data = block.filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trimStart())
    if (data.length > 0) yield JSON.parse(data.join('\n')) as TimelineEvent
  }
}

/** An event ends with an empty line. Source: HTML, server-sent events. */
async function* blocksIn(body: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder()
  let open = ''
  try {
    for await (const bytes of body) {
      const blocks = (open + decoder.decode(bytes, { stream: true })).split('\n\n')
      open = blocks.pop() ?? ''
      for (const block of blocks) yield block.split('\n')
    }
  } catch {
    // The connection broke or was ended; the caller goes on after the last whole event.
  }
}
