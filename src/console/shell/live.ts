import { signal } from '@preact/signals'
import type { TimelineEvent } from '#api/schemas/incident'
import { hasExpired } from './session.ts'

/** Grows with everything that the person here does, and when the connection comes back or goes; a page reads it to read again at once. */
export const happened = signal(0)
/** Grows with what the stream tells, and when it begins to; a page reads again once it has rested. */
export const heard = signal(0)
export const isLive = signal(false)

const TOGETHER_MS = 150
const AGAIN_AFTER_MS = 3000

let source: EventSource | null = null
let hasBeenLive = false
let hears: (event: TimelineEvent) => void = () => undefined

/** Who hears each event by itself. */
export function hearEach(listener: (event: TimelineEvent) => void): void {
  hears = listener
}

/** Stops listening. */
export function hush(): void {
  source?.close()
  source = null
  isLive.value = false
}

/** Listens to the stream. Events of one moment count once. */
export function listen(): void {
  source?.close()
  const stream = new EventSource('/api/stream')
  source = stream
  let waiting: ReturnType<typeof setTimeout> | null = null
  stream.onopen = () => {
    isLive.value = true
    // At first the page is just being read: what came before the stream did can wait for that.
    if (hasBeenLive) happened.value += 1
    else heard.value += 1
    hasBeenLive = true
  }
  stream.onmessage = ({ data }: MessageEvent<string>) => {
    hears(JSON.parse(data) as TimelineEvent)
    waiting ??= setTimeout(() => {
      waiting = null
      heard.value += 1
    }, TOGETHER_MS)
  }
  stream.onerror = () => {
    // Why it ended is asked of the api: whether the sign-in is over, or nobody answers.
    if (isLive.value) happened.value += 1
    isLive.value = false
    // The browser tries again by itself, except after a refusal.
    if (stream.readyState === EventSource.CLOSED && source === stream) setTimeout(listenAgain, AGAIN_AFTER_MS, stream)
  }
}

function listenAgain(stream: EventSource): void {
  if (source === stream && !hasExpired.peek()) listen()
}
