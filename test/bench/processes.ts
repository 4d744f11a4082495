import { readdirSync, readFileSync } from 'node:fs'

/** Clock ticks in a second, in the files of Linux. Source: proc(5), sysconf(_SC_CLK_TCK). */
const TICKS_PER_SECOND = 100
const KIB_PER_MIB = 1024

interface Stat {
  readonly pid: number
  readonly parent: number
  readonly ticks: number
}

/** User and system time of a process, and of its children that have ended. Source: proc_pid_stat(5), fields 4 and 14 to 17. */
function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const [parent, ...times] = [1, 11, 12, 13, 14].map((place) => Number(fields[place]))
    return { pid, parent: parent ?? 0, ticks: times.reduce((sum, ticks) => sum + ticks, 0) }
  } catch {
    // It ended while the list was read.
    return undefined
  }
}

/** The processes and everything that they started. */
function treeOf(roots: readonly number[]): readonly Stat[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => statOf(Number(name)) ?? [])
  const within = new Set(roots)
  for (let size = 0; size !== within.size; ) {
    size = within.size
    for (const { pid, parent } of all) if (within.has(parent)) within.add(pid)
  }
  return all.filter(({ pid }) => within.has(pid))
}

/** Seconds of CPU that the processes and what they started have used until now. */
export const cpuSeconds = (roots: readonly number[]): number =>
  treeOf(roots).reduce((sum, { ticks }) => sum + ticks, 0) / TICKS_PER_SECOND

/** MiB of memory that are theirs: shared pages by share. Source: proc_pid_smaps(5), Pss. */
export const memoryMib = (roots: readonly number[]): number =>
  treeOf(roots).reduce((sum, { pid }) => sum + pssOf(pid), 0)

function pssOf(pid: number): number {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
    return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) / KIB_PER_MIB
  } catch {
    // It ended while the list was read.
    return 0
  }
}
