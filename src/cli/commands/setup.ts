import { listOption, type Run } from '#cli/command'
import { wrongUsage } from '#cli/failure'
import { readSetupConfig } from '#config'
import type { Person, Role } from '#domain/votes'

const roleOf = { approvers: 'approver', operators: 'operator', policyAdmins: 'policy-admin' } as const

/** Makes the first people. Works on the database itself, as its owner: over the API whoever came first would be in charge. */
export const setup: Run = async ({ options, connection }) => {
  const people = Object.entries(roleOf).flatMap(([name, role]) =>
    (listOption(options, name) ?? []).map((text) => personIn(text, role)),
  )
  if (people.length === 0)
    throw wrongUsage('Nobody is named: --approvers ada:security,ben:platform --operators … --policy-admins …')
  const config = readSetupConfig()
  // oxlint-disable-next-line no-restricted-imports -- loaded when it is needed, as the table says
  const { setUp } = await import('#embedded/set-up')
  const database = config.databaseUrl ?? connection.servers.database
  const first = await setUp({ database, home: config.home, people })
  const url = config.publicUrl ?? connection.url
  const links = first.map(({ person, setUp: token }) => ({
    person: person.id,
    roles: person.roles,
    setUp: `${url}/set-up#token=${token}`,
  }))
  const lines = links.map(({ person, roles, setUp: link }) => `  ${person} (${roles.join(', ')}): ${link}`)
  return {
    document: { people: links },
    text: ['Hand each person their link; it is good once, for an hour:', ...lines].join('\n'),
  }
}

/** `ada:security` or `ada:security:Ada Lovelace`. */
function personIn(text: string, role: Role): Person {
  const [id = '', group = '', name = id] = text.split(':')
  if (id === '' || group === '') throw wrongUsage(`“${text}” is no person: write id:group, or id:group:Name`)
  return { id, name, roles: [role], groups: [group] }
}
