import type { Logger } from 'pino'
import type { Database } from '#store/database'

/** What the api needs of Temporal; `createTemporal` is it. */
export interface Workflows {
  /** Signals the incident’s workflow, and starts it on its build when it does not run. */
  readonly wakeIncident: (wake: { readonly incident: string; readonly build: string }) => Promise<void>
  /** Starts the workflow that carries the plan out, unless it runs. */
  readonly startPlan: (start: { readonly plan: string; readonly build: string }) => Promise<void>
  readonly runningWorkflowIds: () => AsyncIterable<string>
  /** Throws when Temporal cannot be reached. */
  readonly check: () => Promise<void>
}

/** Where simulated accounts are steered; null when the accounts are real. */
export interface Simulator {
  readonly url: string
  readonly controlToken: string
}

export interface ApiDeps {
  readonly db: Database
  readonly workflows: Workflows
  readonly log: Logger
  /** The address that people use; cookies are for https only when it is. */
  readonly publicUrl: string
  readonly simulator: Simulator | null
  /** The built console, or null when there is none. */
  readonly consoleDir: string | null
}
