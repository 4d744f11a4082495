import { spawnSync } from 'node:child_process'
import { chownSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** Postgres refuses to run as root: then it runs as somebody who owns nothing else. */
export interface ServerUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

const CANDIDATES = ['postgres', 'nobody']

/** Whom a server runs as: nobody special, unless this process is root’s. */
export function serverUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined
  for (const name of CANDIDATES) {
    const uid = idOf('-u', name)
    const gid = idOf('-g', name)
    if (uid !== undefined && gid !== undefined) return { name, uid, gid }
  }
  throw new Error('Postgres cannot run as root, and there is no user postgres or nobody: start Cordon as another user.')
}

function idOf(flag: '-u' | '-g', name: string): number | undefined {
  const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' })
  return status === 0 ? Number(stdout.trim()) : undefined
}

const ANYBODY = 0o001
const GROUP = 0o010
const OWNER = 0o100

/** Whether the user may walk to a folder: every folder on the way lets it through. */
export function canReach(folder: string, { uid, gid }: ServerUser): boolean {
  for (let step = folder; ; step = dirname(step)) {
    const { mode, uid: owner, gid: group } = statSync(step)
    const bit = owner === uid ? OWNER : group === gid ? GROUP : ANYBODY
    if ((mode & bit) === 0) return false
    if (dirname(step) === step) return true
  }
}

const OWNER_ONLY_FOLDER = 0o700

/** Makes a folder that only the server’s user may open. */
export function makeFolderFor(folder: string, user: ServerUser | undefined): void {
  mkdirSync(folder, { recursive: true, mode: OWNER_ONLY_FOLDER })
  if (user !== undefined) chownSync(folder, user.uid, user.gid)
}
