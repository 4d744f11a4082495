/** Rows under their headings, in columns as wide as they need. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [headings, ...rows]
  const widths = headings.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** `2026-01-31 12:00:05`, in UTC. */
export const time = (at: string): string => at.slice(0, 19).replace('T', ' ')

/** A value as it is in JSON; text without its quotes, nothing as a word. */
export function value(given: unknown): string {
  if (given === null || given === undefined) return 'nothing'
  return typeof given === 'string' ? given : JSON.stringify(given)
}
