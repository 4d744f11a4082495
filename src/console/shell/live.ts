import { signal } from '@preact/signals'

/** Grows with everything that happens; a page reads it to read again. */
export const happened = signal(0)
export const isLive = signal(false)

const TOGETHER_MS = 150
const AGAIN_AFTER_MS = 3000

let source: EventSource | null = null

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
    happened.value += 1
  }
  stream.onmessage = () => {
    waiting ??= setTimeout(() => {
      waiting = null
      happened.value += 1
    }, TOGETHER_MS)
  }
  stream.onerror = () => {
    isLive.value = false
    // The browser tries again by itself, except after a refusal.
    if (stream.readyState === EventSource.CLOSED && source === stream) setTimeout(listen, AGAIN_AFTER_MS)
  }
}
