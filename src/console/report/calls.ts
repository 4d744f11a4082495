import { ask, send } from '#console/shell/ask.ts'

export interface Told {
  readonly finding: string
  readonly incident: string
}
export const tell = (report: object) => send<Told>('/api/reports', report)

/** Whoever may read what is heard may tell something; others hear at once what they lack, and not after they have written. */
export const readMayTell = () => ask<object>('/api/sources')
