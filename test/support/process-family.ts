import { readdirSync, readFileSync } from 'node:fs'

/** What Linux tells of a process. Source: proc_pid_stat(5). */
export interface Member {
  readonly pid: number
  readonly parent: number
  /** User and system time, also of its children that have ended. */
  readonly ticks: number
}

/** The processes and all that they started: a database server is many. */
export function familyOf(...roots: readonly number[]): readonly Member[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => memberOf(Number(name)) ?? [])
  const family = all.filter(({ pid }) => roots.includes(pid))
  // The list grows while it is walked.
  for (const { pid } of family) family.push(...all.filter((one) => one.parent === pid && !family.includes(one)))
  return family
}

/** Fields 4 and 14 to 17, counted behind the name of the program, which may hold anything. */
function memberOf(pid: number): Member | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const [parent = 0, ...times] = [1, 11, 12, 13, 14].map((place) => Number(fields[place]))
    return { pid, parent, ticks: times.reduce((sum, ticks) => sum + ticks, 0) }
  } catch {
    // It ended while the list was read.
    return undefined
  }
}

/** Kilobytes of memory that are a process’s own: shared pages by share. Source: proc_pid_smaps(5), Pss. */
export function ownKilobytes({ pid }: Pick<Member, 'pid'>): number {
  try {
    return Number(/^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0)
  } catch {
    // It ended since it was listed.
    return 0
  }
}
