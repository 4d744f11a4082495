import type { StartConfig } from '#config'
import { awaitRecovery, createDatabase } from '#store/database/create-database'
import { migrate } from '#store/database/migrate'
import { type Keeping, keepRunning } from './child.ts'
import type { Home } from './home.ts'
import { leftServer, preparePostgres } from './postgres.ts'
import { serverFolder } from './postgres-program.ts'
import { endAll } from './roster.ts'
import type { Secrets } from './secrets.ts'

const NAME = 'cordon'

export interface StartedDatabase {
  readonly ownerUrl: string
  /** The address for a process’s own role. */
  readonly urlOf: (role: keyof Secrets['database']) => string
}

export interface DatabaseWish {
  readonly config: Pick<StartConfig, 'databaseUrl'>
  readonly home: Pick<Home, 'postgres'>
  readonly secrets: Secrets
  readonly port: number
  readonly say: (sentence: string) => void
}

/** The database that DATABASE_URL names, else an embedded server’s; migrated, with a role for every process. */
export async function startDatabase(wish: DatabaseWish, keeping: Keeping): Promise<StartedDatabase> {
  const { config, secrets } = wish
  if (config.databaseUrl !== undefined) await awaitRecovery(config.databaseUrl)
  const ownerUrl = config.databaseUrl ?? (await embedded(wish, keeping))
  await migrate(ownerUrl, secrets.database)
  const urlOf = (role: keyof Secrets['database']): string => {
    const url = new URL(ownerUrl)
    url.username = `cordon_${role}`
    url.password = secrets.database[role]
    return url.href
  }
  return { ownerUrl, urlOf }
}

async function embedded({ home, secrets, port, say }: DatabaseWish, keeping: Keeping): Promise<string> {
  const folder = home.postgres
  const place = serverFolder(folder)
  if (place !== folder)
    say(`Postgres keeps its data in ${place}: it does not run as root, and nobody else can reach ${folder}.`)
  const left = leftServer(folder)
  if (left !== undefined) await endAll([left])
  const password = secrets.postgres.text
  keepRunning('postgres', () => preparePostgres({ folder, port, password }), keeping)
  return createDatabase(`postgres://postgres:${password}@127.0.0.1:${port}/postgres`, NAME)
}
