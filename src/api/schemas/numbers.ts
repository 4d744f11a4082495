import Type, { type Static } from 'typebox'
import { timesTaken, windows } from '#domain/numbers'
import { orNull, Time } from './parts.ts'

export const NumbersQuery = Type.Object(
  {
    days: Type.Optional(
      Type.Enum(windows.map(String), { description: 'The window, which ends now; 30 when it is left out' }),
    ),
    drills: Type.Optional(Type.Enum(['left-out', 'counted'], { description: 'left-out when it is left out' })),
    zone: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description: 'Whose nights count, as Europe/Berlin; UTC when it is left out',
      }),
    ),
  },
  { additionalProperties: false },
)

const Seconds = orNull(Type.Number({ description: 'Seconds; null while nothing was counted' }))
const Count = Type.Integer()

const ResponseTime = Type.Object({
  name: Type.Enum([...timesTaken]),
  count: Count,
  p50: Seconds,
  p95: Seconds,
  p99: Seconds,
  longest: Seconds,
  buckets: Type.Array(Count, { description: 'One for each of the bounds, and at the end those that took longer' }),
  waiting: Type.Integer({ description: 'Begun, and not ended so far' }),
})

const Noise = Type.Object({
  source: Type.String(),
  type: Type.String(),
  account: Type.String(),
  received: Type.Integer({ description: 'Versions of findings' }),
  noise: Type.Integer({
    description: 'Of them, those that a rule, an entry of the context or a person found to be nothing',
  }),
  incidents: Count,
  pages: Type.Integer({ description: 'Pages about what was nothing' }),
})

const Load = Type.Object({
  person: Type.String(),
  name: Type.String(),
  pages: Count,
  nightPages: Type.Integer({ description: 'Pages from 22:00 to 07:00 in the zone' }),
  nights: Type.Integer({ description: 'Nights with at least one page' }),
  acknowledged: Count,
  votes: Count,
})

const Rule = Type.Object({
  rule: Type.String(),
  judged: Type.Integer({
    description: 'Incidents whose verdict the rule made, alone or with others; inconclusive is not counted',
  }),
  reviewed: Type.Integer({
    description: 'Of them, those of which a person said what they are, or whether it is right',
  }),
  confirmed: Count,
  overturned: Count,
  precision: orNull(Type.Number({ description: 'confirmed / reviewed; null before anything was reviewed' })),
})

export const Numbers = Type.Object({
  days: Type.Integer(),
  drills: Type.String(),
  zone: Type.String(),
  since: Time,
  until: Time,
  reference: Type.Object({ seconds: Type.Integer(), source: Type.String() }),
  bounds: Type.Array(Type.Integer(), { description: 'Upper ends of the buckets, in seconds' }),
  times: Type.Array(ResponseTime),
  undecided: Type.Integer({ description: 'Plans that nobody decided in time' }),
  drillIncidents: Count,
  answered: Type.Object(
    {
      received: Count,
      incidents: Count,
      folded: Count,
      benign: Count,
      suppressed: Count,
      quarantined: Count,
      unaccounted: Count,
    },
    { description: 'Of everything that was received, drills included' },
  ),
  daily: Type.Array(Type.Object({ day: Type.String({ description: 'In UTC' }), incidents: Count })),
  noise: Type.Array(Noise),
  rules: Type.Array(Rule),
  load: Type.Array(Load),
})
export type Numbers = Static<typeof Numbers>
