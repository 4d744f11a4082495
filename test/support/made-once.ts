import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'

/**
 * A folder that the files of a run share: the first to ask makes it. Two that ask at the same moment both make it, and the first to be ready
 * is kept. Nobody changes what is in it; it is removed at the end of the run.
 */
export async function madeOnce(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const place = join(inject('sharedFolder'), name)
  if (existsSync(place)) return place
  const fresh = mkdtempSync(`${place}.`)
  await make(fresh)
  try {
    renameSync(fresh, place)
  } catch (error) {
    // A folder that is not empty is never replaced: another file was faster.
    if (!existsSync(place)) throw error
    rmSync(fresh, { recursive: true })
  }
  return place
}
