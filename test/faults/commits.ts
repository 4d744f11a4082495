/** One statement as a client sent it. */
export interface Statement {
  readonly text: string
  readonly values: readonly string[]
}

const WRITES = /(?<!\b(?:do|for|key) )\b(?:insert into|update|delete from)\s+"?(\w+)"?/gi

/** The tables that a statement writes. */
export const tablesWritten = ({ text }: Statement): readonly string[] =>
  [...text.matchAll(WRITES)].flatMap(([, table]) => (table === undefined ? [] : [table]))

const TYPE_OF_EVENT = 2

/** The type of the event that a statement tells the log: `plan.proposed`. */
const eventOf = ({ text, values }: Statement): string | undefined =>
  /insert into "?audit_entry"?/i.test(text) ? values[TYPE_OF_EVENT] : undefined

const LOG: ReadonlySet<string> = new Set(['audit_entry', 'audit_pending'])

/**
 * What a transaction is called by what it wrote: its events where it told some, for they say what happened, else its tables.
 * The same on every run, whatever ids and texts were in it.
 */
export function commitName(statements: readonly Statement[]): string {
  const events = statements.flatMap((statement) => eventOf(statement) ?? [])
  if (events.length > 0) return [...new Set(events)].join('+')
  const tables = statements.flatMap(tablesWritten).filter((table) => !LOG.has(table))
  return [...new Set(tables.length > 0 ? tables : statements.flatMap(tablesWritten))].toSorted().join('+')
}

export type Kind = 'begin' | 'commit' | 'rollback' | 'write' | 'other'

/** What a statement is for the transaction that it is in. */
export function kindOf(statement: Statement): Kind {
  const [word] = /^\s*(begin|start transaction|commit|rollback)\b/i.exec(statement.text)?.slice(1) ?? []
  if (word === undefined) return tablesWritten(statement).length > 0 ? 'write' : 'other'
  if (/^(begin|start)/i.test(word)) return 'begin'
  return /^commit/i.test(word) ? 'commit' : 'rollback'
}
