import { homedir } from 'node:os'
import { join } from 'node:path'
import type { ChannelSettings } from '#domain/channel-settings'
import type { LogPlace } from '#domain/logs/log-place'
import type { OidcSettings } from '#domain/oidc-settings'
import type { ProducerKind } from '#domain/source'
import { type AwsReach, readAwsReach, readStartAws, type StartAws } from './aws-variables.ts'
import { type Environment, readEnvironment, type Source } from './environment.ts'
import { logsIn } from './log-variables.ts'
import { type PushSettings, pollEveryIn, producersIn, pushIn, type QueueArn, queuesIn } from './source-variables.ts'
import {
  channelsIn,
  DEFAULT_NAMESPACE,
  databaseIn,
  homeIn,
  LARGEST_PORT,
  type MetricsAddress,
  metricsIn,
  namedIn,
  oidcIn,
  portIn,
  publicUrlIn,
  type TemporalAddress,
  temporalIn,
  trustedProxiesIn,
} from './variables.ts'

export type { AwsReach, StartAws } from './aws-variables.ts'
export type { Environment } from './environment.ts'
export type { PushSettings, QueueArn } from './source-variables.ts'
export type { MetricsAddress, StartAccount, TemporalAddress } from './variables.ts'

export interface SimulatorConfig {
  readonly port: number
  readonly dir: string
  readonly intakeUrl: string
  readonly intakeTokenFile: string
  readonly controlTokenFile: string
}

export interface ApiConfig {
  readonly databaseUrl: string
  readonly temporal: TemporalAddress
  /** Where it listens. Not on this machine alone only where something before it, a container for example, keeps others out. */
  readonly host: string
  readonly port: number
  readonly publicUrl: string
  /** Only while accounts are simulated. */
  readonly simulator: { readonly url: string; readonly controlTokenFile: string } | undefined
  readonly trustedProxies: readonly string[] | undefined
  /** The identity provider. Holds a secret. */
  readonly oidc: OidcSettings | undefined
  /** Who may push findings without a sign-in. Holds secrets. */
  readonly push: PushSettings
  /** Where the organisation’s logs are, as the executor is told. */
  readonly logs: LogPlace | undefined
}

export interface WorkerConfig {
  readonly databaseUrl: string
  readonly temporal: TemporalAddress
  /** The folder that keeps the workflow bundle of every build that an incident may need. */
  readonly builds: string
  /** The author's folder of runbooks. */
  readonly runbooks: string | undefined
  /** Ways to people beside the console. Holds secrets. */
  readonly channels: ChannelSettings
  readonly publicUrl: string
  readonly metrics: MetricsAddress | undefined
}

interface HubConfig {
  readonly databaseUrl: string
  /** `{accessKeyId, secretAccessKey}`; without it AWS's own chain finds the identity. */
  readonly hubCredentialsFile: string | undefined
  readonly gateSocket: string
  readonly gateSecretFile: string
  readonly metrics: MetricsAddress | undefined
}

export type GateConfig = HubConfig &
  AwsReach & {
    /** Who may open the socket: the gate’s user alone, or its group too, where the executor is another user. */
    readonly gateSocketAccess: 'owner' | 'group'
    /** The address that people use: passkeys belong to its name. */
    readonly publicUrl: string
  }
export type ExecutorConfig = HubConfig &
  AwsReach & {
    readonly temporal: TemporalAddress
    /** Where the organisation’s logs are; undefined when Cordon is not to read them. */
    readonly logs: LogPlace | undefined
  }

export interface SealerConfig {
  readonly databaseUrl: string
  readonly logKeyFile: string
  readonly metrics: MetricsAddress | undefined
}

export type IntakeConfig = AwsReach & {
  readonly databaseUrl: string
  /** `{accessKeyId, secretAccessKey}`; without it AWS's own chain finds the identity. */
  readonly hubCredentialsFile: string | undefined
  readonly queues: readonly QueueArn[]
  /** Milliseconds between two looks at what push may have missed; undefined for none. */
  readonly pollEveryMs: number | undefined
  /** What is polled. */
  readonly producers: readonly ProducerKind[]
  readonly metrics: MetricsAddress | undefined
}

/** What brings a database to this version, as its owner. */
export interface DatabaseConfig {
  readonly databaseUrl: string
  /** What each process’s role signs in with. */
  readonly passwords: Readonly<Record<keyof typeof rolePasswords, string>>
  /** The policy that an empty database begins with. */
  readonly policyFile: string | undefined
}

/** Where the first people are made. */
export interface SetupConfig {
  readonly home: string
  /** The owner’s address of the database; the running home’s when it is left out. */
  readonly databaseUrl: string | undefined
  /** The start of the links that are handed out. */
  readonly publicUrl: string | undefined
}

export interface CliConfig {
  readonly home: string
  readonly url: string | undefined
  readonly token: string | undefined
  /** Tokens of other people, by name: CORDON_TOKEN_APPROVER1 is `approver1`. */
  readonly approvers: Readonly<Record<string, string | undefined>>
  readonly isColoured: boolean
  /** The policy that a check reads when none is named. */
  readonly policyFile: string | undefined
}

export interface StartConfig {
  readonly home: string
  readonly port: number
  readonly publicUrl: string
  readonly policyFile: string | undefined
  readonly runbooks: string | undefined
  /** The owner's address of a database that is not ours to start. */
  readonly databaseUrl: string | undefined
  /** A server that is not ours to start, or the program to start one with. */
  readonly temporal: {
    readonly address: string | undefined
    readonly namespace: string
    readonly program: string | undefined
  }
  readonly aws: StartAws
  readonly region: string
  /** Where built and downloaded programs are kept for every home of this user. */
  readonly cache: string
  readonly searchPath: string
  /** What every child process may know; what those that call real AWS, call people, let them in or take findings in need besides; all there is for build tools. */
  readonly environment: Readonly<
    Record<'common' | 'aws' | 'channels' | 'signIn' | 'queues' | 'push' | 'logs' | 'all', Environment>
  >
}

const LOOPBACK_HOST = '127.0.0.1'
const DEFAULT_PORT = 7400
const apiPort = { name: 'CORDON_PORT', what: 'the port of the console and the API', fallback: DEFAULT_PORT }
const DEFAULT_REGION = 'eu-central-1'

const rolePasswords = {
  api: 'DATABASE_PASSWORD_API',
  worker: 'DATABASE_PASSWORD_WORKER',
  gate: 'DATABASE_PASSWORD_GATE',
  executor: 'DATABASE_PASSWORD_EXECUTOR',
  sealer: 'DATABASE_PASSWORD_SEALER',
  intake: 'DATABASE_PASSWORD_INTAKE',
} as const

export const readSimulatorConfig = (environment?: Environment): SimulatorConfig =>
  parse(environment, (from) => ({
    port: portIn(from, { name: 'CORDON_SIMULATOR_PORT', what: 'the port of the simulated accounts' }),
    dir: from.path('CORDON_SIMULATOR_DIR', 'the folder that keeps the simulated accounts'),
    intakeUrl: from.url('CORDON_INTAKE_URL', 'where findings are sent'),
    intakeTokenFile: from.path('CORDON_INTAKE_TOKEN_FILE', 'the file of the token that findings are sent with'),
    controlTokenFile: from.path('CORDON_CONTROL_TOKEN_FILE', 'the file of the token that opens drills'),
  }))

export const readApiConfig = (environment?: Environment): ApiConfig =>
  parse(environment, (from) => {
    const port = portIn(from, apiPort)
    return {
      databaseUrl: databaseIn(from),
      temporal: temporalIn(from),
      host: from.text('CORDON_HOST') ?? LOOPBACK_HOST,
      port,
      publicUrl: publicUrlIn(from, port),
      simulator: from.has('CORDON_SIMULATOR_URL')
        ? {
            url: from.url('CORDON_SIMULATOR_URL', 'where the simulated accounts answer'),
            controlTokenFile: from.path('CORDON_CONTROL_TOKEN_FILE', 'the file of the token that opens drills'),
          }
        : undefined,
      trustedProxies: trustedProxiesIn(from),
      oidc: oidcIn(from),
      push: pushIn(from),
      logs: logsIn(from),
    }
  })

export const readWorkerConfig = (environment?: Environment): WorkerConfig =>
  parse(environment, (from) => ({
    databaseUrl: databaseIn(from),
    temporal: temporalIn(from),
    builds: from.path('CORDON_BUILDS', 'the folder that keeps workflow bundles'),
    runbooks: from.optionalPath('CORDON_RUNBOOKS'),
    channels: channelsIn(from, publicUrlIn(from, DEFAULT_PORT)),
    publicUrl: publicUrlIn(from, DEFAULT_PORT),
    metrics: metricsIn(from),
  }))

export const readGateConfig = (environment?: Environment): GateConfig =>
  parse(environment, (from) => ({
    ...readHub(from),
    gateSocketAccess: socketAccessIn(from),
    publicUrl: publicUrlIn(from, DEFAULT_PORT),
  }))

export const readExecutorConfig = (environment?: Environment): ExecutorConfig =>
  parse(environment, (from) => ({ ...readHub(from), temporal: temporalIn(from), logs: logsIn(from) }))

export const readSealerConfig = (environment?: Environment): SealerConfig =>
  parse(environment, (from) => ({
    databaseUrl: databaseIn(from),
    logKeyFile: from.path('CORDON_LOG_KEY_FILE', 'the file of the key that signs the log'),
    metrics: metricsIn(from),
  }))

export const readIntakeConfig = (environment?: Environment): IntakeConfig =>
  parse(environment, (from) => ({
    databaseUrl: databaseIn(from),
    ...readAwsReach(from),
    hubCredentialsFile: from.optionalPath('CORDON_HUB_CREDENTIALS_FILE'),
    queues: queuesIn(from),
    pollEveryMs: pollEveryIn(from),
    producers: producersIn(from),
    metrics: metricsIn(from),
  }))

export const readDatabaseConfig = (environment?: Environment): DatabaseConfig =>
  parse(environment, (from) => {
    const passwordOf = (role: keyof typeof rolePasswords): string =>
      from.needed(rolePasswords[role], `the password of the database role cordon_${role}`)
    return {
      databaseUrl: databaseIn(from),
      passwords: {
        api: passwordOf('api'),
        worker: passwordOf('worker'),
        gate: passwordOf('gate'),
        executor: passwordOf('executor'),
        sealer: passwordOf('sealer'),
        intake: passwordOf('intake'),
      },
      policyFile: from.optionalPath('CORDON_POLICY'),
    }
  })

export const readSetupConfig = (environment?: Environment): SetupConfig =>
  parse(environment, (from) => ({
    home: homeIn(from),
    databaseUrl: from.has('DATABASE_URL') ? databaseIn(from) : undefined,
    publicUrl: from.optionalUrl('CORDON_PUBLIC_URL'),
  }))

export const readCliConfig = (environment?: Environment): CliConfig =>
  parse(environment, (from) => ({
    home: homeIn(from),
    url: from.optionalUrl('CORDON_URL'),
    token: from.text('CORDON_TOKEN'),
    approvers: namedIn(from, 'CORDON_TOKEN_'),
    policyFile: from.optionalPath('CORDON_POLICY'),
    isColoured: !from.has('NO_COLOR') && from.text('TERM') !== 'dumb',
  }))

export const readStartConfig = (environment?: Environment): StartConfig =>
  parse(environment, (from) => {
    const port = portIn(from, apiPort)
    // Any free port, that is: nobody could be told beforehand where it is.
    if (port === 0) from.wrong(`CORDON_PORT is 0: give a number from 1 to ${LARGEST_PORT}.`)
    // Only the worker gets them; what is wrong with them is said before anything is started.
    channelsIn(from, publicUrlIn(from, port))
    oidcIn(from)
    pushIn(from)
    queuesIn(from)
    pollEveryIn(from)
    producersIn(from)
    logsIn(from)
    trustedProxiesIn(from)
    return {
      home: homeIn(from),
      port,
      publicUrl: publicUrlIn(from, port),
      policyFile: from.optionalPath('CORDON_POLICY'),
      runbooks: from.optionalPath('CORDON_RUNBOOKS'),
      databaseUrl: from.has('DATABASE_URL') ? databaseIn(from) : undefined,
      temporal: {
        address: from.has('TEMPORAL_ADDRESS') ? temporalIn(from).address : undefined,
        namespace: from.text('TEMPORAL_NAMESPACE') ?? DEFAULT_NAMESPACE,
        program: from.optionalPath('TEMPORAL_CLI_PATH'),
      },
      aws: readStartAws(from),
      region: from.text('AWS_REGION') ?? DEFAULT_REGION,
      cache: join(from.optionalPath('XDG_CACHE_HOME') ?? join(homedir(), '.cache'), 'cordon'),
      searchPath: from.text('PATH') ?? '',
      environment: {
        common: from.only(COMMON),
        aws: from.only(OF_AWS),
        channels: from.only(OF_CHANNELS),
        signIn: from.only(OF_SIGN_IN),
        queues: from.only(OF_QUEUES),
        push: from.only(OF_PUSH),
        logs: from.only(OF_LOGS),
        all: from.only(/./),
      },
    }
  })

// The database's owner, tokens and AWS credentials of whoever types the command are not for every process.
const COMMON =
  /^(PATH|HOME|USER|LOGNAME|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|TEMP|TMP|SYSTEMROOT|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|(HTTPS?|NO|ALL)_PROXY)$/i
const OF_AWS = /^AWS_/
const OF_SIGN_IN =
  /^CORDON_(OIDC_(ISSUER|CLIENT_ID|CLIENT_SECRET|CLIENT_SECRET_FILE|SCOPE|ROLES|ROLES_CLAIM)|TRUSTED_PROXIES)$/
const OF_QUEUES = /^CORDON_INTAKE_(QUEUES|POLL_EVERY|PRODUCERS)$/
const OF_LOGS = /^CORDON_LOGS$/
const OF_PUSH = /^CORDON_(PUSH_SECRETS|PUSH_SECRETS_FILE|SNS_TOPICS)$/
const OF_CHANNELS = /^CORDON_(WEBHOOK_(URL|SECRET)|SMTP_URL)(_FILE)?$/

function readHub(from: Source): HubConfig & AwsReach {
  return {
    databaseUrl: databaseIn(from),
    ...readAwsReach(from),
    hubCredentialsFile: from.optionalPath('CORDON_HUB_CREDENTIALS_FILE'),
    gateSocket: from.path('CORDON_GATE_SOCKET', 'the socket between gate and executor'),
    gateSecretFile: from.path('CORDON_GATE_SECRET_FILE', 'the file of the secret between gate and executor'),
    metrics: metricsIn(from),
  }
}

function socketAccessIn(from: Source): GateConfig['gateSocketAccess'] {
  const access = from.text('CORDON_GATE_SOCKET_ACCESS') ?? 'owner'
  if (access === 'owner' || access === 'group') return access
  from.wrong(`CORDON_GATE_SOCKET_ACCESS is “${access}”: say “owner”, or “group” where the executor is another user.`)
  return 'owner'
}

const parse = <T extends object>(environment: Environment | undefined, read: (from: Source) => T): Readonly<T> =>
  readEnvironment(environment ?? process.env, read)
