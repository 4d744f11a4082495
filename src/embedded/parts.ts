import { fileURLToPath } from 'node:url'
import type { Environment } from '#config'
import type { Launch } from './child.ts'

/** What is known when the parts are started. */
export interface Wiring {
  /** The address of the database for a process’s own role. */
  readonly databaseUrl: (role: PartName) => string
  readonly temporal: { readonly address: string; readonly namespace: string }
  readonly port: number
  readonly publicUrl: string
  readonly builds: string
  readonly runbooks: string | undefined
  readonly gateSocket: string
  readonly gateSecretFile: string
  readonly logKeyFile: string
  /** Files of the identities of a demo. */
  readonly hub: { readonly gate: string; readonly executor: string; readonly intake: string } | undefined
  /** The only AWS there is for a demo; undefined for AWS itself. */
  readonly awsEndpoint: string | undefined
  readonly simulator: { readonly url: string; readonly controlTokenFile: string } | undefined
  /** Ports of health and metrics. */
  readonly metricsPort: (part: Exclude<PartName, 'api'>) => number
  readonly environment: {
    readonly common: Environment
    readonly aws: Environment
    readonly channels: Environment
    readonly signIn: Environment
    readonly queues: Environment
    readonly push: Environment
    readonly logs: Environment
  }
}

export type PartName = 'gate' | 'executor' | 'sealer' | 'intake' | 'worker' | 'api'

/** The processes of Cordon, each with what the trust table lets it know and nothing else. */
export function partLaunches(wiring: Wiring): Readonly<Record<PartName, Launch>> {
  const temporal = { TEMPORAL_ADDRESS: wiring.temporal.address, TEMPORAL_NAMESPACE: wiring.temporal.namespace }
  const gate = { CORDON_GATE_SOCKET: wiring.gateSocket, CORDON_GATE_SECRET_FILE: wiring.gateSecretFile }
  const aws = {
    // Without identities of a demo, AWS’s own chain finds them.
    ...(wiring.hub === undefined ? wiring.environment.aws : {}),
    ...(wiring.awsEndpoint === undefined ? { CORDON_AWS: 'real' } : { AWS_ENDPOINT_URL: wiring.awsEndpoint }),
  }
  const metrics = (part: Parameters<Wiring['metricsPort']>[0]) => ({
    CORDON_METRICS_PORT: String(wiring.metricsPort(part)),
  })
  const part = (script: string, own: Environment): Launch => program(script, { ...wiring.environment.common, ...own })
  return {
    gate: part('gate/main', {
      DATABASE_URL: wiring.databaseUrl('gate'),
      ...gate,
      ...aws,
      CORDON_HUB_CREDENTIALS_FILE: wiring.hub?.gate,
      CORDON_PUBLIC_URL: wiring.publicUrl,
      ...metrics('gate'),
    }),
    executor: part('worker/executor', {
      ...wiring.environment.logs,
      DATABASE_URL: wiring.databaseUrl('executor'),
      ...temporal,
      ...gate,
      ...aws,
      CORDON_HUB_CREDENTIALS_FILE: wiring.hub?.executor,
      ...metrics('executor'),
    }),
    sealer: part('worker/sealer', {
      DATABASE_URL: wiring.databaseUrl('sealer'),
      CORDON_LOG_KEY_FILE: wiring.logKeyFile,
      ...metrics('sealer'),
    }),
    intake: part('intake/main', { ...intakeEnvironment(wiring), ...aws, ...metrics('intake') }),
    worker: part('worker/main', {
      ...workerEnvironment(wiring),
      ...wiring.environment.channels,
      ...metrics('worker'),
      CORDON_PUBLIC_URL: wiring.publicUrl,
    }),
    api: part('api/main', { ...apiEnvironment(wiring), ...temporal }),
  }
}

const intakeEnvironment = (wiring: Wiring): Environment => ({
  ...wiring.environment.queues,
  DATABASE_URL: wiring.databaseUrl('intake'),
  CORDON_HUB_CREDENTIALS_FILE: wiring.hub?.intake,
})

const apiEnvironment = (wiring: Wiring): Environment => ({
  ...wiring.environment.signIn,
  ...wiring.environment.push,
  ...wiring.environment.logs,
  DATABASE_URL: wiring.databaseUrl('api'),
  CORDON_PORT: String(wiring.port),
  CORDON_PUBLIC_URL: wiring.publicUrl,
  CORDON_SIMULATOR_URL: wiring.simulator?.url,
  CORDON_CONTROL_TOKEN_FILE: wiring.simulator?.controlTokenFile,
})

const workerEnvironment = (wiring: Wiring): Environment => ({
  DATABASE_URL: wiring.databaseUrl('worker'),
  TEMPORAL_ADDRESS: wiring.temporal.address,
  TEMPORAL_NAMESPACE: wiring.temporal.namespace,
  CORDON_BUILDS: wiring.builds,
  CORDON_RUNBOOKS: wiring.runbooks,
})

/** The command that makes this version’s build current, with the environment of the worker. */
export const activation = (wiring: Wiring): Launch =>
  program('cli/main', { ...wiring.environment.common, ...workerEnvironment(wiring) }, 'activate-build')

export interface SimulatorPlace {
  readonly port: number
  readonly folder: string
  readonly intakeUrl: string
  readonly intakeTokenFile: string
  readonly controlTokenFile: string
  readonly common: Environment
}

export const simulatorLaunch = (place: SimulatorPlace): Launch =>
  program('simulator/main', {
    ...place.common,
    CORDON_SIMULATOR_PORT: String(place.port),
    CORDON_SIMULATOR_DIR: place.folder,
    CORDON_INTAKE_URL: place.intakeUrl,
    CORDON_INTAKE_TOKEN_FILE: place.intakeTokenFile,
    CORDON_CONTROL_TOKEN_FILE: place.controlTokenFile,
  })

/** Small heaps: the whole of Cordon is meant to fit beside other things. Measured: with 2 MiB for what is young, collecting it took an eighth of the executor’s time. */
const NODE_OPTIONS = [
  '--max-semi-space-size=8',
  '--max-old-space-size=512',
  '--disable-warning=NodeVersionSupportWarning',
]

function program(script: string, env: Environment, ...args: readonly string[]): Launch {
  const file = fileURLToPath(new URL(`../${script}.js`, import.meta.url))
  return { command: process.execPath, args: [...NODE_OPTIONS, file, ...args], env }
}
