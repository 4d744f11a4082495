import { setTimeout as pause } from 'node:timers/promises'

const PATIENCE_MS = 30_000
const LOOK_EVERY_MS = 100

/** Waits until a look gives something; fails with what was waited for. */
export async function until<T>(what: string, look: () => Promise<T | undefined>, patienceMs = PATIENCE_MS): Promise<T> {
  const end = performance.now() + patienceMs
  for (;;) {
    const seen = await look()
    if (seen !== undefined) return seen
    if (performance.now() > end) throw new Error(`It did not happen within ${patienceMs} ms: ${what}`)
    await pause(LOOK_EVERY_MS)
  }
}
