const TOKEN = /\s*(?:'((?:[^'\\]|\\[\\'])*)'|([A-Za-z][\w:.-]*)|([[\](),=]))/y
const PATHS = new Set(['ipv4-addr:value', 'ipv6-addr:value', 'domain-name:value'])

interface Token {
  readonly kind: 'text' | 'word' | 'sign'
  readonly text: string
}

function tokensOf(pattern: string): readonly Token[] | null {
  const tokens: Token[] = []
  const text = pattern.trim()
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.length) {
    const found = TOKEN.exec(text)
    if (found === null) return null
    const [, quoted, word, sign = ''] = found
    if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted.replaceAll(/\\([\\'])/g, '$1') })
    else tokens.push(word === undefined ? { kind: 'sign', text: sign } : { kind: 'word', text: word })
  }
  return tokens
}

/**
 * The addresses and names of a pattern that holds when any one of them is seen: comparisons by `=`, `IN` and `ISSUBSET`, joined by OR. Null for a pattern
 * that says something else, such as what must be seen together. Source: STIX 2.1, 9 STIX Patterning.
 */
export function valuesIn(pattern: string): readonly string[] | null {
  const tokens = tokensOf(pattern)
  if (tokens === null) return null
  const left = [...tokens]
  const values: string[] = []
  do {
    if (!take(left, '[')) return null
    do {
      const found = comparison(left)
      if (found === null) return null
      values.push(...found)
    } while (take(left, 'OR'))
    if (!take(left, ']')) return null
  } while (take(left, 'OR'))
  return left.length === 0 ? values : null
}

function comparison(left: Token[]): readonly string[] | null {
  const path = left.shift()
  if (path?.kind !== 'word' || !PATHS.has(path.text)) return null
  if (take(left, 'IN')) return several(left)
  return take(left, '=') || take(left, 'ISSUBSET') ? one(left) : null
}

function several(left: Token[]): readonly string[] | null {
  if (!take(left, '(')) return null
  const values: string[] = []
  do {
    const found = one(left)
    if (found === null) return null
    values.push(...found)
  } while (take(left, ','))
  return take(left, ')') ? values : null
}

function one(left: Token[]): readonly string[] | null {
  const value = left.shift()
  return value?.kind === 'text' ? [value.text] : null
}

function take(left: Token[], text: string): boolean {
  const [next] = left
  if (next === undefined || next.kind === 'text' || next.text !== text) return false
  left.shift()
  return true
}
