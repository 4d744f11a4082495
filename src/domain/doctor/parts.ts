import { type Check, type CheckKind, ill, well } from './check.ts'
import { noWorker } from './temporal.ts'

/** A part as `/readyz` says it, which anybody may ask and which answers while the database is away. */
export interface PartSeen {
  readonly ok: boolean
  readonly reason?: string
}

const steps: Readonly<Record<string, readonly [CheckKind, string]>> = {
  database: [
    'database',
    'Start Postgres, or correct DATABASE_URL of the api; log/postgres.log tells of an embedded one',
  ],
  temporal: [
    'temporal',
    'Start the Temporal server, or correct TEMPORAL_ADDRESS of the api; log/temporal.log tells of an embedded one',
  ],
  build: ['build', 'npx cordon activate-build, with the environment of the worker; npm start does it too'],
  simulator: ['simulator', 'Look into log/simulator.log; npm start starts every part'],
  worker: ['worker', noWorker('').next ?? ''],
}

/** SQLSTATE 42P01 in words, as every part that looks into the record meets it. */
const NO_TABLE = /relation "\w+" does not exist/

/** The parts as far as `/readyz` tells of them. */
export function judgeParts(parts: Readonly<Record<string, PartSeen>>): readonly Check[] {
  return Object.entries(parts).map(([part, { ok, reason = 'it is not ready' }]) => {
    const [name, next] = steps[part] ?? (['cordon', 'Look into the folder log of the home'] as const)
    if (ok) return well(name, 'ready')
    return NO_TABLE.test(reason)
      ? ill(
          'schema',
          `The database lacks tables: ${reason}`,
          'Start again with npm start: it migrates the database before anything else',
        )
      : ill(name, reason, next)
  })
}
