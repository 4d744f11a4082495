/** Objects of parsed texts in which a member stands twice, with its name: a parser keeps the last one and says nothing. */
const repeats = new WeakMap<object, string>()

/** The name of a member that the text of the object had twice; undefined for an object that came by no text, or is as it must be. */
export const repeatedIn = (value: object): string | undefined => repeats.get(value)

/** Parses JSON and remembers where a name stands twice in one object: readers differ in which they take (RFC 8259 §4). Throws as `JSON.parse` does. */
export function parsedText(text: string): unknown {
  const value: unknown = JSON.parse(text)
  // Counting is quick, and nearly always enough.
  if (colonsIn(text) !== membersIn(value)) noteRepeats(text, value)
  return value
}

const QUOTE = 34
const BACKSLASH = 92
const COLON = 58

/** Colons outside of strings: one for each member that was written. */
function colonsIn(text: string): number {
  let [count, isInString] = [0, false]
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (isInString && code === BACKSLASH) at++
    else if (code === QUOTE) isInString = !isInString
    else if (code === COLON && !isInString) count++
  }
  return count
}

/** Members of all objects in the value. Not by recursion: what is sent may be nested deeper than a stack. */
function membersIn(value: unknown): number {
  let count = 0
  const left: unknown[] = [value]
  while (left.length > 0) {
    const one = left.pop()
    if (typeof one !== 'object' || one === null) continue
    const members: readonly unknown[] = Array.isArray(one) ? one : Object.values(one)
    if (!Array.isArray(one)) count += members.length
    for (const member of members) left.push(member)
  }
  return count
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{},:]/gs

/** An object or list of the text, and what became of it. */
interface Open {
  readonly value: unknown
  /** Null in a list. */
  readonly names: Set<string> | null
  /** The member or item that is being read. */
  place: string | number
}

function noteRepeats(text: string, whole: unknown): void {
  const open: Open[] = []
  let last = ''
  for (const [token] of text.matchAll(TOKEN)) {
    const inside = open.at(-1)
    if (token === '{') open.push({ value: valueAt(inside, whole), names: new Set(), place: '' })
    else if (token === '[') open.push({ value: valueAt(inside, whole), names: null, place: 0 })
    else if (token === '}' || token === ']') open.pop()
    else goOn(inside, token, last)
    last = token
  }
}

/** A colon ends a name; a comma in a list leads to its next item. */
function goOn(inside: Open | undefined, token: string, last: string): void {
  if (token === ':') enter(inside, JSON.parse(last))
  else if (token === ',' && inside?.names === null) inside.place = Number(inside.place) + 1
}

function valueAt(inside: Open | undefined, whole: unknown): unknown {
  if (inside === undefined) return whole
  const { value, place } = inside
  // What was written first under a name that stands twice is nowhere any more.
  return typeof value === 'object' && value !== null && Object.hasOwn(value, place)
    ? (value as Readonly<Record<string, unknown>>)[place]
    : undefined
}

function enter(inside: Open | undefined, name: string): void {
  if (inside === undefined) return
  inside.place = name
  const { names, value } = inside
  if (names?.has(name) === true && typeof value === 'object' && value !== null) repeats.set(value, name)
  names?.add(name)
}
