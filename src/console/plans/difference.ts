export interface Line {
  readonly text: string
  /** Whether the other side does not have it. */
  readonly isChanged: boolean
}

/** A value as text of lines. A text that is JSON without any spaces, as policies are, is spread over lines: nothing of it changes by that. */
export const shownValue = (value: unknown): string =>
  typeof value === 'string' ? (spread(value) ?? value) : (JSON.stringify(value, null, 2) ?? '')

function spread(text: string): string | null {
  if (!/^[{[]/.test(text)) return null
  try {
    const value: unknown = JSON.parse(text)
    return JSON.stringify(value) === text ? JSON.stringify(value, null, 2) : null
  } catch {
    // It only begins like JSON.
    return null
  }
}

/** The lines of two texts, with those marked that only one of them has: none is left out. */
export function differenceOf(
  before: string,
  after: string,
): { readonly before: readonly Line[]; readonly after: readonly Line[] } {
  const [old, fresh] = [before.split('\n'), after.split('\n')]
  const common = commonLines(old, fresh)
  const marked = (lines: readonly string[], kept: ReadonlySet<number>): readonly Line[] =>
    lines.map((text, index) => ({ text, isChanged: !kept.has(index) }))
  return {
    before: marked(old, new Set(common.map(([one]) => one))),
    after: marked(fresh, new Set(common.map(([, other]) => other))),
  }
}

/** Pairs of positions of a longest common subsequence. Source: Wagner and Fischer, 1974. */
function commonLines(old: readonly string[], fresh: readonly string[]): readonly (readonly [number, number])[] {
  if (old.length * fresh.length > MOST_CELLS) return []
  const lengths = old.map(() => fresh.map(() => 0))
  const at = (row: number, column: number): number => lengths[row]?.[column] ?? 0
  for (let row = old.length - 1; row >= 0; row -= 1)
    for (let column = fresh.length - 1; column >= 0; column -= 1) {
      const cells = lengths[row] ?? []
      cells[column] =
        old[row] === fresh[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1))
    }
  const pairs: (readonly [number, number])[] = []
  for (let row = 0, column = 0; row < old.length && column < fresh.length; ) {
    if (old[row] === fresh[column]) pairs.push([row++, column++])
    else if (at(row + 1, column) >= at(row, column + 1)) row += 1
    else column += 1
  }
  return pairs
}

/** Texts so long are marked as changed altogether: to compare them would stop the page. */
const MOST_CELLS = 4_000_000
