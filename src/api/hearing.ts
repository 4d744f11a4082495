import type { Logger } from 'pino'
import { type FindingSource, pushSource } from '#domain/source'
import type { Database } from '#store/database/database'
import { noteHeard } from '#store/sources/sources'

/** A flood of pushes does not write the same row for each of them. */
const NOTED_EVERY_MS = 10_000

/** Notes that something came from a sender. It is told after the commit and fails nobody: the next push notes it as well. */
export type Hearing = (sender: string) => void

export function createHearing(db: Database, log: Logger): Hearing {
  const notedAt = new Map<string, number>()
  const note = async (source: FindingSource): Promise<void> => {
    try {
      await noteHeard(db, source, { hasFindings: true })
    } catch (error) {
      notedAt.delete(source.name)
      log.warn({ err: error, source: source.name }, 'It could not be noted that a source was heard')
    }
  }
  return (sender) => {
    const source = pushSource(sender)
    const now = performance.now()
    if (now - (notedAt.get(source.name) ?? Number.NEGATIVE_INFINITY) < NOTED_EVERY_MS) return
    notedAt.set(source.name, now)
    void note(source)
  }
}
