/** The days of a week, as policies name them. */
export const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Day = (typeof days)[number]

/** A time that comes again every week, by the clocks on the wall of a time zone. One over midnight belongs to the day on which it begins. */
export interface WeekTime {
  readonly days: readonly Day[]
  /** `HH:MM`, which is in it. */
  readonly from: string
  /** `HH:MM`, which is not in it; `24:00` is the end of the day. */
  readonly to: string
  /** An IANA name, such as `Europe/Berlin`. */
  readonly zone: string
}

/** A moment as the clocks on the wall of a zone show it. */
export interface WallTime {
  readonly day: Day
  /** `YYYY-MM-DD`. */
  readonly date: string
  /** `HH:MM`. */
  readonly time: string
}

/** What the wall shows at the moment. Throws for a zone that the time zone database does not have. */
export function wallTime(at: string, zone: string): WallTime {
  const parts = formatOf(zone).formatToParts(new Date(at))
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((one) => one.type === type)?.value ?? ''
  const name = part('weekday').toLowerCase()
  return {
    // Of seven days, the name is one.
    day: days.find((day) => day === name) ?? 'mon',
    date: `${part('year')}-${part('month')}-${part('day')}`,
    time: `${part('hour')}:${part('minute')}`,
  }
}

/** To make one costs more than everything that is done with it. */
const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known !== undefined) return known
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  formats.set(zone, format)
  return format
}

/** Whether the zone is in the time zone database. */
export function isZone(zone: string): boolean {
  try {
    wallTime('2026-01-01T00:00:00Z', zone)
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

/** Whether the moment is in the time. */
export function isDuring({ days: named, from, to, zone }: WeekTime, at: string): boolean {
  const { day, time } = wallTime(at, zone)
  const isNamed = (one: Day): boolean => named.includes(one)
  if (from < to) return isNamed(day) && from <= time && time < to
  return (isNamed(day) && from <= time) || (isNamed(dayBefore(day)) && time < to)
}

const dayBefore = (day: Day): Day => days[(days.indexOf(day) + days.length - 1) % days.length] ?? 'mon'

/** The time in words. */
export const weekTimeText = ({ days: named, from, to, zone }: WeekTime): string =>
  `${named.join(', ')} ${from}–${to} (${zone})`
