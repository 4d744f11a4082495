/**
 * Characters that show nothing, or change how others are shown: controls but line feed and tab, directions of writing, joiners and
 * spaces of no width, tags. Source: Unicode TR36, and the names of “Trojan Source” (CVE-2021-42574).
 */
const unseen = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u

const LATIN = /\p{Script=Latin}/u
const LOOKALIKE_SCRIPT = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u
/** Letters of other scripts that are drawn as Latin ones. Source: Unicode TS39, confusables. */
const lookalikes = new Set('аасеорхуіјѕһԁԛԝьАВЕКМНОРСТХУІЈЅԌԚԜΑΒΕΖΗΙΚΜΝΟΡΤΥΧοαικνρυχօսոՏՕ')

/** The text with every character marked that is not what it seems: `‹U+202E›`. Text without such characters stays as it is. */
export const visibleText = (text: string): string =>
  text.replaceAll(/[\p{L}\p{M}\p{N}]+|[^\p{L}\p{M}\p{N}]/gu, (part) =>
    /^[\p{L}\p{M}\p{N}]/u.test(part) ? visibleWord(part) : visibleSign(part),
  )

function visibleSign(sign: string): string {
  if (sign === '\n' || sign === '\t') return sign
  return unseen.test(sign) || isDisguised(sign) ? marked(sign) : sign
}

/** A word of one script is what it seems, unless every letter of it is drawn as a Latin one. */
function visibleWord(word: string): string {
  const letters = Array.from(word)
  const isMixed =
    letters.some((letter) => LATIN.test(letter)) && letters.some((letter) => LOOKALIKE_SCRIPT.test(letter))
  const named = letters.filter((letter) => /\p{L}/u.test(letter))
  const isMasked = named.length > 0 && named.every((letter) => lookalikes.has(letter))
  const isOdd = (letter: string): boolean =>
    unseen.test(letter) || isDisguised(letter) || ((isMixed || isMasked) && LOOKALIKE_SCRIPT.test(letter))
  return letters.map((letter) => (isOdd(letter) ? marked(letter) : letter)).join('')
}

/** Wide, mathematical and other dresses of plain letters and signs. */
const isDisguised = (letter: string): boolean =>
  (letter.codePointAt(0) ?? 0) > LAST_LATIN_1 && /^[\x20-\x7e]$/.test(letter.normalize('NFKC'))

const LAST_LATIN_1 = 0xff
const HEX = 16
const SHORTEST = 4

const marked = (letter: string): string =>
  `‹U+${(letter.codePointAt(0) ?? 0).toString(HEX).toUpperCase().padStart(SHORTEST, '0')}›`

/** The same value with every text in it made visible; names of members stay. */
export function visibleIn<T>(value: T): T {
  return visible(value) as T
}

function visible(value: unknown): unknown {
  if (typeof value === 'string') return visibleText(value)
  if (Array.isArray(value)) return value.map(visible)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, visible(member)]))
}
