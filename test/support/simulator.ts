import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CallRow } from '#simulator/calls'
import type { FaultRule, FaultSettings } from '#simulator/faults'
import type { Credentials, Identities } from '#simulator/seed/identities'
import { createSimulator, type SimulatorOptions } from '#simulator/simulator'

export const SHOP_PRODUCTION = '111122223333'
export const PAYMENTS_PRODUCTION = '444455556666'
export const SHOP_STAGING = '777788889999'
export const HUB = '222233334444'

export interface SessionCredentials extends Credentials {
  readonly sessionToken?: string
}

/** What an SDK client needs to talk to the simulator. */
export interface ClientSettings {
  readonly region: string
  readonly endpoint: string
  readonly credentials: SessionCredentials
  readonly maxAttempts: number
}

/** Settings that a test may change; a setting that is left out stays as it is. */
export type FaultChange = Partial<Omit<FaultSettings, 'rules'>> & { readonly rules?: readonly Partial<FaultRule>[] }

/** What a drill answers; the user of `stolen-access-key`, the instance and further findings of `mining-instance`. */
export interface StartedDrill {
  readonly findingId: string
  readonly account: string
  readonly accessKeyId: string
  readonly user: string
  readonly instanceId: string
  readonly moreFindingIds: readonly string[]
}

export interface RunningSimulator {
  readonly endpoint: string
  readonly dir: string
  readonly identities: Identities
  readonly controlToken: string
  /** Settings for `new XClient(…)`; the administrator of an account by its id, or any credentials. */
  readonly client: (who: string | SessionCredentials, region?: string) => ClientSettings
  /** Credentials of the account's administrator. */
  readonly administrator: (account: string) => Credentials
  /** Every request so far that fits the query. */
  readonly calls: (query?: Readonly<Record<string, string>>) => Promise<readonly CallRow[]>
  readonly faults: (change: FaultChange) => Promise<void>
  /** Asks the control surface. */
  readonly control: ControlCaller
  readonly startDrill: (name: string, body?: object) => Promise<StartedDrill>
  readonly stop: () => Promise<void>
}

/** Starts simulated accounts in this process, on a free port, with a folder of their own; `stop` removes it when it was made here. */
export async function startSimulator(options: Partial<SimulatorOptions> = {}): Promise<RunningSimulator> {
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'cordon-simulator-'))
  const controlToken = options.controlToken ?? randomBytes(16).toString('hex')
  const simulator = createSimulator({ ...options, dir, controlToken })
  const endpoint = `http://127.0.0.1:${await simulator.listen(0)}`
  const control = controlCaller(endpoint, controlToken)
  const administrator = (account: string): Credentials => administratorOf(simulator.identities, account)
  return {
    endpoint,
    dir,
    controlToken,
    identities: simulator.identities,
    administrator,
    client: (who, region = 'eu-central-1') => ({
      region,
      endpoint,
      credentials: typeof who === 'string' ? administrator(who) : who,
      maxAttempts: 1,
    }),
    async calls(query = {}) {
      const { calls } = (await control('GET', `calls?${new URLSearchParams(query).toString()}`)) as {
        calls: readonly CallRow[]
      }
      return calls
    },
    control,
    async faults(change) {
      await control('POST', 'faults', change)
    },
    startDrill: async (name, body = {}) => (await control('POST', `drills/${name}`, body)) as StartedDrill,
    async stop() {
      await simulator.close()
      if (options.dir === undefined) rmSync(dir, { recursive: true, force: true })
    },
  }
}

export type ControlCaller = (method: string, path: string, body?: object) => Promise<unknown>

/** Who may steer the simulator at this address. */
export function controlCaller(endpoint: string, token: string): ControlCaller {
  return async (method, path, body) => {
    const response = await fetch(`${endpoint}/_simulator/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} /_simulator/${path} answered ${response.status}: ${text}`)
    return JSON.parse(text)
  }
}

function administratorOf(identities: Identities, account: string): Credentials {
  if (account === identities.hub) return identities.hubAdministrator
  const found = identities.accounts.find(({ id }) => id === account)
  if (!found) throw new Error(`There is no simulated account ${account}`)
  return found.credentials
}
