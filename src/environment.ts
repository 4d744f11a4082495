import { resolve } from 'node:path'

/** Variables by name; `process.env` unless a test brings its own. */
export type Environment = Readonly<Record<string, string | undefined>>

export type Source = ReturnType<typeof sourceOf>

/** Reads variables and gathers every problem; what could not be read gets a stand-in that nobody will see. */
export function sourceOf(environment: Environment, wrong: (problem: string) => void) {
  const text = (name: string): string | undefined => environment[name]?.trim() || undefined
  const needed = (name: string, what: string): string => {
    const value = text(name)
    if (value === undefined) wrong(`${name} is missing: ${what}.`)
    return value ?? ''
  }
  const checkedUrl = (name: string, value: string): string => {
    // What is said of it ends in logs, and a password must not: such a value is not repeated.
    if (value.includes('@')) wrong(`${name} may hold a user and a password: give the address without them.`)
    else if (/^https?:\/\//.test(value) && URL.canParse(value)) return value.replace(/\/+$/, '')
    else wrong(`${name} is “${value}”, which is no http address such as http://127.0.0.1:4566.`)
    return 'http://127.0.0.1'
  }
  const withValue = <T>(name: string, read: (value: string) => T): T | undefined => {
    const value = text(name)
    return value === undefined ? undefined : read(value)
  }
  const optionalUrl = (name: string) => withValue(name, (value) => checkedUrl(name, value))
  return {
    text,
    needed,
    wrong,
    has: (name: string): boolean => text(name) !== undefined,
    optionalUrl,
    url: (name: string, what: string): string => optionalUrl(name) ?? needed(name, what),
    optionalPath: (name: string) => withValue(name, (value) => resolve(value)),
    path: (name: string, what: string): string => resolve(needed(name, what)),
    only: (names: RegExp): Environment =>
      Object.fromEntries(Object.entries(environment).filter(([name]) => names.test(name))),
  }
}
