import type { Api } from './api.ts'
import type { Connection } from './connection.ts'
import { wrongUsage } from './failure.ts'
import type { Screen } from './screen.ts'

export type Options = Readonly<Record<string, string | boolean | readonly string[] | undefined>>

/** What a command is given. */
export interface Asked {
  readonly words: readonly (string | undefined)[]
  readonly options: Options
  readonly api: Api
  readonly connection: Connection
  readonly screen: Screen
}

/** What a command says at its end: the document for programs, the text for people. */
export interface Answer {
  readonly document: unknown
  readonly text: string
  /** It was carried out and did not reach its goal: exit 1. */
  readonly hasFailed?: true
}

export type Run = (asked: Asked) => Promise<Answer>

/** The text of an option; undefined when it was not given. */
export function option(options: Options, name: string): string | undefined {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}

/** The texts of an option that may be given more than once. */
export function texts(options: Options, name: string): readonly string[] {
  const value = options[name]
  return typeof value === 'object' ? value : []
}

/** A word that commander has made sure of. */
export function word({ words }: Asked, index = 0): string {
  const given = words[index]
  if (given === undefined) throw wrongUsage('A word is missing: try --help')
  return given
}

/** The members of a list with commas; undefined when it was not given. */
export const listOption = (options: Options, name: string): readonly string[] | undefined =>
  option(options, name)
    ?.split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '')

/** An option that the command cannot do without. */
export function required({ options }: Asked, name: string): string {
  const value = option(options, name)
  if (value === undefined || value === '') throw wrongUsage(`--${name} is missing: try --help`)
  return value
}
