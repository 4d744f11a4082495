import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { PlaceSeen } from '#domain/doctor/place'
import { isFree } from './ports.ts'
import { readIfThere } from './private-file.ts'
import { commandOf, isRunning, type ProcessIdentity } from './process-identity.ts'

/** What runs in a home, and who has its port while nothing does. Makes nothing and changes nothing. */
export async function inspectPlace(folder: string, port: number): Promise<PlaceSeen> {
  const run = join(folder, 'run')
  const supervisor = ownerOf(join(run, 'supervisor.lock'))
  const holder = supervisor !== null || (await isFree(port)) ? 'nobody' : holderOf(port)
  return { folder, supervisor, isReady: existsSync(join(run, 'ready.json')), port, holder }
}

function ownerOf(lock: string): number | null {
  const text = readIfThere(lock)
  if (text === undefined) return null
  const owner = JSON.parse(text) as ProcessIdentity
  return isRunning(owner) ? owner.pid : null
}

const LONGEST_COMMAND = 120

/** Linux tells which process has a socket, as far as this user may see it. */
function holderOf(port: number): PlaceSeen['holder'] {
  const sockets = listeningOn(port)
  const pid = processes().find((one) => sockets.some((socket) => has(one, socket)))
  return pid === undefined ? 'unknown' : { pid, command: commandOf(pid).trim().slice(0, LONGEST_COMMAND) }
}

// Fields of a line: 1 the local address, 3 the state, 9 the inode. Source: proc(5), /proc/net/tcp.
const LISTENING = '0A'

function listeningOn(port: number): readonly string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
    linesOf(file)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[1]?.endsWith(`:${hex}`) === true && fields[3] === LISTENING)
      .map((fields) => `socket:[${fields[9]}]`),
  )
}

function linesOf(file: string): readonly string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(1) : []
}

const processes = (): readonly number[] =>
  existsSync('/proc')
    ? readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .map(Number)
    : []

function has(pid: number, socket: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === socket)
  } catch {
    // It has just ended, closed a file, or is somebody else's.
    return false
  }
}
