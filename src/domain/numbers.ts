/** Over how many days Cordon counts its own work. */
export const windows = [7, 30, 90] as const
export type Window = (typeof windows)[number]

/** How long Cordon and its people take. All but the decision count from when the incident was opened. */
export const timesTaken = ['acknowledge', 'decide', 'contain', 'recover'] as const
export type TimeTaken = (typeof timesTaken)[number]

const MINUTE = 60
const HOUR = 3600

/** What every time to decide is held against: nobody in that case could say yes for so many seconds. */
export const reference = {
  seconds: 19 * HOUR,
  source: 'AWS re:Invent 2024, SEC360: a large ransomware case of August 2023',
} as const

/** Upper ends, in seconds, into which times are counted; each about twice the one before, and the reference is one of them. */
export const bounds: readonly number[] = [
  10,
  30,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  8 * HOUR,
  reference.seconds,
  48 * HOUR,
  168 * HOUR,
]

/** Hours on the wall in which a page wakes somebody: from the first up to the second, over midnight. */
export const night = { from: 22, to: 7 } as const
