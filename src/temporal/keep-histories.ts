import { setTimeout as pause } from 'node:timers/promises'
import { Connection } from '@temporalio/client'
import { msToTs } from '@temporalio/common/lib/time.js'
import type { TemporalPlace } from './temporal.ts'

const PATIENCE_MS = 60_000
const LOOK_EVERY_MS = 200

/**
 * Waits until a server that has just been started answers, and lets its namespace keep histories for so many days. Idempotent; only
 * for servers that are Cordon’s own. Throws when it does not answer in a minute.
 */
export async function keepHistories({ address, namespace }: TemporalPlace, days: number): Promise<void> {
  const until = Date.now() + PATIENCE_MS
  for (;;) {
    try {
      return await setRetention({ address, namespace }, days)
    } catch (cause) {
      if (Date.now() > until) throw new Error(`The Temporal server at ${address} does not answer`, { cause })
      await pause(LOOK_EVERY_MS)
    }
  }
}

async function setRetention({ address, namespace }: TemporalPlace, days: number): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: LOOK_EVERY_MS })
  try {
    const config = { workflowExecutionRetentionTtl: msToTs(`${days} days`) }
    await connection.workflowService.updateNamespace({ namespace, config })
  } finally {
    await connection.close()
  }
}
