import { DefaultLogger, type LogMetadata, makeTelemetryFilterString, Runtime } from '@temporalio/worker'
import type { Logger } from 'pino'
import { incidentOfWorkflow } from '#domain/ids'

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const

/**
 * Sends what Temporal’s SDK has to say to the process’s own log, and lets it tell what it counts at an address when there is one. Must run
 * before anything of the SDK’s worker.
 */
export function logTemporal(log: Logger, metricsAddress?: string): void {
  Runtime.install({
    logger: new DefaultLogger('WARN', ({ level, message, meta }) => log[levels[level]](fieldsOf(meta), message)),
    telemetryOptions: {
      logging: { filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }), forward: {} },
      ...(metricsAddress === undefined ? {} : { metrics: { prometheus: { bindAddress: metricsAddress } } }),
    },
  })
}

/** Under the names of our own lines: an error with its stack, and the incident of a workflow. */
export function fieldsOf(meta: LogMetadata = {}): Readonly<Record<string, unknown>> {
  const { error, workflowId, ...fields } = meta
  const incident = typeof workflowId === 'string' ? incidentOfWorkflow(workflowId) : undefined
  return {
    ...fields,
    ...(error === undefined ? {} : { err: error }),
    ...(workflowId === undefined ? {} : { workflowId }),
    ...(incident === undefined ? {} : { incident }),
  }
}
