import type { CallRow } from '#simulator/calls'

/** What a run under faults leaves in its folder, one JSON file for each name; the checkers read nothing else. */
export interface FaultRun {
  /** Every request that reached the simulated accounts, oldest first. */
  readonly calls: readonly CallRow[]
  /** The simulated accounts at the end, by table and key. */
  readonly state: Readonly<Record<string, Readonly<Record<string, unknown>>>>
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
}

export type Row = Readonly<Record<string, unknown>>

export interface ClientCall {
  readonly kind: 'finding' | 'vote' | 'comment' | 'acknowledge' | 'undo' | 'close' | 'drill'
  /** What identifies it afterwards: a finding’s id, a plan and a person, the text of a comment. */
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
