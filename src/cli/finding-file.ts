import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { failure } from './failure.ts'

/** Of the 16 MiB that a call takes: lines are put together to lists below it. */
const MOST_CHARACTERS = 4 * 1024 * 1024
const GZIP = Buffer.from([0x1f, 0x8b])

/** What a file holds, a text of JSON for each call; a file of JSON lines may need several. Throws when it cannot be read. */
export async function readFindings(file: string): Promise<readonly string[]> {
  const text = textOf(file, await bytesOf(file))
  return isJson(text) ? [text] : listsOf(file, text)
}

async function bytesOf(file: string): Promise<Buffer> {
  if (file === '-') return buffer(process.stdin)
  try {
    return await readFile(file)
  } catch (cause) {
    throw failure(2, `${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, cause)
  }
}

function textOf(file: string, bytes: Buffer): string {
  if (!bytes.subarray(0, GZIP.length).equals(GZIP)) return bytes.toString('utf8')
  try {
    return gunzipSync(bytes).toString('utf8')
  } catch (cause) {
    throw failure(2, `${file} is no whole gzip file`, cause)
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    // It may be lines of it.
    return false
  }
}

/** Lists of the lines. A line that is no JSON is none of the caller’s findings, and says where it is. */
function listsOf(file: string, text: string): readonly string[] {
  const lines = text.split(/\r?\n/)
  const wrong = lines.findIndex((line) => line.trim() !== '' && !isJson(line))
  // A single line is for the server to refuse, which says what is wrong with it.
  if (lines.filter((line) => line.trim() !== '').length < 2) return [text]
  if (wrong !== -1) throw failure(2, `${file} is neither JSON nor JSON lines: line ${wrong + 1} is none`)
  const lists: string[][] = [[]]
  let size = 0
  for (const line of lines.filter((one) => one.trim() !== '')) {
    if (size > 0 && size + line.length > MOST_CHARACTERS) {
      lists.push([])
      size = 0
    }
    lists.at(-1)?.push(line)
    size += line.length
  }
  return lists.map((list) => `[${list.join(',')}]`)
}
