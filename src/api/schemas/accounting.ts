import Type, { type Static } from 'typebox'
import { findingCounters } from '#store/findings/finding-counters'
import { orNull, Time } from './parts.ts'

export const AccountingQuery = Type.Object(
  {
    since: Type.String({ format: 'date-time' }),
    until: Type.Optional(Type.String({ format: 'date-time', description: 'Not included; now when it is left out' })),
  },
  { additionalProperties: false },
)

const tally = {
  received: Type.Integer({ description: 'Versions of findings, and what waits in quarantine' }),
  incidents: Type.Integer({ description: 'The first of an incident that people or a runbook answer' }),
  folded: Type.Integer({ description: 'Further ones of such an incident' }),
  benign: Type.Integer({ description: 'Answered by a rule' }),
  suppressed: Type.Integer({ description: 'Answered by an entry of the context' }),
  quarantined: Type.Integer({ description: 'Could not be read yet' }),
  unaccounted: Type.Integer({ description: '0, or something is wrong' }),
}

export const Accounting = Type.Object({
  since: Time,
  total: Type.Object(tally),
  rows: Type.Array(
    Type.Object({
      day: Type.String({ description: 'In UTC' }),
      account: orNull(Type.String()),
      region: orNull(Type.String()),
      ...tally,
      benignBy: Type.Array(Type.Object({ rule: Type.String(), count: Type.Integer() })),
      suppressedBy: Type.Array(
        Type.Object({ entry: Type.String(), owner: orNull(Type.String()), count: Type.Integer() }),
      ),
    }),
  ),
})
export type Accounting = Static<typeof Accounting>

const day = Type.String({ format: 'date', description: 'A day in UTC; it is included' })
export const CountedDays = Type.Object({ startDate: day, endDate: day }, { additionalProperties: false })

export const FindingCounters = Type.Object(Object.fromEntries(findingCounters.map((name) => [name, Type.Integer()])), {
  description: 'By the names of GetFindingMetrics of AWS Security Incident Response',
})
export type FindingCounters = Static<typeof FindingCounters>

export const Suppressions = Type.Object({
  suppressions: Type.Array(
    Type.Object({
      id: Type.String({ description: 'Of the entry of the context' }),
      kind: Type.String(),
      owner: Type.String(),
      reason: Type.String(),
      from: Type.String(),
      until: Type.String(),
      state: Type.Enum(['pending', 'in-force', 'expired']),
      reviewBy: Time,
      review: orNull(Type.String({ description: 'Why its owner looks at it now' })),
      hidden: Type.Integer({ description: 'Versions of findings in the last 90 days' }),
      lastDay: orNull(Type.String()),
      days: Type.Array(Type.Object({ day: Type.String(), hidden: Type.Integer() })),
    }),
  ),
})
export type Suppressions = Static<typeof Suppressions>
