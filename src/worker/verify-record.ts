import { type Trust, verifyLog } from '#audit/verify-log'
import { connect } from '#store/database/database'
import { contradictions, type RecordCounts, readLog, recordCounts } from '#store/log/log-reading'

const CONNECTIONS = 1

export interface RecordVerdict extends RecordCounts {
  /** Entries under checkpoints. */
  readonly size: number
  readonly problems: readonly string[]
}

/** Holds a record against its own signed log, and against checkpoints that were kept elsewhere. Changes nothing. */
export async function verifyRecord(databaseUrl: string, trust: Trust): Promise<RecordVerdict> {
  const { db, close } = connect(databaseUrl, CONNECTIONS)
  try {
    // One view of everything: the sealer may be at work.
    return await db
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (tx) => {
        const { size, problems } = await verifyLog(await readLog(tx), trust)
        return { ...(await recordCounts(tx)), size, problems: [...problems, ...(await contradictions(tx))] }
      })
  } finally {
    await close()
  }
}
