import type { Incident, Verbs } from './verbs.ts'

/** An ordinary program that runs durably inside the incident’s workflow and acts only through its verbs. */
export interface Runbook {
  /** The situation, as a noun phrase in kebab-case; equal to the file’s name. */
  readonly id: string
  readonly title: string
  /** GuardDuty’s own finding types; a trailing `*` stands for anything. */
  readonly handles: readonly string[]
  readonly respond: (incident: Incident, verbs: Verbs) => Promise<void>
}

export function defineRunbook(runbook: Runbook): Runbook {
  return runbook
}
