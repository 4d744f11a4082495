import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

/** Variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What may be in a file of its own instead: `NAME_FILE` says where. Other users of a machine may see a variable, and so does every child. */
const SECRETS: ReadonlySet<string> = new Set([
  'DATABASE_URL',
  'DATABASE_PASSWORD',
  'DATABASE_PASSWORD_API',
  'DATABASE_PASSWORD_WORKER',
  'DATABASE_PASSWORD_GATE',
  'DATABASE_PASSWORD_EXECUTOR',
  'DATABASE_PASSWORD_SEALER',
  'DATABASE_PASSWORD_INTAKE',
  'CORDON_PUSH_SECRETS',
  'CORDON_WEBHOOK_URL',
  'CORDON_WEBHOOK_SECRET',
  'CORDON_SMTP_URL',
  'CORDON_OIDC_CLIENT_SECRET',
])

export type Source = ReturnType<typeof sourceOf>

/** Reads variables and gathers every problem; what could not be read gets a stand-in that nobody will see. */
function sourceOf(environment: Environment, wrong: (problem: string) => void) {
  const text = (name: string): string | undefined => (SECRETS.has(name) ? fromFile(name) : undefined) ?? plain(name)
  const plain = (name: string): string | undefined => environment[name]?.trim() || undefined
  const fromFile = (name: string): string | undefined => {
    const file = plain(`${name}_FILE`)
    if (file === undefined) return undefined
    if (plain(name) !== undefined) wrong(`${name} and ${name}_FILE are both set: keep one of them.`)
    const secret = readSecret(file)
    if (secret === undefined) wrong(`${name}_FILE is “${file}”, which is no file that can be read and holds something.`)
    return secret
  }
  const needed = (name: string, what: string): string => {
    const value = text(name)
    if (value === undefined) wrong(`${name} is missing: ${what}${SECRETS.has(name) ? `; or ${name}_FILE` : ''}.`)
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

function readSecret(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined
  } catch {
    // Missing, a folder or not for us: whoever asked says so with every other problem.
    return undefined
  }
}

/** Throws one error that names every problem once, a sentence each. */
export function readEnvironment<T extends object>(environment: Environment, read: (from: Source) => T): Readonly<T> {
  const problems = new Set<string>()
  const config = read(sourceOf(environment, (problem) => void problems.add(problem)))
  if (problems.size === 0) return Object.freeze(config)
  const message = [...problems].join('\n')
  // Whoever set a variable wrongly has no use for the place in our code.
  throw Object.assign(new Error(message), { name: 'ConfigurationError', stack: message })
}
