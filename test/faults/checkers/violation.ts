import type { FaultRun } from '../run.ts'

/** One thing that must not be so in a run. */
export interface Violation {
  /** `I1` to `I18`, or `coverage`. */
  readonly invariant: string
  /** What it is about: a plan’s hash, an incident, a page, a call’s request id. */
  readonly subject: string
  readonly detail: string
}

/** Judges what a run left, and nothing else; some compare it with the same run without faults. */
export type Checker = (run: FaultRun, twin?: FaultRun) => readonly Violation[]

/** A maker of the violations of one invariant. */
export const violationOf =
  (invariant: string) =>
  (subject: string, detail: string): Violation => ({ invariant, subject, detail })
