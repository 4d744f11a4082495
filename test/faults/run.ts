import type { CallRow } from '#simulator/calls'

/** What a run under faults leaves in its folder, one JSON file for each name; the checkers read nothing else. */
export interface FaultRun {
  /** Every request that reached the simulated accounts, oldest first. */
  readonly calls: readonly CallRow[]
  /** The simulated accounts at the end, by table and key. */
  readonly state: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  /** The same when the run began, for a home in which something was done before: what was there already is not of this run. */
  readonly stateBefore?: FaultRun['state']
  /** Every row of every table of Postgres at the end, as `to_jsonb` writes it. */
  readonly tables: Readonly<Record<string, readonly Row[]>>
  /** The history of every run of every workflow, in the JSON form that replay reads. */
  readonly histories: Readonly<Record<string, string>>
  /** What clients asked and what they were told. */
  readonly client: readonly ClientCall[]
  /** Every delivery that the receiver of pages got, repetitions included. */
  readonly pages: readonly ReceivedPage[]
  readonly faults: readonly Fault[]
  /** ISO time of the last release; undefined for the run without faults. */
  readonly faultsEndedAt?: string
  /** ISO time at which the artefacts were taken. */
  readonly takenAt: string
  /** Secrets that were put where they belong, and must be nowhere else. */
  readonly canaries?: readonly string[]
  /** What the processes wrote, by file. */
  readonly logs?: Readonly<Record<string, string>>
  /** The bundles of the builds that wrote the histories, by build id; those that are missing are looked for in this repository. */
  readonly builds?: Readonly<Record<string, string>>
}

export type Row = Readonly<Record<string, unknown>>

export interface ClientCall {
  readonly kind: 'finding' | 'vote' | 'comment' | 'acknowledge' | 'undo' | 'close' | 'drill'
  /**
   * What identifies it afterwards. A finding: `finding` and `updatedAt`, nothing for a body that cannot be read; a vote: `plan`, `person`,
   * `decision`; a comment: `incident`, `text`; an acknowledgement: `incident`; an undo: `incident`, `plan`; a closing: `incident`; a drill: `name`.
   */
  readonly subject: Readonly<Record<string, string>>
  readonly sentAt: string
  readonly answeredAt?: string
  /** `info`: the connection ended before an answer, so it may have happened or not. */
  readonly result: 'ok' | 'fail' | 'info'
  readonly status?: number
}

export interface ReceivedPage {
  readonly webhookId: string
  readonly body: unknown
  readonly at: string
}

/** One planned fault and how often it hit. */
export interface Fault {
  /** `executor/iam:PutUserPolicy#1/after` */
  readonly point: string
  readonly fired: number
}
