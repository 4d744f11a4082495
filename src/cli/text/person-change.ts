import { time } from './table.ts'

export interface Change {
  readonly id: string
  readonly kind: string
  readonly person: string
  readonly wish: unknown
  readonly proposer: string
  readonly proposedAt: string
  readonly expiresAt: string
}

export interface Outcome {
  readonly person: string
  readonly change: Change | null
  readonly setUp: string | null
}

/** What came of a wish about people, and what is to be done next. */
export function outcomeText({ person, change, setUp }: Outcome, done: string): string {
  if (change !== null)
    return [
      `It waits for a second person, an operator or policy-admin of another group, until ${time(change.expiresAt)}:`,
      `  cordon people confirm ${change.id}`,
    ].join('\n')
  const link = setUp === null ? [] : ['Hand this link over; it is good once, for an hour:', `  ${setUp}`]
  return [`${person} is ${done}.`, ...link].join('\n')
}
