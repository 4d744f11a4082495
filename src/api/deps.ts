import type { Logger } from 'pino'
import type { TemporalSeen } from '#domain/doctor/temporal'
import type { OidcSettings } from '#domain/oidc-settings'
import type { IncidentWake } from '#domain/urgency'
import type { Database } from '#store/database/database'
import type { AccountsLook } from '#temporal/inspect-accounts'
import type { Pushing } from './routes/finding-pushes.ts'

/** What the api needs of Temporal; `createTemporal` is it. */
export interface Workflows {
  /** Signals the incident’s workflow, and starts it on its build when it does not run. */
  readonly wakeIncident: (wake: IncidentWake) => Promise<void>
  /** Starts the workflow that carries the plan out, unless it runs. */
  readonly startPlan: (start: { readonly plan: string; readonly build: string }) => Promise<void>
  readonly runningWorkflowIds: () => AsyncIterable<string>
  /** Throws when Temporal cannot be reached. */
  readonly check: () => Promise<void>
}

/** What the doctor asks of Temporal, and of the executor through it. */
export interface Inspector {
  /** Host, port and namespace, as commands need them. */
  readonly at: { readonly address: string; readonly namespace: string }
  /** Throws nothing. */
  readonly look: () => Promise<TemporalSeen>
  /** Throws when Temporal cannot be reached. */
  readonly accounts: (asked: { readonly build: string; readonly accounts: readonly string[] }) => Promise<AccountsLook>
}

/** Where simulated accounts are steered; null when the accounts are real. */
export interface Simulator {
  readonly url: string
  readonly controlToken: string
}

export interface ApiDeps {
  readonly db: Database
  readonly workflows: Workflows
  readonly inspector: Inspector
  readonly log: Logger
  /** The address that people use; cookies are for https only when it is. */
  readonly publicUrl: string
  readonly simulator: Simulator | null
  /** Addresses and ranges of proxies that say where a request came from. */
  readonly trustedProxies?: readonly string[] | undefined
  /** The identity provider, when there is one. */
  readonly oidc?: OidcSettings | undefined
  /** Who may push findings with a signature in place of a sign-in. */
  readonly pushing?: Pushing | undefined
  /** Counting the record for the metrics takes at most one part in so many of the time; 1 counts at each scrape. */
  readonly metricsShare: number
  /** The built console, or null when there is none. */
  readonly consoleDir: string | null
}
