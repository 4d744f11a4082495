const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const

/** Seconds as people say them, in at most two units: `3 min 20 s`, `19 h`. */
export function spanText(seconds: number): string {
  if (seconds < 1) return seconds === 0 ? '0 s' : '< 1 s'
  const whole = seconds < 10 ? Math.round(seconds * 10) / 10 : Math.round(seconds)
  const first = UNITS.findIndex(([, size]) => whole >= size)
  const [unit, size] = UNITS[first] ?? ['s', 1]
  const next = UNITS[first + 1]
  if (next === undefined) return `${whole} ${unit}`
  const rest = Math.floor((whole % size) / next[1])
  return `${Math.floor(whole / size)} ${unit}${rest === 0 ? '' : ` ${rest} ${next[0]}`}`
}
