import Type, { type Static } from 'typebox'
import { gapKinds } from '#domain/coverage'
import { modes } from '#domain/policy'
import { orNull, Time } from './parts.ts'

const Day = Type.Object({
  account: Type.String(),
  region: Type.String(),
  day: Type.String({ description: 'YYYY-MM-DD in UTC, of the last change of the findings' }),
  emitted: Type.Integer({ description: 'What GuardDuty says it made, archived ones included' }),
  received: Type.Integer(),
  hidden: Type.Integer({ description: 'Archived at GuardDuty before they came' }),
  missing: Type.Integer({ description: 'Not archived, and not here: they are read from GuardDuty now' }),
  lookedAt: Time,
})

const gap = {
  kind: Type.Enum(Object.keys(gapKinds) as (keyof typeof gapKinds)[]),
  text: Type.String(),
  since: Time,
}

export const Coverage = Type.Object({
  days: Type.Array(Day),
  gaps: Type.Array(Type.Object({ account: Type.String(), region: Type.String(), ...gap })),
  rereads: Type.Object({
    waiting: Type.Integer({ description: 'Findings that are being read again from their producer' }),
    oldest: orNull(Time),
  }),
})
export type Coverage = Static<typeof Coverage>

const Place = Type.Object({
  account: Type.String(),
  region: Type.String(),
  name: orNull(Type.String({ description: 'Null for an account that is not registered' })),
  environment: orNull(Type.String()),
  standing: orNull(Type.Enum(['set-up', 'registered', 'connected'])),
  mode: orNull(
    Type.Object(
      { value: Type.Enum([...modes]), by: Type.String({ description: 'The entry of the policy, or registration' }) },
      { description: 'What Cordon may do there where no further condition of the policy says otherwise' },
    ),
  ),
  findingAt: orNull(Time),
  comparedAt: orNull(
    Type.String({ format: 'date-time', description: 'When it was compared with what GuardDuty made' }),
  ),
  polls: Type.Array(
    Type.Object({
      name: Type.String(),
      kind: Type.String(),
      state: Type.Enum(['heard', 'silent', 'unheard']),
      heardAt: orNull(Time),
      problem: orNull(Type.String()),
    }),
  ),
  gaps: Type.Array(Type.Object(gap)),
  drill: orNull(
    Type.Object({
      name: Type.String(),
      at: Time,
      incident: Type.String(),
      status: Type.String({ description: 'Of its incident, now' }),
    }),
  ),
})

export const Places = Type.Object({
  policy: orNull(
    Type.Object({
      version: Type.Integer(),
      at: Time,
      exceptions: Type.Integer({ description: 'Entries that say another mode for some actions, targets or times' }),
    }),
  ),
  places: Type.Array(Place),
})
export type Places = Static<typeof Places>
