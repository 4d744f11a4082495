import { join } from 'node:path'
import type { Person } from '#domain/votes'
import { type FirstPerson, makeFirstPeople } from '#store/people/first-people'
import { readIfThere } from './private-file.ts'

export interface SetUp {
  /** The owner’s address of the database, of which a running home leaves out the password; undefined when nothing runs. */
  readonly database: string | undefined
  readonly home: string
  readonly people: readonly Person[]
}

/** Makes the first people of an installation, as the owner of its database. Throws when there is anybody, or no database is known. */
export function setUp({ database, home, people }: SetUp): Promise<readonly FirstPerson[]> {
  if (database === undefined)
    throw new Error(
      `Nothing runs in ${home}: start Cordon first, or set DATABASE_URL to the owner’s address of its database.`,
    )
  const url = new URL(database)
  if (url.password === '') url.password = readIfThere(join(home, 'secrets', 'postgres-password'))?.trim() ?? ''
  return makeFirstPeople(url.href, people)
}
