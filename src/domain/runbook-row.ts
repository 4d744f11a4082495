import { type ActionName, catalogue } from './catalogue/index.ts'

/** What a runbook’s file says of it. */
export interface RunbookRow {
  readonly id: string
  /** Null where the file computes it. */
  readonly title: string | null
  /** Finding types, as patterns. */
  readonly handles: readonly string[]
  /** Every action that the file names: it can take no other, unless it takes it by another file. */
  readonly actions: readonly ActionName[]
}

/** Reads a runbook’s source without running it: only what it says in plain literals. Null for a file that defines none. */
export function runbookRow(id: string, source: string): RunbookRow | null {
  const text = source.replaceAll(LITERAL_OR_COMMENT, (_, literal = '') => literal)
  if (!text.includes('defineRunbook(')) return null
  const [, list = ''] = /\bhandles:\s*\[([^\]]*)\]/.exec(text) ?? []
  return {
    id,
    title: literalsIn(/\btitle:\s*(['"`].*)/.exec(text)?.[1] ?? '')[0] ?? null,
    handles: literalsIn(list),
    actions: actionNames.filter((name) => new RegExp(`\\b${name}\\b`).test(text)),
  }
}

const actionNames = Object.keys(catalogue) as readonly ActionName[]
/** What looks like a comment inside a text is none: finding types end in slash and star. */
const LITERAL_OR_COMMENT = /((['"`])(?:\\.|(?!\2)[^\\])*\2)|\/\*[\s\S]*?\*\/|\/\/.*$/gm
const LITERAL = /(['"`])((?:\\.|(?!\1)[^\\])*)\1/g

const literalsIn = (text: string): readonly string[] =>
  [...text.matchAll(LITERAL)].map(([, , literal = '']) => literal.replaceAll(/\\(.)/g, '$1'))
