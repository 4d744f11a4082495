import { called, castToDouble, compared, type Evaluate, SqlError, type Value } from './sql-values.ts'

/** A SELECT, ready to be run. */
export interface Select {
  readonly columns: readonly { readonly name: string; readonly evaluate: Evaluate }[]
  readonly database: string
  readonly table: string
  readonly where: Evaluate
  readonly groupBy: readonly Evaluate[]
  readonly orderBy: Evaluate
  readonly limit: number
}

const TOKEN = /\s*('(?:[^']|'')*'|"[^"]*"|\d+|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*|<>|[(),*=?.])/y
const LITERAL = /^'((?:[^']|'')*)'$/

function tokensOf(text: string): readonly string[] {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const at = TOKEN.lastIndex
    const found = TOKEN.exec(text)
    if (found === null) throw new SqlError(`SYNTAX_ERROR: mismatched input at position ${at}`)
    tokens.push(found[1] ?? '')
  }
  return tokens
}

/** A parameter is an expression; here a literal, because nothing else is one safely. */
function parameterOf(text: string): Value {
  const quoted = LITERAL.exec(text)?.[1]
  if (quoted !== undefined) return quoted.replaceAll("''", "'")
  if (/^\d+$/.test(text)) return Number(text)
  throw new SqlError(`SYNTAX_ERROR: the parameter ${text} is no literal`)
}

interface Reader {
  readonly peek: () => string | undefined
  readonly next: () => string
  readonly take: (token: string) => boolean
  readonly expect: (...tokens: readonly string[]) => void
  readonly parameter: () => Value
  readonly unused: () => number
}

function readerOf(text: string, parameters: readonly string[]): Reader {
  const tokens = tokensOf(text)
  const values = parameters.map(parameterOf)
  let at = 0
  let used = 0
  const peek = (): string | undefined => tokens[at]
  const next = (): string => {
    const token = tokens[at++]
    if (token === undefined) throw new SqlError('SYNTAX_ERROR: mismatched input <EOF>')
    return token
  }
  const take = (token: string): boolean => {
    if (peek()?.toUpperCase() !== token) return false
    at++
    return true
  }
  return {
    peek,
    next,
    take,
    expect(...wanted) {
      for (const token of wanted)
        if (!take(token))
          throw new SqlError(`SYNTAX_ERROR: mismatched input '${peek() ?? '<EOF>'}', expecting ${token}`)
    },
    parameter() {
      const value = values[used++]
      if (value === undefined)
        throw new SqlError(`INVALID_PARAMETER_USAGE: Incorrect number of parameters: expected ${used}`)
      return value
    },
    unused: () => values.length - used,
  }
}

/** Reads the one form of SELECT that is asked for here. Throws a SqlError as Trino would. */
export function readSelect(text: string, parameters: readonly string[]): Select {
  const reader = readerOf(text, parameters)
  reader.expect('SELECT')
  const columns = listOf(reader, () => columnIn(reader))
  reader.expect('FROM')
  const database = quotedName(reader.next())
  reader.expect('.')
  const table = quotedName(reader.next())
  reader.expect('WHERE')
  const where = anyOf(reader)
  const groupBy = reader.take('GROUP') ? (reader.expect('BY'), listOf(reader, () => operand(reader))) : []
  reader.expect('ORDER', 'BY')
  const orderBy = operand(reader)
  reader.expect('DESC', 'LIMIT')
  const limit = Number(reader.next())
  if (reader.peek() !== undefined) throw new SqlError(`SYNTAX_ERROR: mismatched input '${reader.peek()}'`)
  if (reader.unused() > 0) throw new SqlError('INVALID_PARAMETER_USAGE: Incorrect number of parameters')
  return { columns, database, table, where, groupBy, orderBy, limit }
}

const quotedName = (token: string): string => token.replaceAll('"', '')

function listOf<Item>(reader: Reader, read: () => Item): readonly Item[] {
  const items = [read()]
  while (reader.take(',')) items.push(read())
  return items
}

function columnIn(reader: Reader): Select['columns'][number] {
  const token = reader.peek() ?? ''
  const evaluate = operand(reader)
  return { name: reader.take('AS') ? reader.next() : quotedName(token), evaluate }
}

function anyOf(reader: Reader): Evaluate {
  const parts = [allOf(reader)]
  while (reader.take('OR')) parts.push(allOf(reader))
  return (rows) => parts.some((part) => part(rows) === true)
}

function allOf(reader: Reader): Evaluate {
  const parts = [comparison(reader)]
  while (reader.take('AND')) parts.push(comparison(reader))
  return (rows) => parts.every((part) => part(rows) === true)
}

function comparison(reader: Reader): Evaluate {
  if (reader.take('(')) {
    const inner = anyOf(reader)
    reader.expect(')')
    return inner
  }
  const left = operand(reader)
  if (reader.take('=')) {
    const right = operand(reader)
    return (rows) => left(rows) !== null && compared(left(rows), right(rows)) === 0
  }
  if (reader.take('<>')) {
    const right = operand(reader)
    return (rows) => left(rows) !== null && right(rows) !== null && compared(left(rows), right(rows)) !== 0
  }
  if (!reader.take('BETWEEN')) return left
  const from = operand(reader)
  reader.expect('AND')
  const to = operand(reader)
  return (rows) => left(rows) !== null && compared(left(rows), from(rows)) >= 0 && compared(left(rows), to(rows)) <= 0
}

/** `CAST(… AS double)`, after its first word. */
function castIn(reader: Reader): Evaluate {
  reader.expect('(')
  const inner = operand(reader)
  reader.expect('AS', 'DOUBLE', ')')
  return (rows) => castToDouble(inner(rows))
}

function operand(reader: Reader): Evaluate {
  const token = reader.next()
  if (token === '?') {
    const value = reader.parameter()
    return () => value
  }
  const quoted = LITERAL.exec(token)?.[1]
  if (quoted !== undefined) return () => quoted.replaceAll("''", "'")
  if (/^\d+$/.test(token)) return () => Number(token)
  if (token.toUpperCase() === 'CAST') return castIn(reader)
  if (reader.take('(')) {
    const given = reader.take('*') || reader.peek() === ')' ? [] : listOf(reader, () => operand(reader))
    reader.expect(')')
    return called(token.toLowerCase(), given)
  }
  const column = quotedName(token)
  return ([row]) => {
    const value = row?.[column]
    if (value === undefined) throw new SqlError(`COLUMN_NOT_FOUND: Column '${column}' cannot be resolved`)
    return value
  }
}
