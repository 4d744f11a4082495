import { setTimeout as pause } from 'node:timers/promises'

const PATIENCE_MS = 90_000
const LOOK_EVERY_MS = 150
const ANSWER_TIMEOUT_MS = 5_000

/** Waits until the address answers with success. Throws after a minute and a half, with what stood in the way. */
export async function awaitAnswer(url: string): Promise<void> {
  const until = Date.now() + PATIENCE_MS
  for (;;) {
    const seen = await look(url)
    if (seen.isFine) return
    if (Date.now() > until) throw new Error(`${url} does not answer as it should: ${seen.text}`)
    await pause(LOOK_EVERY_MS)
  }
}

/** Waits until every part of the api is ready. Throws with the parts that are not. */
export async function awaitReady(url: string, signal: AbortSignal): Promise<void> {
  const until = Date.now() + PATIENCE_MS
  for (;;) {
    signal.throwIfAborted()
    const seen = await look(`${url}/readyz`)
    if (seen.isFine) return
    if (Date.now() > until)
      throw new Error(`Cordon is not ready: ${seen.text}. The logs are in the folder log of its home.`)
    await pause(LOOK_EVERY_MS)
  }
}

interface Seen {
  readonly isFine: boolean
  readonly text: string
}

async function look(url: string): Promise<Seen> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) })
    return { isFine: response.ok, text: await response.text() }
  } catch (error) {
    return { isFine: false, text: error instanceof Error ? error.message : String(error) }
  }
}
