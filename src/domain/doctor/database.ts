import { fitOf } from '#domain/schema-version'
import { type Check, ill, well } from './check.ts'

/** The oldest major version that Cordon is for: the oldest that the PostgreSQL project still keeps up. */
export const LEAST_POSTGRES = 14
const NUMBERS_A_MAJOR = 10_000

export type DatabaseSeen =
  /** `code` is PostgreSQL’s SQLSTATE, or the operating system’s name of the error. */
  | { readonly kind: 'unreachable'; readonly code: string; readonly reason: string }
  | {
      readonly kind: 'answers'
      /** As `server_version_num`: 180004 is 18.4. */
      readonly version: number
      /** Names of migrations that were made and that this version knows; null when the list cannot be read. */
      readonly made: readonly string[] | null
      readonly known: readonly string[]
    }

/** Postgres and its tables, with the address as people may read it. */
export function judgeDatabase(seen: DatabaseSeen, at: string): readonly Check[] {
  if (seen.kind === 'unreachable')
    return [ill('database', `Postgres at ${at} cannot be used: ${seen.reason}`, stepFor(seen.code))]
  const major = Math.floor(seen.version / NUMBERS_A_MAJOR)
  const version =
    major < LEAST_POSTGRES
      ? ill(
          'database',
          `Postgres at ${at} is version ${major}; Cordon needs ${LEAST_POSTGRES} or later`,
          `Upgrade the server to ${LEAST_POSTGRES} or later, or give DATABASE_URL another one`,
        )
      : well('database', `Postgres ${major} answers at ${at}`)
  return [version, judgeSchema(seen)]
}

function judgeSchema({ made, known }: Extract<DatabaseSeen, { kind: 'answers' }>): Check {
  if (made === null) return ill('schema', 'Whether the tables are those of this version cannot be read', MIGRATE)
  const fit = fitOf(made, known)
  if (fit.kind === 'behind')
    return ill(
      'schema',
      `The database lacks ${fit.missing.length === known.length ? 'every migration' : `the migrations ${fit.missing.join(', ')}`}`,
      MIGRATE,
    )
  if (fit.kind === 'ahead')
    return ill(
      'schema',
      `The database was migrated by a later version (${fit.later.join(', ')})`,
      'Start that version of Cordon, or bring the backup of before the upgrade back',
    )
  return fit.later.length > 0
    ? well('schema', `A later version has added to the tables (${fit.later.join(', ')}); this one can run with them`)
    : well('schema', `The tables are those of this version (${known.at(-1) ?? 'none'})`)
}

const MIGRATE = 'Start again with npm start: it migrates the database before anything else'
const START =
  'Start the server, or correct the host and port of DATABASE_URL; log/postgres.log tells of an embedded one'

/** Sources: PostgreSQL, appendix A; the errors of Node’s sockets. */
const steps: Readonly<Record<string, string>> = {
  '28P01': 'Correct the password in DATABASE_URL',
  '28000': 'Correct the user in DATABASE_URL, or let pg_hba.conf admit it',
  '3D000': 'Make the database that DATABASE_URL names: createdb NAME',
  '42501': 'Give DATABASE_URL the owner of the database',
  '53300': 'Raise max_connections of the server, or end what else uses it',
  ENOTFOUND: 'Correct the host name in DATABASE_URL',
  EAI_AGAIN: 'Correct the host name in DATABASE_URL, or mend the name service',
}

const stepFor = (code: string): string => steps[code] ?? START
