import { INCIDENTS_QUEUE } from '#domain/ids'
import { type Check, ill, well } from './check.ts'

/** The first server with everything that worker deployments need. Source: Temporal, worker versioning. */
export const LEAST_TEMPORAL = '1.29.1'
/** As long as an auditor may ask for a history. */
export const RETENTION_DAYS = 90
const DAY_MS = 86_400_000
/** A poll lasts a minute at most; who has not asked for longer does not ask any more. */
const SILENT_MS = 90_000

export interface TemporalAt {
  /** Host and port. */
  readonly address: string
  readonly namespace: string
}

/** Somebody who asked a queue for work. */
export interface Poller {
  readonly build: string | null
  /** Milliseconds since it asked last. */
  readonly agoMs: number
}

export type NamespaceSeen =
  | { readonly kind: 'missing' }
  | { readonly kind: 'unread'; readonly reason: string }
  | {
      readonly kind: 'there'
      readonly retentionMs: number
      /** The build that new workflows run on; null when there is none. */
      readonly current: string | null
      readonly workers: readonly Poller[]
      readonly executors: readonly Poller[]
    }

export type TemporalSeen =
  | { readonly kind: 'unreachable'; readonly reason: string }
  | { readonly kind: 'answers'; readonly version: string; readonly namespace: NamespaceSeen }

/** The server and its namespace. Whether it is Cordon’s own does not matter: the commands are the same. */
export function judgeTemporal(seen: TemporalSeen, at: TemporalAt): readonly Check[] {
  const { address } = at
  if (seen.kind === 'unreachable')
    return [
      ill(
        'temporal',
        `The Temporal server at ${address} cannot be reached: ${seen.reason}`,
        'Start the server, or correct TEMPORAL_ADDRESS; log/temporal.log tells of an embedded one',
      ),
    ]
  const version = isOlder(seen.version, LEAST_TEMPORAL)
    ? ill(
        'temporal',
        `The Temporal server at ${address} is version ${seen.version}; Cordon needs ${LEAST_TEMPORAL} or later`,
        `Upgrade the Temporal server to ${LEAST_TEMPORAL} or later`,
      )
    : well('temporal', `Temporal ${seen.version} answers at ${address}`)
  return [version, ...judgeNamespace(seen.namespace, at)]
}

function judgeNamespace(seen: NamespaceSeen, { address, namespace }: TemporalAt): readonly Check[] {
  const verb = (which: string) =>
    `temporal operator namespace ${which} --namespace ${namespace} --retention ${RETENTION_DAYS}d --address ${address}`
  if (seen.kind === 'missing')
    return [ill('namespace', `The Temporal server at ${address} has no namespace ${namespace}`, verb('create'))]
  if (seen.kind === 'unread')
    return [
      ill(
        'namespace',
        `The namespace ${namespace} cannot be read: ${seen.reason}`,
        'Let Cordon’s address and identity use the namespace',
      ),
    ]
  const days = seen.retentionMs / DAY_MS
  const keeps = `The namespace ${namespace} keeps histories for ${daysText(days)}`
  return [
    well('namespace', `The namespace ${namespace} is there`),
    days >= RETENTION_DAYS
      ? well('retention', keeps)
      : ill('retention', `${keeps}; auditors may ask for ${RETENTION_DAYS} days`, verb('update')),
  ]
}

const daysText = (days: number): string => `${Math.round(days * 10) / 10} ${days === 1 ? 'day' : 'days'}`

const numbersOf = (version: string): readonly number[] =>
  version.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0)

/** By the numbers of the version; a hosted server may call itself something without numbers, and is then new. */
function isOlder(version: string, least: string): boolean {
  if (!/^\d+\.\d+/.test(version)) return false
  const [given, wanted] = [numbersOf(version), numbersOf(least)]
  const index = wanted.findIndex((number, place) => number !== (given[place] ?? 0))
  return index >= 0 && (given[index] ?? 0) < (wanted[index] ?? 0)
}

const ACTIVATE = 'npx cordon activate-build, with the environment of the worker; npm start does it too'
const short = (build: string): string => build.slice(0, 12)

/** The build of the record beside that of Temporal, and who takes their work. */
export function judgeWork(active: string | null, seen: NamespaceSeen): readonly Check[] {
  if (seen.kind !== 'there') return [judgeBuild(active, active)]
  const { current, workers, executors } = seen
  return [
    judgeBuild(active, current),
    ...(active === null ? [] : [judgeWorker(active, workers)]),
    judgeExecutor(executors),
  ]
}

function judgeBuild(active: string | null, current: string | null): Check {
  if (active === null) return ill('build', 'No build is current: new incidents have no workflows to run on', ACTIVATE)
  if (current === active) return well('build', `Build ${short(active)} is current`)
  const instead = current === null ? 'none' : short(current)
  return ill('build', `The record says that build ${short(active)} is current, and Temporal says ${instead}`, ACTIVATE)
}

const isAsking = ({ agoMs }: Poller): boolean => agoMs < SILENT_MS

function judgeWorker(active: string, workers: readonly Poller[]): Check {
  const asking = workers.filter(isAsking)
  if (asking.some(({ build }) => build === active))
    return well('worker', `A worker takes the workflows of build ${short(active)}`)
  return asking.length === 0
    ? noWorker(`Nobody polls the queue ${INCIDENTS_QUEUE}`)
    : noWorker(
        `Workers poll the queue ${INCIDENTS_QUEUE}, and none for build ${short(active)}: its bundle is missing in builds/`,
      )
}

const judgeExecutor = (executors: readonly Poller[]): Check =>
  executors.some(isAsking)
    ? well('executor', 'An executor takes what is to be done in accounts')
    : noExecutor('Nobody polls the queue executor')

/** What to do about a worker that takes nothing. */
export const noWorker = (cause: string): Check =>
  ill('worker', cause, 'Start the worker (npm start starts every part); log/worker.log says why it ended')

/** What to do about an executor that takes nothing. */
export const noExecutor = (cause: string): Check =>
  ill('executor', cause, 'Start the executor (npm start starts every part); log/executor.log says why it ended')
