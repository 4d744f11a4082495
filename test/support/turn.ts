const MILLISECONDS_A_DAY = 86_400_000

/** At night a matrix is gone through whole, by day a part of it. */
const isNight = process.env['CORDON_MATRIX'] === 'night'
/** Which part it is this time: every run of one day has the same, and the next day the next one. */
const turn = Number(process.env['CORDON_TURN'] ?? Math.floor(Date.now() / MILLISECONDS_A_DAY))

/** What of a matrix is gone through in this run, for the report. */
export const turnSaid = isNight ? 'all of it, CORDON_MATRIX=night' : `CORDON_TURN=${turn}`

/** The parts for the nth thing that goes through them: all at night, else the one whose turn it is. Throws when there is none. */
export const partsInTurn = <T>(parts: readonly T[], nth: number): readonly T[] =>
  isNight ? parts : [partOfTurn(parts, turn + nth)]

/** As many turns as there are parts go through each of them once, and so do as many things in a row in one turn. */
export function partOfTurn<T>(parts: readonly T[], at: number): T {
  const part = parts[at % parts.length]
  if (part === undefined) throw new RangeError(`Nothing has a turn at ${at}`)
  return part
}
