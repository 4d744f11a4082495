import { existsSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { type NativeConnection, Worker } from '@temporalio/worker'
import type { Logger } from 'pino'
import { DEPLOYMENT, INCIDENTS_QUEUE } from '#domain/ids'
import type { Records } from '#domain/records'
import { neededBuilds } from '#store/builds/builds'
import type { Database } from '#store/database/database'
import { bundleFile } from './builds.ts'
import type { Polling } from './polling.ts'

const LOOK_EVERY_MS = 1_000
const SHUTDOWN_GRACE = '5s'
/** Less than the supervisor waits. */
const SHUTDOWN_FORCE = '8s'
const CACHED_WORKFLOWS = 500
/** Source: measured, four of each keep a busy server busy. */
const POLLERS = 4

export interface Serving {
  readonly db: Database
  readonly connection: NativeConnection
  readonly namespace: string
  /** The folder that keeps the bundles. */
  readonly builds: string
  readonly records: Records
  readonly log: Logger
  /** Hears what is served. */
  readonly polling?: Polling
}

interface Served {
  readonly worker: Worker
  readonly ended: Promise<void>
}

/**
 * Serves every build that an open incident names, each by a worker of its own version, and retires it by that record.
 * Ends at the signal, or throws when a worker failed.
 */
export async function serveBuilds(serving: Serving, signal: AbortSignal): Promise<void> {
  const served = new Map<string, Served>()
  const failed = new AbortController()
  try {
    while (!signal.aborted) {
      await follow(serving, served, failed)
      await pause(LOOK_EVERY_MS, undefined, { signal: AbortSignal.any([signal, failed.signal]) }).catch(() => undefined)
      failed.signal.throwIfAborted()
    }
  } finally {
    await Promise.allSettled([...served.values()].map(retire))
  }
}

async function follow(serving: Serving, served: Map<string, Served>, failed: AbortController): Promise<void> {
  const { db, builds, log, polling } = serving
  const needed = await neededBuilds(db)
  const missing = needed.filter((build) => !served.has(build) && !existsSync(bundleFile(builds, build)))
  polling?.missing(missing)
  for (const build of missing)
    log.error({ build }, 'The bundle of a build is missing: bring it back, its incidents wait for it')
  for (const build of needed.filter((id) => !served.has(id) && !missing.includes(id))) {
    const worker = await createWorker(serving, build)
    const ended = worker.run()
    ended.catch((error: unknown) => failed.abort(error))
    served.set(build, { worker, ended })
    polling?.follow(build, worker)
    log.info({ build }, 'The worker serves a build')
  }
  for (const [build, running] of served) {
    if (needed.includes(build)) continue
    served.delete(build)
    polling?.leave(build)
    await retire(running)
    log.info({ build }, 'A build is retired: no open incident names it')
  }
}

const createWorker = ({ connection, namespace, builds, records }: Serving, build: string): Promise<Worker> =>
  Worker.create({
    connection,
    namespace,
    taskQueue: INCIDENTS_QUEUE,
    workflowBundle: { codePath: bundleFile(builds, build) },
    activities: { ...records },
    // Records are local activities: nobody else asks this queue for any.
    enableNonLocalActivities: false,
    workerDeploymentOptions: {
      version: { deploymentName: DEPLOYMENT, buildId: build },
      useWorkerVersioning: true,
      defaultVersioningBehavior: 'PINNED',
    },
    maxCachedWorkflows: CACHED_WORKFLOWS,
    maxConcurrentWorkflowTaskPolls: POLLERS,
    shutdownGraceTime: SHUTDOWN_GRACE,
    shutdownForceTime: SHUTDOWN_FORCE,
  })

async function retire({ worker, ended }: Served): Promise<void> {
  if (worker.getState() === 'RUNNING') worker.shutdown()
  await ended
}
