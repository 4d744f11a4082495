import { Value } from 'typebox/value'
import { type Document, isNode, LineCounter, parseDocument, stringify } from 'yaml'
import type { Context, ContextEntry } from '#domain/context'
import { contextProblems } from '#domain/context-problems'
import type { PolicyProblem } from '#store/policy/policy-file'
import { ACCOUNT } from '#store/policy/policy-schema-parts'
import { type ContextFile, contextFileSchema, ENTRY, UTC } from './context-schema.ts'

export type ReadContext =
  | { readonly kind: 'context'; readonly context: Context }
  | { readonly kind: 'problems'; readonly problems: readonly PolicyProblem[] }

/** Reads a context from its YAML, or says everything that is wrong with it at once. */
export function readContextFile(source: string): ReadContext {
  const lines = new LineCounter()
  const document = parseDocument(source, { lineCounter: lines, uniqueKeys: true })
  if (document.errors.length > 0)
    return refused(
      document.errors.map(({ pos, message }) => ({
        line: lines.linePos(pos[0]).line,
        path: '',
        message: message.split('\n')[0] ?? message,
      })),
    )
  const lineOf = (path: readonly string[]): number => lineAt(document, path, lines)
  const content = contentOf(document)
  if (!isContextFile(content)) return refused(formProblems(content, lineOf))
  // What the form allows to be left out is left out, never undefined.
  const context = content as Context
  const problems = contextProblems(context).map(({ entry, member, message }) => {
    const path = ['entries', String(entry), member]
    const id = context.entries[entry]?.id ?? entry
    return { line: lineOf(path), path: path.join('.'), message: `${id}: ${member} ${message}` }
  })
  return problems.length > 0 ? refused(problems) : { kind: 'context', context }
}

/** Entries as a file that a person looks through before it is applied. */
export const contextYaml = (entries: readonly ContextEntry[]): string => stringify({ entries })

/** The file with further entries at its end; everything that is in it stays as it is, with its comments. */
export function contextWith(source: string, entries: readonly ContextEntry[]): string {
  if (source.trim() === '') return contextYaml(entries)
  const document = parseDocument(source)
  for (const entry of entries) document.addIn(['entries'], document.createNode(entry))
  return document.toString()
}

const refused = (problems: readonly PolicyProblem[]): ReadContext => ({
  kind: 'problems',
  problems: problems.toSorted((one, other) => one.line - other.line),
})

const isContextFile = (content: unknown): content is ContextFile => Value.Check(contextFileSchema, content)

function contentOf(document: Document): unknown {
  try {
    return document.toJS() ?? {}
  } catch {
    // An alias that names no anchor, or too much: no context has that form.
    return null
  }
}

/** The line of what stands at the path, or of what it would stand in. */
function lineAt(document: Document, path: readonly string[], lines: LineCounter): number {
  const keys = path.map((part) => (/^\d+$/.test(part) ? Number(part) : part))
  for (let length = keys.length; length >= 0; length--) {
    const node = document.getIn(keys.slice(0, length), true)
    if (isNode(node) && node.range !== undefined && node.range !== null) return lines.linePos(node.range[0]).line
  }
  return 0
}

const formProblems = (content: unknown, lineOf: (path: readonly string[]) => number): readonly PolicyProblem[] =>
  Value.Errors(contextFileSchema, content)
    .filter(({ keyword }) => keyword !== 'additionalProperties')
    .map(({ instancePath, keyword, message, params }) => {
      const path = instancePath.split('/').slice(1)
      const wrong = meaningOf[String('pattern' in params ? params.pattern : keyword)] ?? message
      const allowed = 'allowedValues' in params ? `: ${params.allowedValues.join(', ')}` : ''
      const name = path.length === 0 ? 'the file' : path.join('.')
      return { line: lineOf(path), path: path.join('.'), message: `${name} ${wrong}${allowed}` }
    })

/** What the schema’s own words mean to who wrote the file, by keyword or by pattern. */
const meaningOf: Readonly<Record<string, string>> = {
  boolean: 'is no key of a context',
  enum: 'must be one of',
  [UTC]: 'must be a time in UTC, such as 2026-12-24 or 2026-12-24T18:00Z',
  [ENTRY]: 'must be an id of small letters, digits and hyphens',
  [ACCOUNT]: 'must be an AWS account id of 12 digits, in quotes',
}
