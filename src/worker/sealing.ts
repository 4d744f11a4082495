import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Database } from '#store/database/database'
import { asOnlySealer, newestCheckpoint, SEAL_BATCH, sealPending } from '#store/log/seal'

/** News is under a checkpoint within a second of its commit. */
const POLL_MS = 400
/** Silence is told too, so that a log which stopped can be told from one without news. */
const HEARTBEAT_MS = 60_000
/** How long a second sealer, or one that lost the database, waits before it tries for the lock. */
const RETRY_MS = 2_000

export interface Sealing {
  readonly db: Database
  readonly log: Logger
  /** Signs with the log’s key, which nothing else sees. */
  readonly sign: (checkpoint: { readonly size: number; readonly root: Uint8Array }) => string
  /** Called whenever nothing is left to seal, with the size of the log, or whenever another sealer does it. */
  readonly looked?: (size?: number) => void
}

/** Seals the log until the signal: one sealer at a time, whoever holds the lock; a lost database is waited for. */
export async function sealUntil(signal: AbortSignal, sealing: Sealing): Promise<void> {
  while (!signal.aborted) {
    try {
      const wasOnly = await asOnlySealer(sealing.db, (connection) =>
        keepSealing(signal, { ...sealing, db: connection }),
      )
      if (!wasOnly) {
        sealing.log.info('Another sealer is at work: waiting to take over')
        sealing.looked?.()
      }
    } catch (failure) {
      sealing.log.error({ err: failure }, 'Sealing was interrupted: it goes on from the record')
    }
    await pauseOr(signal, RETRY_MS)
  }
}

async function keepSealing(signal: AbortSignal, { db, log, sign, looked = () => undefined }: Sealing): Promise<void> {
  let told = 0
  let newest = await newestCheckpoint(db)
  while (!signal.aborted) {
    const sealed = await sealPending(db, sign)
    newest = sealed ?? newest
    const size = newest?.size ?? 0
    if (Date.now() - told >= HEARTBEAT_MS) {
      log.info({ size, root: newest && Buffer.from(newest.root).toString('base64') }, 'The log stands here')
      told = Date.now()
    }
    if (sealed?.entries === SEAL_BATCH) continue
    looked(size)
    await pauseOr(signal, POLL_MS)
  }
}

/** Ends early, and quietly, at the signal. */
async function pauseOr(signal: AbortSignal, ms: number): Promise<void> {
  await pause(ms, undefined, { signal }).catch(() => undefined)
}
