import { linkSync, renameSync, rmSync } from 'node:fs'
import { readIfThere, writePrivately } from './private-file.ts'
import { identify, isCode, isRunning, type ProcessIdentity } from './process-identity.ts'

const ATTEMPTS = 5

export interface Lock {
  readonly release: () => void
}

/** Makes this process the only supervisor of a home; throws when another one lives. What a dead one left is taken over. */
export function takeLock(file: string): Lock {
  const own = identify(process.pid)
  if (own === undefined) throw new Error('This system does not tell when a process started: Cordon cannot run here.')
  const mine = `${file}.${process.pid}`
  writePrivately(mine, JSON.stringify(own))
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (linked(mine, file)) return { release: () => rmSync(file, { force: true }) }
      setAside(file)
    }
  } finally {
    rmSync(mine, { force: true })
  }
  throw new Error('Another start of the same home is under way: wait for it.')
}

// A link is made whole or not at all, and never over another.
function linked(mine: string, file: string): boolean {
  try {
    linkSync(mine, file)
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    throw error
  }
}

function setAside(file: string): void {
  refuseIfAlive(file)
  const aside = `${file}.${process.pid}.left`
  try {
    renameSync(file, aside)
  } catch (error) {
    if (isCode(error, 'ENOENT')) return
    throw error
  }
  try {
    // Between the look and the move somebody else may have taken it.
    refuseIfAlive(aside)
  } catch (error) {
    linked(aside, file)
    throw error
  } finally {
    rmSync(aside, { force: true })
  }
}

function refuseIfAlive(file: string): void {
  const text = readIfThere(file)
  if (text === undefined) return
  const owner = JSON.parse(text) as ProcessIdentity
  if (isRunning(owner))
    throw new Error(
      `Cordon already runs in this home (process ${owner.pid}): stop it with Ctrl-C or kill ${owner.pid}, or choose another CORDON_HOME and CORDON_PORT.`,
    )
}
