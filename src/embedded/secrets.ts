import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { readIfThere, writePrivately } from './private-file.ts'

const RANDOM_BYTES = 32

const processes = ['api', 'worker', 'gate', 'executor', 'sealer', 'intake'] as const
const people = ['responder', 'approver1', 'approver2', 'auditor', 'admin', 'intake'] as const

/** A secret and the file that holds nothing else; processes are told the file. */
export interface Secret {
  readonly file: string
  readonly text: string
}

export interface Secrets {
  /** The owner’s password of the embedded database. */
  readonly postgres: Secret
  /** Passwords of the database roles. */
  readonly database: Readonly<Record<(typeof processes)[number], string>>
  readonly gate: Secret
  /** Opens the drills and faults of simulated accounts. */
  readonly control: Secret
  /** Ed25519, PKCS8 PEM: signs the log’s checkpoints. */
  readonly logKey: Secret
  /** Sign-ins of the demo people. */
  readonly tokens: Readonly<Record<(typeof people)[number], Secret>>
}

/** The secrets of a folder; each is made once, in a file of its own that only its owner reads. */
export function keepSecrets(folder: string): Secrets {
  const keep = (name: string, make: () => string = random): Secret => {
    const file = join(folder, name)
    const kept = readIfThere(file)
    if (kept !== undefined) return { file, text: kept.trim() }
    const text = make()
    writePrivately(file, `${text}\n`)
    return { file, text }
  }
  return {
    postgres: keep('postgres-password'),
    database: recordOf(processes, (name) => keep(`database-${name}`).text),
    gate: keep('gate-secret'),
    control: keep('control-token'),
    logKey: keep('log-key.pem', signingKey),
    tokens: recordOf(people, (name) => keep(`token-${name}`)),
  }
}

const random = (): string => randomBytes(RANDOM_BYTES).toString('base64url')

const signingKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString().trim()

const recordOf = <Name extends string, T>(names: readonly Name[], make: (name: Name) => T) =>
  Object.fromEntries(names.map((name) => [name, make(name)])) as Readonly<Record<Name, T>>
