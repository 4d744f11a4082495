// Two starts of one clone must not install and build over each other.
import { createHash } from 'node:crypto'
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const LOOK_EVERY_MS = 500
const NAME_LENGTH = 16

/** Does the work while no other process of this machine does work of the same name. */
export async function oneAtATime(name, work) {
  const digest = createHash('sha256').update(name).digest('hex').slice(0, NAME_LENGTH)
  const lock = join(tmpdir(), `cordon-prepare-${digest}.lock`)
  await taken(lock)
  // Also when the work ends the process.
  process.once('exit', () => rmSync(lock, { force: true }))
  work()
  rmSync(lock, { force: true })
}

async function taken(lock) {
  const own = `${lock}.${process.pid}`
  writeFileSync(own, String(process.pid))
  try {
    for (let isTold = false; !linked(own, lock); isTold = true) {
      if (!isTold) console.log('Another start prepares this folder: waiting for it …')
      await pause(LOOK_EVERY_MS)
      const owner = ownerOf(lock)
      if (owner !== undefined && !isAlive(owner)) rmSync(lock, { force: true })
    }
  } finally {
    rmSync(own)
  }
}

// A link is made whole or not at all, and never over another.
function linked(own, lock) {
  try {
    linkSync(own, lock)
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

function ownerOf(lock) {
  try {
    return Number(readFileSync(lock, 'utf8'))
  } catch {
    // It has just been released.
    return undefined
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
}
