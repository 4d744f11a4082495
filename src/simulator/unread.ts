import type { Structure } from './wire/schema.ts'

/** An input that notes which of its members were read. */
export interface WatchedInput {
  readonly watched: Structure
  /** The given members that nobody has read yet. */
  readonly unread: () => readonly string[]
}

/**
 * Watches what an operation reads of its input: a parameter that is given and not read would be an invented success.
 * `false` and empty lists count as not given, because they ask for nothing.
 */
export function watchReads(input: Structure): WatchedInput {
  const read = new Set<string>()
  const watched = new Proxy(input, {
    get(target, name, receiver) {
      if (typeof name === 'string') read.add(name)
      return Reflect.get(target, name, receiver)
    },
  })
  const asksForSomething = (value: unknown): boolean =>
    value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0)
  const unread = (): readonly string[] =>
    Object.keys(input).filter((name) => !read.has(name) && asksForSomething(input[name]))
  return { watched, unread }
}
