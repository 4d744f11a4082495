import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { failure } from './failure.ts'

/** The text of a file, or of stdin for `-`. Throws when it cannot be read. */
export async function readText(file: string): Promise<string> {
  if (file === '-') return text(process.stdin)
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw failure(2, `${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, cause)
  }
}

/** The JSON of a file, or of stdin for `-`. */
export async function readDocument(file: string): Promise<unknown> {
  const given = await readText(file)
  try {
    return JSON.parse(given) as unknown
  } catch (cause) {
    throw failure(2, `${file} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, cause)
  }
}
