import type { Tx } from '#store/database/database'
import { contentDigest } from '#store/log/digest'
import { ERADICATION } from './incident-status.ts'
import { openTaskIn } from './tasks.ts'

const DIGITS = 16

/**
 * Opens a task for each thing that recovery must settle; the same thing is one task however often it is found. Returns whether one is new.
 */
export async function openEradication(
  tx: Tx,
  { incident, episode }: { readonly incident: string; readonly episode: number },
  leftBehind: readonly string[],
): Promise<boolean> {
  let isNew = false
  for (const text of leftBehind) {
    const key = `${ERADICATION}${contentDigest(text).slice(0, DIGITS)}`
    if (await openTaskIn(tx, { incident, episode, key, text })) isNew = true
  }
  return isNew
}
