/** Whether the pattern of a policy is the whole text: `*` is any number of characters, `?` is one. It never backs up further than the last `*`. */
export function matchesWildcards(pattern: string, text: string): boolean {
  const parts = pattern.split('*')
  const [first = '', ...rest] = parts
  if (rest.length === 0) return text.length === first.length && isAt(first, text, 0)
  const last = rest.at(-1) ?? ''
  const end = text.length - last.length
  if (end < first.length || !isAt(first, text, 0) || !isAt(last, text, end)) return false
  let from = first.length
  for (const part of rest.slice(0, -1)) {
    const found = findPart(part, text, from)
    if (found < 0) return false
    from = found + part.length
  }
  return from <= end
}

function isAt(part: string, text: string, at: number): boolean {
  for (let index = 0; index < part.length; index++)
    if (part[index] !== '?' && part[index] !== text[at + index]) return false
  return true
}

function findPart(part: string, text: string, from: number): number {
  for (let at = from; at + part.length <= text.length; at++) if (isAt(part, text, at)) return at
  return -1
}
