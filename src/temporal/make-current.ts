import { setTimeout as pause } from 'node:timers/promises'
import { isGrpcServiceError } from '@temporalio/client'
import { DEPLOYMENT } from '#domain/ids'
import type { Temporal } from './temporal.ts'

const PATIENCE_MS = 120_000
const LOOK_EVERY_MS = 250

/**
 * Makes the build the one that new workflows run on. Idempotent. Waits until a worker has polled for it, since the server
 * does not know the version before; throws when none does in two minutes.
 */
export async function makeCurrent({ client, namespace }: Temporal, build: string): Promise<void> {
  const until = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      const version = { namespace, deploymentName: DEPLOYMENT, buildId: build, identity: 'cordon activate-build' }
      await client.connection.workflowService.setWorkerDeploymentCurrentVersion(version)
      return
    } catch (error) {
      if (!isGrpcServiceError(error) || performance.now() >= until)
        throw new Error(`Build ${build} could not be made current: is the worker running?`, { cause: error })
      await pause(LOOK_EVERY_MS)
    }
  }
}
