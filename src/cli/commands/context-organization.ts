import { option, type Run } from '#cli/command'
import { readText } from '#cli/document'
import { wrongUsage } from '#cli/failure'
import type { DelegatedAdministrator } from '#domain/organization-context'
import { entriesOfAccounts } from '#domain/organization-context'

// oxlint-disable-next-line no-restricted-imports -- loaded when it is needed, as the table says
const contextFile = () => import('#store/triage/context-file')

/**
 * Prints a context with an entry for each account of the organisation that the file does not name, for review; what is in the file stays as it is, with its
 * comments. Asks AWS as whoever runs it, asks Cordon nothing and applies nothing.
 */
export const importOrganization: Run = async ({ options }) => {
  const { organizationsClient, readOrganization } = await import('#cli/organization/read-organization')
  const { accounts, administrators } = await readOrganization(organizationsClient())
  const { contextWith, readContextFile } = await contextFile()
  const file = option(options, 'into')
  const source = file === undefined ? '' : await readText(file)
  const read = source === '' ? ({ kind: 'context', context: { entries: [] } } as const) : readContextFile(source)
  if (read.kind === 'problems')
    throw wrongUsage(read.problems.map(({ line, message }) => `${file}:${line}: ${message}`).join('\n'))
  const entries = entriesOfAccounts(accounts, read.context.entries)
  const notes = administrators.map(noteOf)
  return {
    document: { accounts: accounts.length, entries, administrators },
    text: [...notes, contextWith(source, entries).trimEnd()].join('\n'),
  }
}

/** The account has to be registered with Cordon as the administrator of the others, or what it says of them is quarantined. */
const noteOf = ({ service, account }: DelegatedAdministrator): string =>
  `# ${service} is administered by ${account}: name it with --administrator ${account} in cordon accounts add`
