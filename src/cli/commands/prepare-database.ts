import type { Run } from '#cli/command'
import { readDatabaseConfig } from '#config'

/** Brings the database of a real installation to this version. Works on the database itself, not over the API. */
export const prepare: Run = async () => {
  // oxlint-disable-next-line no-restricted-imports -- loaded when it is needed, as the table says
  const { prepareDatabase } = await import('#embedded/prepare-database')
  await prepareDatabase(readDatabaseConfig())
  return { document: { prepared: true }, text: 'The database has this version’s schema, its roles and a policy.' }
}
