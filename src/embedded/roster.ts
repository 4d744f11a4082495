import { readIfThere, writePrivately } from './private-file.ts'
import { hasEnded, identify, isRunning, type ProcessIdentity, signalTo } from './process-identity.ts'

/** A process of this home, by the name of its part. */
export interface Member extends ProcessIdentity {
  readonly name: string
}

/** Who runs in a home, written down at once, so that the next start finds what this one leaves. */
export interface Roster {
  readonly note: (name: string, pid: number | undefined) => void
  readonly list: () => readonly Member[]
}

const PATIENCE_MS = 5000
const AFTER_KILL_MS = 2000

/** Begins a list of its own; `changed` hears of every change. */
export function createRoster(file: string, changed: (members: readonly Member[]) => void): Roster {
  const members = new Map<string, Member>()
  const list = () => [...members.values()]
  return {
    list,
    note(name, pid) {
      const identity = pid === undefined ? undefined : identify(pid)
      if (identity === undefined) members.delete(name)
      else members.set(name, { name, ...identity })
      writePrivately(file, `${JSON.stringify(list())}\n`)
      changed(list())
    },
  }
}

/** What an earlier supervisor left running. */
export const leftBehind = (file: string): readonly Member[] =>
  (JSON.parse(readIfThere(file) ?? '[]') as readonly Member[]).filter(isRunning)

/** Ends these processes and no others: asked first, then killed. */
export async function endAll(members: readonly ProcessIdentity[]): Promise<void> {
  await Promise.all(
    members.map(async (member) => {
      signalTo(member, 'SIGTERM')
      if (await hasEnded(member, PATIENCE_MS)) return
      signalTo(member, 'SIGKILL')
      if (!(await hasEnded(member, AFTER_KILL_MS)))
        throw new Error(`Process ${member.pid} of an earlier start cannot be ended: end it and start again.`)
    }),
  )
}
