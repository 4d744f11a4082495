import { type WeekTime, wallTime } from './week-time.ts'

/** A time in which changes wait, by the clocks on the wall of a zone. */
export interface FreezeTime {
  /** `YYYY-MM-DD`, or with `THH:MM`; what it names is frozen, to the end of the day or minute. */
  readonly from: string
  readonly to: string
  readonly zone: string
  /** Every account when absent. */
  readonly accounts?: readonly string[]
  readonly reason: string
}

/** The entry of the calendar that freezes the account at the moment, or undefined. */
export const freezeAt = (
  freezes: readonly FreezeTime[],
  { account, at }: { readonly account: string; readonly at: string },
): FreezeTime | undefined =>
  freezes.find(({ accounts, ...time }) => (accounts?.includes(account) ?? true) && isInside(time, at))

function isInside({ from, to, zone }: FreezeTime, at: string): boolean {
  const { date, time } = wallTime(at, zone)
  const wall = `${date}T${time}`
  return wall.slice(0, from.length) >= from && wall.slice(0, to.length) <= to
}

/** The windows outside of which a change waits now: of each list, one must be open. Null when nothing has to wait. */
export const closedWindows = (
  lists: readonly (readonly WeekTime[])[],
  isOpen: (time: WeekTime) => boolean,
): readonly WeekTime[] | null => lists.find((windows) => !windows.some(isOpen)) ?? null
