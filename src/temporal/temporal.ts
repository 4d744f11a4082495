import { Client, Connection, WorkflowExecutionAlreadyStartedError } from '@temporalio/client'
import { DEPLOYMENT, INCIDENTS_QUEUE, incidentWorkflowId, planWorkflowId } from '#domain/ids'
import type { IncidentWake } from '#domain/urgency'
import type { carryOutPlan, respondToIncident } from '#workflows/index'
import { wake } from '#workflows/messages'

const CONNECT_TIMEOUT_MS = 10_000

/** Where a server is and which namespace there. */
export interface TemporalPlace {
  /** Host and port. */
  readonly address: string
  readonly namespace: string
}

export type Temporal = Awaited<ReturnType<typeof createTemporal>>

/**
 * The one client of Temporal. Everything it does is idempotent: it may start, wake and list, and nothing it does decides anything.
 * Throws when the server does not answer in time.
 */
export async function createTemporal({ address, namespace }: TemporalPlace) {
  const connection = await Connection.connect({ address, connectTimeout: CONNECT_TIMEOUT_MS })
  const client = new Client({ connection, namespace })
  return {
    client,
    namespace,
    /** Signals the incident’s workflow, and starts it on its build when it does not run. */
    async wakeIncident({ incident, build, urgency }: IncidentWake): Promise<void> {
      await client.workflow.signalWithStart<typeof respondToIncident>('respondToIncident', {
        ...startOn(build),
        workflowId: incidentWorkflowId(incident),
        args: [incident],
        signal: wake,
        signalArgs: [],
        // What it starts inherits it: while there is a backlog, tasks of grave incidents go first.
        ...(urgency === undefined ? {} : { priority: { priorityKey: urgency } }),
        staticSummary: 'One episode of an incident, from its first finding to its closing',
      })
    },
    /** Starts the workflow that carries the plan out, unless it runs. */
    async startPlan({ plan, build }: { readonly plan: string; readonly build: string }): Promise<void> {
      try {
        await client.workflow.start<typeof carryOutPlan>('carryOutPlan', {
          ...startOn(build),
          workflowId: planWorkflowId(plan),
          args: [plan],
          staticSummary: 'An approved plan, step by step, to its last read-back',
        })
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
      }
    },
    async *runningWorkflowIds(): AsyncIterable<string> {
      for await (const { workflowId } of client.workflow.list({ query: 'ExecutionStatus = "Running"' }))
        yield workflowId
    },
    /** Throws when the server cannot be reached or has no such namespace. */
    async check(): Promise<void> {
      await connection.workflowService.describeNamespace({ namespace })
    },
    close: () => connection.close(),
  }
}

/** A new run of an old incident stays on the build that the incident began with. */
export const startOn = (build: string) => ({
  taskQueue: INCIDENTS_QUEUE,
  versioningOverride: { pinnedTo: { deploymentName: DEPLOYMENT, buildId: build } },
})
