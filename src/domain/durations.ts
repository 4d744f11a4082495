/** From the smallest. */
const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds of a duration such as `500ms`, `5s`, `30m`, `4h` or `2d`; null when the text is none. */
export function durationMs(text: string): number | null {
  const match = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text)
  const unit = match?.[2] === undefined ? undefined : unitMs[match[2]]
  return unit === undefined ? null : Number(match?.[1]) * unit
}

/** The other way: in the largest unit that says it exactly. */
export function durationText(ms: number): string {
  const [name, size] = Object.entries(unitMs).findLast(([, of]) => ms % of === 0) ?? ['ms', 1]
  return `${ms / size}${name}`
}
