import { familyOf, ownKilobytes } from '../support/process-family.ts'

/** Clock ticks in a second, in the files of Linux. Source: proc(5), sysconf(_SC_CLK_TCK). */
const TICKS_PER_SECOND = 100
const KIB_PER_MIB = 1024

/** Seconds of CPU that the processes and what they started have used until now. */
export const cpuSeconds = (roots: readonly number[]): number =>
  familyOf(...roots).reduce((sum, { ticks }) => sum + ticks, 0) / TICKS_PER_SECOND

/** MiB of memory that are theirs. */
export const memoryMib = (roots: readonly number[]): number =>
  familyOf(...roots).reduce((sum, member) => sum + ownKilobytes(member), 0) / KIB_PER_MIB
