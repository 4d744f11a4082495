/** More names in one comment than these tell nobody. */
export const MOST_MENTIONS = 20

/** An `@` at the beginning of a word: an address of mail is no mention. */
const NAME = /(?<![\p{L}\p{N}_.@/-])@([a-z0-9][a-z0-9.-]{0,127})/gu

/** Which of the people a comment names by `@` and their id, each once and in order; an end of a sentence is no part of a name. */
export function mentionsIn(text: string, people: ReadonlySet<string>): readonly string[] {
  const named = [...text.matchAll(NAME)].flatMap(([, name = '']) => {
    const ends = [name, name.replace(/[.-]+$/, '')]
    return ends.find((one) => people.has(one)) ?? []
  })
  return [...new Set(named)].slice(0, MOST_MENTIONS)
}
