/** By day a few of each; at night all of them. */
export const isNight = process.env['CORDON_FAULTS'] === 'night'

/** What is tried by day, and what is tried at night. */
export const byNight = <T>(day: readonly T[], night: readonly T[]): readonly T[] => (isNight ? night : day)
