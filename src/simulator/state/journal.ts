import {
  closeSync,
  existsSync,
  fdatasync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const syncData = promisify(fdatasync)
const FILE = 'journal.jsonl'
const NEWLINE = 0x0a
/** A journal larger than this is rewritten from what is alive, once it has also doubled. */
const COMPACT_ABOVE_BYTES = 32 * 1024 * 1024

/** An append-only file of JSON lines. What `append` returned is in the kernel's hands: a killed process loses nothing of it. */
export interface Journal {
  /** Adds one line; what was added before it is never reordered. */
  readonly append: (entry: unknown) => void
  /** Resolves when everything appended so far is on the disk; calls that come together share one sync. */
  readonly durable: () => Promise<void>
  readonly needsCompaction: () => boolean
  /** Replaces the file by these entries, atomically. */
  readonly rewrite: (entries: Iterable<unknown>) => void
  readonly close: () => void
}

/** Opens the journal of a folder and hands every whole entry to `replay`. A line torn by a crash is cut off. */
export function openJournal(folder: string, replay: (entry: unknown) => void): Journal {
  const path = join(folder, FILE)
  if (existsSync(path)) replayFile(path, replay)
  let file = openSync(path, 'a', 0o600)
  let size = statSync(path).size
  let sizeWhenCompact = size
  let syncing: Promise<void> | undefined
  let next: Promise<void> | undefined

  const startSync = (): Promise<void> => {
    const started = syncData(file).finally(() => {
      syncing = undefined
    })
    syncing = started
    return started
  }

  return {
    append(entry) {
      const line = Buffer.from(`${JSON.stringify(entry)}\n`)
      writeAll(file, line)
      size += line.length
    },
    durable() {
      if (!syncing) return startSync()
      next ??= syncing.then(() => {
        next = undefined
        return startSync()
      })
      return next
    },
    needsCompaction: () => syncing === undefined && size > COMPACT_ABOVE_BYTES && size > 2 * sizeWhenCompact,
    rewrite(entries) {
      const fresh = writeFresh(path, entries)
      closeSync(file)
      file = fresh
      size = statSync(path).size
      sizeWhenCompact = size
    },
    close: () => closeSync(file),
  }
}

function replayFile(path: string, replay: (entry: unknown) => void): void {
  const bytes = readFileSync(path)
  const whole = bytes.lastIndexOf(NEWLINE) + 1
  if (whole < bytes.length) truncateSync(path, whole)
  for (let at = 0; at < whole; ) {
    const end = bytes.indexOf(NEWLINE, at)
    replay(JSON.parse(bytes.toString('utf8', at, end)))
    at = end + 1
  }
}

function writeFresh(path: string, entries: Iterable<unknown>): number {
  const fresh = openSync(`${path}.new`, 'w', 0o600)
  for (const entry of entries) writeAll(fresh, Buffer.from(`${JSON.stringify(entry)}\n`))
  fsyncSync(fresh)
  renameSync(`${path}.new`, path)
  const folder = openSync(dirname(path), 'r')
  fsyncSync(folder)
  closeSync(folder)
  return fresh
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written)
}
