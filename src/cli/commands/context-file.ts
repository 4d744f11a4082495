import { type Run, word } from '#cli/command'
import { entriesIn } from '#cli/context-csv'
import { readText } from '#cli/document'

// oxlint-disable-next-line no-restricted-imports -- loaded when it is needed, as the table says
const contextFile = () => import('#store/triage/context-file')

/** Reads the file as the server would, and says every problem with its line. */
export const check: Run = async (asked) => {
  const file = word(asked)
  const read = (await contextFile()).readContextFile(await readText(file))
  if (read.kind === 'problems')
    return {
      document: { file, valid: false, problems: read.problems },
      text: read.problems.map(({ line, message }) => `${file}:${line}: ${message}`).join('\n'),
      hasFailed: true,
    }
  const { entries } = read.context
  return {
    document: { file, valid: true, entries: entries.length, problems: [] },
    text: `${file} is a context with ${entries.length} entries.`,
  }
}

export const schema: Run = async () => {
  // oxlint-disable-next-line no-restricted-imports -- loaded when it is needed, as the table says
  const { contextJsonSchema } = await import('#store/triage/context-schema')
  const document = contextJsonSchema()
  return { document, text: JSON.stringify(document, null, 2) }
}

/** Makes entries of the accounts of the organisation, or of a CSV file; a person looks through them before they are applied. */
export const importEntries: Run = async (asked) =>
  word(asked) === ORGANIZATIONS
    ? (await import('./context-organization.ts')).importOrganization(asked)
    : importCsv(asked)

/** A file of that name is `./organizations`. */
const ORGANIZATIONS = 'organizations'

const importCsv: Run = async (asked) => {
  const entries = entriesIn(await readText(word(asked)))
  const text = (await contextFile()).contextYaml(entries)
  const read = (await contextFile()).readContextFile(text)
  const problems = read.kind === 'problems' ? read.problems.map(({ message }) => message) : []
  return {
    document: { entries, problems },
    text: [...problems.map((problem) => `# to be put right: ${problem}`), text.trimEnd()].join('\n'),
    ...(problems.length === 0 ? {} : { hasFailed: true as const }),
  }
}
