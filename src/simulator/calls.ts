/** One request as it reached the simulator, also one that was refused before anybody was known. */
export interface CallRow {
  readonly at: number
  readonly account: string
  readonly region: string
  /** `iam:PutUserPolicy` */
  readonly operation: string
  readonly access: 'read' | 'write'
  /** ARN of the caller; empty when the signature did not prove one. */
  readonly principal: string
  readonly accessKeyId: string
  readonly sourceIdentity?: string
  readonly userAgent: string
  /** The input, without what the model marks as sensitive. */
  readonly parameters: unknown
  readonly outcome: 'allowed' | 'denied' | 'failed'
  readonly error?: string
  readonly requestId: string
}

export interface CallQuery {
  readonly account?: string
  readonly operation?: string
  readonly access?: string
  readonly principal?: string
  readonly outcome?: string
  readonly since?: number
}

/** The log of every request, oldest first; each row is kept as its JSON text. */
export interface CallLog {
  readonly add: (row: CallRow) => void
  readonly find: (query: CallQuery) => readonly CallRow[]
  readonly all: () => readonly CallRow[]
}

const MAX_ROWS = 20_000

export function createCallLog(): CallLog {
  let rows: string[] = []
  const all = (): readonly CallRow[] => rows.map((row) => JSON.parse(row) as CallRow)
  return {
    add(row) {
      rows.push(JSON.stringify(row))
      if (rows.length > MAX_ROWS + MAX_ROWS / 10) rows = rows.slice(-MAX_ROWS)
    },
    find: (query) => all().filter((row) => fits(row, query)),
    all,
  }
}

function fits(row: CallRow, query: CallQuery): boolean {
  const { since = 0, principal, ...exact } = query
  const isExact = (Object.entries(exact) as [keyof typeof exact, string][]).every(
    ([name, value]) => row[name] === value,
  )
  return isExact && row.at >= since && (principal === undefined || row.principal.includes(principal))
}
