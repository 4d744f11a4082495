/** One event of CloudTrail, with what LookupEvents searches by; the event itself is kept as its JSON text. */
export interface TrailRow {
  readonly id: string
  readonly at: number
  /** From this moment LookupEvents shows it. */
  readonly visibleAt: number
  readonly account: string
  readonly region: string
  readonly name: string
  readonly source: string
  readonly readOnly: boolean
  readonly accessKeyId: string
  readonly username: string
  readonly resources: readonly { readonly type: string; readonly name: string }[]
  readonly event: string
}

export interface TrailQuery {
  readonly account: string
  readonly region: string
  readonly now: number
  readonly from?: number
  readonly until?: number
  readonly matches: (row: TrailRow) => boolean
}

export interface Trail {
  readonly add: (row: TrailRow) => void
  /** Visible events, newest first. */
  readonly find: (query: TrailQuery) => readonly TrailRow[]
  readonly all: () => readonly TrailRow[]
}

/** Older events are forgotten: a simulator that runs for weeks must not grow for ever. */
const MAX_ROWS = 50_000

export function createTrail(): Trail {
  let rows: TrailRow[] = []
  return {
    add(row) {
      rows.push(row)
      if (rows.length > MAX_ROWS + MAX_ROWS / 10) rows = rows.slice(-MAX_ROWS)
    },
    find: ({ account, region, now, from = 0, until = Number.POSITIVE_INFINITY, matches }) =>
      rows
        .filter((row) => row.account === account && row.region === region && row.visibleAt <= now)
        .filter((row) => row.at >= from && row.at <= until && matches(row))
        .toReversed()
        .toSorted((left, right) => right.at - left.at),
    all: () => rows,
  }
}
