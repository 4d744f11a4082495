import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { View } from '#simulator/state/store'
import { ADMINISTRATOR, EXECUTOR_USER, GATE_USER, HUB, INTAKE_USER } from './organization.ts'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** The keys that the rest of Cordon starts with. */
export interface Identities {
  readonly hub: string
  readonly gate: Credentials
  readonly executor: Credentials
  readonly intake: Credentials
  readonly hubAdministrator: Credentials
  /** The member accounts, each with its administrator. */
  readonly accounts: readonly {
    readonly id: string
    readonly name: string
    readonly environment: string
    /** The path of its organizational unit. */
    readonly unit: string
    readonly regions: readonly string[]
    readonly credentials: Credentials
    /** Not in accounts of before it was asked for. */
    readonly externalId?: string
  }[]
}

const FILE = 'identities.json'

/** Reads the identities of a state folder; the first time they are taken from the state and written, for the owner's eyes only. */
export function keepIdentities(folder: string, view: View): Identities {
  const path = join(folder, FILE)
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as Identities
  const identities = identitiesIn(view)
  writeFileSync(`${path}.new`, `${JSON.stringify(identities, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${path}.new`, path)
  return identities
}

function identitiesIn(view: View): Identities {
  const members = view.list('account', '').filter(({ environment }) => environment !== 'hub')
  return {
    hub: HUB,
    gate: keyOf(view, HUB, GATE_USER),
    executor: keyOf(view, HUB, EXECUTOR_USER),
    intake: keyOf(view, HUB, INTAKE_USER),
    hubAdministrator: keyOf(view, HUB, ADMINISTRATOR),
    accounts: members.map(({ id, name, environment, regions, externalId }) => ({
      id,
      name,
      environment,
      unit: `/workloads/${environment}`,
      regions,
      credentials: keyOf(view, id, ADMINISTRATOR),
      ...(externalId === undefined ? {} : { externalId }),
    })),
  }
}

function keyOf(view: View, account: string, user: string): Credentials {
  const key = view.list('accessKey', '').find((candidate) => candidate.account === account && candidate.user === user)
  if (!key) throw new Error(`The simulated account ${account} has no key for ${user}`)
  return { accessKeyId: key.id, secretAccessKey: key.secret }
}
