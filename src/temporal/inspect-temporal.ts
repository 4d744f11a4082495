import { Connection, isGrpcServiceError } from '@temporalio/client'
import { optionalTsToMs } from '@temporalio/common/lib/time.js'
import type { NamespaceSeen, Poller, TemporalSeen } from '#domain/doctor/temporal'
import { DEPLOYMENT, EXECUTOR_QUEUE, INCIDENTS_QUEUE } from '#domain/ids'
import type { TemporalPlace } from './temporal.ts'

const PATIENCE_MS = 5_000
/** Source: gRPC, status codes. */
const NOT_FOUND = 5
/** Source: Temporal, TaskQueueType. */
const WORKFLOWS = 1
const ACTIVITIES = 2

type Service = Connection['workflowService']

/** Looks at a server and a namespace over a connection of its own. Changes nothing and throws nothing. */
export async function inspectTemporal({ address, namespace }: TemporalPlace): Promise<TemporalSeen> {
  let connection: Connection
  try {
    connection = await Connection.connect({ address, connectTimeout: PATIENCE_MS })
  } catch (error) {
    return { kind: 'unreachable', reason: reasonOf(error) }
  }
  try {
    return await connection.withDeadline(Date.now() + PATIENCE_MS, () =>
      inspectServer(connection.workflowService, namespace),
    )
  } catch (error) {
    return { kind: 'unreachable', reason: reasonOf(error) }
  } finally {
    await connection.close()
  }
}

async function inspectServer(service: Service, namespace: string): Promise<TemporalSeen> {
  const { serverVersion: version } = await service.getSystemInfo({})
  return { kind: 'answers', version, namespace: await inspectNamespace(service, namespace) }
}

async function inspectNamespace(service: Service, namespace: string): Promise<NamespaceSeen> {
  try {
    const { config } = await service.describeNamespace({ namespace })
    return {
      kind: 'there',
      retentionMs: optionalTsToMs(config?.workflowExecutionRetentionTtl) ?? 0,
      current: await currentBuild(service, namespace),
      workers: await pollersOf(service, { namespace, name: INCIDENTS_QUEUE, type: WORKFLOWS }),
      executors: await pollersOf(service, { namespace, name: EXECUTOR_QUEUE, type: ACTIVITIES }),
    }
  } catch (error) {
    return isNotFound(error) ? { kind: 'missing' } : { kind: 'unread', reason: reasonOf(error) }
  }
}

/** Null when no version is current, or no worker has ever polled. */
async function currentBuild(service: Service, namespace: string): Promise<string | null> {
  try {
    const { workerDeploymentInfo } = await service.describeWorkerDeployment({ namespace, deploymentName: DEPLOYMENT })
    return workerDeploymentInfo?.routingConfig?.currentDeploymentVersion?.buildId || null
  } catch (error) {
    if (isNotFound(error)) return null
    throw error
  }
}

interface Queue {
  readonly namespace: string
  readonly name: string
  readonly type: typeof WORKFLOWS | typeof ACTIVITIES
}

async function pollersOf(service: Service, { namespace, name, type }: Queue): Promise<readonly Poller[]> {
  const { pollers } = await service.describeTaskQueue({ namespace, taskQueue: { name }, taskQueueType: type })
  const now = Date.now()
  return pollers.map(({ lastAccessTime, deploymentOptions }) => ({
    build: deploymentOptions?.buildId || null,
    agoMs: Math.max(0, now - (optionalTsToMs(lastAccessTime) ?? 0)),
  }))
}

const isNotFound = (error: unknown): boolean => isGrpcServiceError(error) && Number(error.code) === NOT_FOUND

/** What gRPC says of it, which the client’s own errors only wrap. */
function reasonOf(error: unknown): string {
  if (isGrpcServiceError(error)) return error.details || error.message
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : reasonOf(error.cause)
}
